#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file system itself.
package struct SystemFiles: FileChanges {
  package init() {}

  package func create(_ path: String) throws(SystemFault) -> Int32 {
    try Self.check { posixOpen(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644) }
  }

  package func open(_ path: String) throws(SystemFault) -> Int32 {
    try Self.check { posixOpen(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0) }
  }

  package func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int) throws(SystemFault) -> Int {
    try Self.check { pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(offset)) }
  }

  package func sync(_ descriptor: Int32) throws(SystemFault) {
    #if canImport(Darwin)
      // There, fsync leaves the bytes in the disk's own memory.
      if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
    #endif
    _ = try Self.check { fsync(descriptor) }
  }

  package func truncate(_ descriptor: Int32, to byteCount: Int) throws(SystemFault) {
    _ = try Self.check { ftruncate(descriptor, off_t(byteCount)) }
  }

  package func close(_ descriptor: Int32) { _ = posixClose(descriptor) }

  package func rename(_ path: String, to destination: String) throws(SystemFault) { _ = try Self.check { posixRename(path, destination) } }

  package func remove(_ path: String) throws(SystemFault) { _ = try Self.check { unlink(path) } }

  package func createFolder(_ path: String) throws(SystemFault) {
    do throws(SystemFault) { _ = try Self.check { mkdir(path, 0o755) } } catch { if error.number != EEXIST { throw error } }
  }

  package func syncFolder(_ path: String) throws(SystemFault) {
    let descriptor = try Self.check { posixOpen(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0) }
    defer { close(descriptor) }
    try sync(descriptor)
  }

  /// Calls again when a signal came in between.
  private static func check<Value: SignedInteger>(_ call: () -> Value) throws(SystemFault) -> Value {
    while true {
      let result = call()
      if result >= 0 { return result }
      if errno != EINTR { throw SystemFault(errno) }
    }
  }
}

// The names of the system's functions that a method of the same name would hide.
private func posixOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }
private func posixClose(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func posixRename(_ path: String, _ destination: String) -> Int32 { rename(path, destination) }

extension SystemFault: CustomStringConvertible {
  /// The system's own words, and for want of room what to do.
  package var description: String {
    let next = "make room and run this again: what was committed before is kept"
    return switch number {
    case ENOSPC: "the disk is full; \(next)"
    case EDQUOT: "there is no room left that this user may take on the disk; \(next)"
    default: String(cString: strerror(number))
    }
  }

  var isMissingFile: Bool { number == ENOENT }

  static let outOfSpace = SystemFault(ENOSPC)
}

/// A lock that one process at a time holds, and that the system takes back when the process ends, however it ends.
final class WriterLock {
  private let descriptor: Int32

  init(_ folder: IndexFolder) throws(VectorIndexError) {
    let path = folder.lock
    descriptor = posixOpen(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else {
      throw VectorIndexError(.unwritableFile, file: path, "cannot be opened: \(SystemFault(errno))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let fault = SystemFault(errno)
      _ = posixClose(descriptor)
      guard fault.number == EWOULDBLOCK else { throw VectorIndexError(.unwritableFile, file: path, "cannot be locked: \(fault)") }
      throw VectorIndexError(.locked, file: folder.path, "another writer has this index open; wait until it is done")
    }
  }

  deinit {
    // Closing alone is not enough where the process is just starting another one, which has a copy of the descriptor for a moment.
    flock(descriptor, LOCK_UN)
    _ = posixClose(descriptor)
  }
}

/// Reading, which changes nothing and needs no stand-in.
enum FileReading {
  /// A file's bytes.
  ///
  /// - Throws: `VectorIndexError` with the code `missing` where there is no such file.
  static func bytes(_ path: String, limit: Int) throws(VectorIndexError) -> [UInt8] {
    let descriptor = try open(path)
    defer { _ = posixClose(descriptor) }
    let size = try size(of: descriptor, path)
    guard size <= limit else {
      throw VectorIndexError(.damagedFile, file: path, "has \(size) bytes, where at most \(limit) are possible")
    }
    var fault: SystemFault?
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let got = pread(descriptor, buffer.baseAddress.map { $0 + count }, size - count, off_t(count))
        if got < 0 && errno == EINTR { continue }
        if got < 0 { fault = SystemFault(errno) }
        guard got > 0 else { return }
        count += got
      }
    }
    if let fault { throw VectorIndexError(.unreadableFile, file: path, "cannot be read: \(fault)") }
    return bytes
  }

  /// The names in a folder, in order.
  static func names(in folder: String) throws(VectorIndexError) -> [String] {
    guard let stream = opendir(folder) else {
      throw VectorIndexError(.unreadableFile, file: folder, "cannot be listed: \(SystemFault(errno))")
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names.sorted()
  }

  /// Opens a regular file to read it.
  static func open(_ path: String) throws(VectorIndexError) -> Int32 {
    let descriptor = posixOpen(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0)
    guard descriptor >= 0 else {
      let fault = SystemFault(errno)
      throw VectorIndexError(fault.isMissingFile ? .missing : .unreadableFile, file: path, "cannot be opened: \(fault)")
    }
    return descriptor
  }

  /// The size of a regular file.
  static func size(of descriptor: Int32, _ path: String) throws(VectorIndexError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw VectorIndexError(.unreadableFile, file: path, "cannot be examined: \(SystemFault(errno))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw VectorIndexError(.unreadableFile, file: path, "is not a regular file") }
    return Int(status.st_size)
  }
}
