import Foundation
import Synchronization

@testable import VectorIndex

/// The file system with faults at chosen calls, and a memory of what was not yet on disk.
///
/// Waiting for the disk is only remembered, not done: tests take many thousand such calls.
final class FaultyFiles: FileChanges {
  enum Fault: Sendable, Equatable {
    /// The call fails as on a full disk; the next ones work.
    case fails
    /// A write stops half way and then fails; other calls fail.
    case stopsHalfWay
    /// The call and all later ones are never made: the process has ended.
    case ends
    /// The call is half made, and the process ends by signal 9.
    case killed
  }

  private struct State {
    var calls = 0
    var hasEnded = false
    var paths: [Int32: String] = [:]
    var unsyncedWrites: [String: [Range<Int>]] = [:]
    var unsyncedNames: [Name] = []
  }

  /// A change of a name that a loss of power may take back.
  private enum Name {
    case created(String)
    case renamed(from: String, to: String, old: Data?)
  }

  private let system = SystemFiles()
  private let fault: Fault?
  private let call: Int
  private let isShort: Bool
  private let state = Mutex(State())

  /// - Parameters:
  ///   - fault: What happens at call number `call`, from 1 on.
  ///   - isShort: Whether every write writes half of what it is given.
  init(_ fault: Fault? = nil, at call: Int = 0, isShort: Bool = false) {
    self.fault = fault
    self.call = call
    self.isShort = isShort
  }

  /// Calls so far.
  var calls: Int { state.withLock { $0.calls } }

  /// Whether the call with the fault was reached.
  var wasReached: Bool { calls >= call }

  func create(_ path: String) throws(SystemFault) -> Int32 {
    try next()
    let descriptor = try system.create(path)
    state.withLock {
      $0.paths[descriptor] = path
      $0.unsyncedNames.append(.created(path))
    }
    return descriptor
  }

  func open(_ path: String) throws(SystemFault) -> Int32 {
    try next()
    let descriptor = try system.open(path)
    state.withLock { $0.paths[descriptor] = path }
    return descriptor
  }

  func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int) throws(SystemFault) -> Int {
    let half = UnsafeRawBufferPointer(rebasing: bytes.prefix((bytes.count + 1) / 2))
    do throws(SystemFault) { try next() } catch {
      if fault == .stopsHalfWay || fault == .killed { _ = try system.write(half, to: descriptor, at: offset) }
      if fault == .killed && state.withLock({ $0.calls }) == call { kill(getpid(), SIGKILL) }
      throw error
    }
    let count = try system.write(isShort ? half : bytes, to: descriptor, at: offset)
    state.withLock { state in
      if let path = state.paths[descriptor] { state.unsyncedWrites[path, default: []].append(offset..<offset + count) }
    }
    return count
  }

  func sync(_ descriptor: Int32) throws(SystemFault) {
    try next()
    state.withLock { state in
      if let path = state.paths[descriptor] { state.unsyncedWrites[path] = nil }
    }
  }

  func truncate(_ descriptor: Int32, to byteCount: Int) throws(SystemFault) {
    try next()
    try system.truncate(descriptor, to: byteCount)
  }

  func close(_ descriptor: Int32) {
    state.withLock { $0.paths[descriptor] = nil }
    system.close(descriptor)
  }

  func rename(_ path: String, to destination: String) throws(SystemFault) {
    try next()
    let old = FileManager.default.contents(atPath: destination)
    try system.rename(path, to: destination)
    state.withLock { state in
      state.unsyncedNames.append(.renamed(from: path, to: destination, old: old))
      state.unsyncedWrites[destination] = state.unsyncedWrites.removeValue(forKey: path)
    }
  }

  func remove(_ path: String) throws(SystemFault) {
    try next()
    try system.remove(path)
  }

  func createFolder(_ path: String) throws(SystemFault) {
    try next()
    try system.createFolder(path)
  }

  func syncFolder(_ path: String) throws(SystemFault) {
    try next()
    state.withLock { $0.unsyncedNames = [] }
  }

  /// Takes back what was not on disk: for each file all, nothing or parts of what was written since it was last waited for, and names
  /// from some point on.
  func losePower(_ samples: inout Samples) throws {
    var (writes, names) = state.withLock { ($0.unsyncedWrites, $0.unsyncedNames) }
    names = Array(names.dropFirst(Int.random(in: 0...names.count, using: &samples)))
    for (path, ranges) in writes.sorted(by: { $0.key < $1.key }) {
      guard let file = FileHandle(forUpdatingAtPath: path) else { continue }
      defer { try? file.close() }
      switch Int.random(in: 0...2, using: &samples) {
      case 0: break
      case 1: try file.truncate(atOffset: UInt64(ranges.map(\.lowerBound).min() ?? 0))
      default:
        for range in ranges where Bool.random(using: &samples) && !range.isEmpty {
          let part = Int.random(in: range, using: &samples)..<range.upperBound
          try file.seek(toOffset: UInt64(part.lowerBound))
          try file.write(contentsOf: Data(count: part.count))
        }
      }
    }
    for name in names.reversed() {
      switch name {
      case .created(let path): try? FileManager.default.removeItem(atPath: path)
      case .renamed(let from, let to, let old):
        try FileManager.default.moveItem(atPath: to, toPath: from)
        if let old { try old.write(to: URL(fileURLWithPath: to)) }
      }
    }
  }

  private func next() throws(SystemFault) {
    let fails = state.withLock { state in
      if state.hasEnded { return true }
      state.calls += 1
      guard state.calls == call, let fault else { return false }
      if fault == .ends || fault == .killed { state.hasEnded = true }
      return true
    }
    if fails { throw .outOfSpace }
  }
}
