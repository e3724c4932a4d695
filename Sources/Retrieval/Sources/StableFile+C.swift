#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What tells whether a file has changed, without reading it.
struct FileStatus: Equatable, Sendable {
  /// Bytes.
  let size: Int
  /// When the content was last changed, in nanoseconds since 1970.
  let modified: Int
  /// Which file it is, whatever its name.
  let identity: Identity

  struct Identity: Hashable, Sendable {
    let device: UInt64
    let number: UInt64
  }

  init(_ status: stat) {
    size = Int(status.st_size)
    identity = Identity(device: UInt64(truncatingIfNeeded: status.st_dev), number: UInt64(status.st_ino))
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    modified = Int(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000).partialValue &+ Int(time.tv_nsec)
  }
}

/// Why a file could not be read.
struct SourceError: Error, Equatable, CustomStringConvertible {
  /// One sentence for a person.
  let description: String

  init(_ description: String) { self.description = description }

  /// What the system said.
  static func system(_ what: String) -> SourceError { SourceError("\(what): \(String(cString: strerror(errno)))") }
}

/// Reading a file so that a change in the middle is noticed.
enum StableFile {
  /// Hands out a file's bytes in order and makes sure that they belong together.
  ///
  /// Pipes and devices are refused without waiting for them.
  ///
  /// - Parameters:
  ///   - path: A regular file.
  ///   - maximumBytes: A larger one is refused.
  ///   - limit: Bytes to stop after; what follows is not read.
  ///   - body: Takes some bytes.
  /// - Returns: The file's status, the same before and after.
  /// - Throws: `SourceError` where it cannot be read, or has changed meanwhile.
  static func read(
    _ path: String, maximumBytes: Int, upTo limit: Int = .max, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(SourceError) -> FileStatus {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system("cannot be opened") }
    defer { close(descriptor) }
    let before = try status(of: descriptor)
    guard before.size <= maximumBytes else { throw SourceError("has \(before.size) bytes; at most \(maximumBytes) are read") }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(1 << 20, max(1, limit)), alignment: 16)
    defer { buffer.deallocate() }
    var done = 0
    while done < limit {
      let count = read(descriptor, into: buffer)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .system("cannot be read") }
      guard count > 0 else { break }
      done += count
      // A file that grows without end must not be read without end.
      guard done <= before.size else { throw changed }
      body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
    guard try status(of: descriptor) == before, status(ofPath: path) == before, done == min(before.size, max(limit, done)) else {
      throw changed
    }
    return before
  }

  /// The whole content.
  static func bytes(_ path: String, maximumBytes: Int) throws(SourceError) -> (bytes: [UInt8], status: FileStatus) {
    var bytes: [UInt8] = []
    let status = try read(path, maximumBytes: maximumBytes) { bytes.append(contentsOf: $0) }
    return (bytes, status)
  }

  /// The first bytes.
  static func beginning(_ path: String, count: Int) throws(SourceError) -> [UInt8] {
    var bytes: [UInt8] = []
    _ = try read(path, maximumBytes: .max, upTo: count) { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// The status of what a path leads to; `nil` where there is nothing.
  static func status(ofPath path: String) -> FileStatus? {
    var status = stat()
    return stat(path, &status) == 0 ? FileStatus(status) : nil
  }

  static let changed = SourceError("has changed while it was read; it is tried again next time")

  private static func status(of descriptor: Int32) throws(SourceError) -> FileStatus {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system("cannot be examined") }
    guard status.st_mode & S_IFMT == S_IFREG else { throw SourceError("is no regular file") }
    return FileStatus(status)
  }

  private static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    #elseif canImport(Musl)
      Musl.read(descriptor, buffer.baseAddress, buffer.count)
    #else
      Darwin.read(descriptor, buffer.baseAddress, buffer.count)
    #endif
  }
}
