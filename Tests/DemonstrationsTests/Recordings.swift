import Foundation
import GRDB
import Testing

@testable import Demonstrations

/// Recordings made for tests, and where recorded ones lie.
enum Recordings {
  static let packageRoot = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

  /// OpenAdapt's own data, which may not enter the project.
  static let shared = packageRoot + "/../shared/data/openadapt"
  static var hasShared: Bool { FileManager.default.fileExists(atPath: shared) }
  static let sharedComment: Comment = "../shared/data/openadapt is not there: what is read of real recordings is not tested"

  /// Calls a body with a new folder, which is removed again.
  static func withFolder<Result>(_ name: String = "recording", _ body: (String) throws -> Result) throws -> Result {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("sightline-demonstrations-\(UUID().uuidString)")
    let folder = root.appendingPathComponent(name).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    return try body(folder)
  }

  static func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

  static func write(_ bytes: [UInt8], to path: String) throws {
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  static func database(_ path: String, _ body: (Database) throws -> Void) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write { try body($0) }
    try queue.close()
  }

  /// Every file under a folder with its content: what must not change when it is read.
  static func contents(of folder: String) throws -> [String: Data] {
    var contents: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      contents[name] = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
    }
    return contents
  }

  /// A grey PNG, stored without compression.
  static func png(width: Int, height: Int, grey: UInt8 = 128) -> [UInt8] {
    var raw: [UInt8] = []
    for _ in 0..<height { raw += [0] + [UInt8](repeating: grey, count: width) }
    var stored: [UInt8] = [0x78, 0x01]
    var start = 0
    while start < raw.count {
      let part = Array(raw[start..<min(start + 65_535, raw.count)])
      start += part.count
      stored.append(start == raw.count ? 1 : 0)
      let low = UInt8(part.count & 255)
      let high = UInt8(part.count >> 8)
      stored += [low, high, ~low, ~high]
      stored += part
    }
    var sums: (UInt32, UInt32) = (1, 0)
    for byte in raw {
      sums.0 = (sums.0 + UInt32(byte)) % 65_521
      sums.1 = (sums.1 + sums.0) % 65_521
    }
    stored += big(sums.1 << 16 | sums.0)
    var png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    png += chunk("IHDR", big(UInt32(width)) + big(UInt32(height)) + [8, 0, 0, 0, 0])
    png += chunk("IDAT", stored)
    return png + chunk("IEND", [])
  }

  private static func big(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { (shift: UInt32) in UInt8(truncatingIfNeeded: number >> shift) }
  }

  private static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
    let content = Array(name.utf8) + body
    var crc = UInt32.max
    for byte in content {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return big(UInt32(body.count)) + content + big(~crc)
  }
}

extension Episode {
  /// The steps in the action language, without what it does not say.
  var calls: [String] { steps.map { $0.action.call() } }
}
