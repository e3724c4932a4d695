#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of a regular file.
enum FileBytes {
  /// Reads a whole file.
  ///
  /// - Throws: As ``open(_:expected:)``.
  static func read(_ path: String, maximumBytes: Int) throws(MediaError) -> [UInt8] {
    let (descriptor, count) = try open(path, expected: "a picture file")
    defer { close(descriptor) }
    guard count <= maximumBytes else {
      throw MediaError(.fileTooLarge, file: path, "has \(count) bytes; at most \(maximumBytes) are read (maximumBytes)")
    }
    return try readAll(descriptor, count: count, path)
  }

  /// Opens a regular file and gives its number of bytes; closing it is the caller's.
  ///
  /// Folders, pipes and devices are refused without waiting for them: the file is opened without blocking, then asked what it is.
  static func open(_ path: String, expected: String) throws(MediaError) -> (descriptor: Int32, count: Int) {
    let descriptor = systemOpen(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw MediaError(.unreadableFile, file: path, "cannot be opened: \(String(cString: strerror(errno)))") }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let reason = String(cString: strerror(errno))
      close(descriptor)
      throw MediaError(.unreadableFile, file: path, "cannot be examined: \(reason)")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "is a folder" : "is a pipe or a device"
      throw MediaError(.unreadableFile, file: path, "\(kind); expected \(expected)")
    }
    return (descriptor, Int(status.st_size))
  }

  private static func readAll(_ descriptor: Int32, count: Int, _ path: String) throws(MediaError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let step = systemRead(descriptor, buffer, from: filled)
        if step > 0 {
          filled += step
        } else if step == 0 {
          return
        } else if errno != EINTR {
          failure = errno
          return
        }
      }
    }
    guard failure == 0 else { throw MediaError(.unreadableFile, file: path, "cannot be read: \(String(cString: strerror(failure)))") }
    return bytes
  }

  private static func systemOpen(_ path: String, _ flags: Int32) -> Int32 {
    #if canImport(Glibc)
      return Glibc.open(path, flags)
    #elseif canImport(Musl)
      return Musl.open(path, flags)
    #else
      return Darwin.open(path, flags)
    #endif
  }

  private static func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableBufferPointer<UInt8>, from start: Int) -> Int {
    let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[start...])
    #if canImport(Glibc)
      return Glibc.read(descriptor, rest.baseAddress, rest.count)
    #elseif canImport(Musl)
      return Musl.read(descriptor, rest.baseAddress, rest.count)
    #else
      return Darwin.read(descriptor, rest.baseAddress, rest.count)
    #endif
  }
}
