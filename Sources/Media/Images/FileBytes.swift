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
  /// Folders, pipes and devices are refused without waiting for them: the file is opened without blocking, then asked what it is.
  static func read(_ path: String, maximumBytes: Int) throws(MediaError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw MediaError(.unreadableFile, file: path, "cannot be opened: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw MediaError(.unreadableFile, file: path, "cannot be examined: \(String(cString: strerror(errno)))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "is a folder" : "is a pipe or a device"
      throw MediaError(.unreadableFile, file: path, "\(kind); expected a picture file")
    }
    guard status.st_size <= maximumBytes else {
      throw MediaError(.fileTooLarge, file: path, "has \(status.st_size) bytes; at most \(maximumBytes) are read (maximumBytes)")
    }
    return try readAll(descriptor, count: Int(status.st_size), path)
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
