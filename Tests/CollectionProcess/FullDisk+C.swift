import GRDBSQLite
import Synchronization
import VectorIndex

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A disk with little room left, for all that this process writes into a collection: vectors and SQLite's files.
///
/// What does not fit is written as far as it does, then the disk is full. Bytes count whenever they are written, new or in place of others.
final class FullDisk: FileChanges {
  struct Fault: Error {}

  private struct State {
    var room = Int.max
    var written = 0
  }

  private static let state = Mutex(State())

  static func setRoom(_ bytes: Int) { state.withLock { $0.room = bytes } }

  /// Bytes written so far.
  static var written: Int { state.withLock { $0.written } }

  /// Takes room for bytes that will be written.
  ///
  /// - Returns: How many there is room for.
  fileprivate static func take(_ count: Int) -> Int {
    state.withLock { state in
      let granted = min(count, state.room)
      state.room -= granted
      state.written += granted
      return granted
    }
  }

  /// Puts itself in place of the calls that SQLite writes with.
  static func install() throws {
    typealias Write = @convention(c) (Int32, UnsafeRawPointer?, Int) -> Int
    typealias WriteAt = @convention(c) (Int32, UnsafeRawPointer?, Int, off_t) -> Int
    let write: Write = { descriptor, bytes, count in
      let granted = FullDisk.take(count)
      guard granted > 0 || count == 0 else {
        errno = ENOSPC
        return -1
      }
      return systemWrite(descriptor, bytes, granted)
    }
    let writeAt: WriteAt = { descriptor, bytes, count, offset in
      let granted = FullDisk.take(count)
      guard granted > 0 || count == 0 else {
        errno = ENOSPC
        return -1
      }
      return pwrite(descriptor, bytes, granted, offset)
    }
    guard let system = sqlite3_vfs_find(nil), let set = system.pointee.xSetSystemCall else { throw Fault() }
    // SQLite knows the first one always, and of the others those that it was built with.
    guard set(system, "write", unsafeBitCast(write, to: sqlite3_syscall_ptr.self)) == SQLITE_OK else { throw Fault() }
    for name in ["pwrite", "pwrite64"] { _ = set(system, name, unsafeBitCast(writeAt, to: sqlite3_syscall_ptr.self)) }
  }

  private let system = SystemFiles()

  func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int) throws(SystemFault) -> Int {
    let granted = Self.take(bytes.count)
    guard granted > 0 || bytes.isEmpty else { throw SystemFault(ENOSPC) }
    return try system.write(UnsafeRawBufferPointer(rebasing: bytes.prefix(granted)), to: descriptor, at: offset)
  }

  func create(_ path: String) throws(SystemFault) -> Int32 { try system.create(path) }
  func open(_ path: String) throws(SystemFault) -> Int32 { try system.open(path) }
  func sync(_ descriptor: Int32) throws(SystemFault) { try system.sync(descriptor) }
  func truncate(_ descriptor: Int32, to byteCount: Int) throws(SystemFault) { try system.truncate(descriptor, to: byteCount) }
  func close(_ descriptor: Int32) { system.close(descriptor) }
  func rename(_ path: String, to destination: String) throws(SystemFault) { try system.rename(path, to: destination) }
  func remove(_ path: String) throws(SystemFault) { try system.remove(path) }
  func createFolder(_ path: String) throws(SystemFault) { try system.createFolder(path) }
  func syncFolder(_ path: String) throws(SystemFault) { try system.syncFolder(path) }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int { write(descriptor, bytes, count) }
