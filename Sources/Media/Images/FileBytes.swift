#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A regular file that is open for reading until this object goes.
final class RegularFile: Sendable {
  let path: String
  let descriptor: Int32
  /// Bytes in the file when it was opened.
  let count: Int

  /// Opens a file of the kind that is expected, as in "a picture file".
  ///
  /// Folders, pipes and devices are refused without waiting for them: the file is opened without blocking, then asked what it is.
  init(_ path: String, expecting kind: String) throws(MediaError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw MediaError(.unreadableFile, file: path, "cannot be opened: \(String(cString: strerror(errno)))") }
    var status = stat()
    let fault: String? =
      if fstat(descriptor, &status) != 0 {
        "cannot be examined: \(String(cString: strerror(errno)))"
      } else if status.st_mode & S_IFMT != S_IFREG {
        (status.st_mode & S_IFMT == S_IFDIR ? "is a folder" : "is a pipe or a device") + "; expected \(kind)"
      } else {
        nil
      }
    if let fault {
      close(descriptor)
      throw MediaError(.unreadableFile, file: path, fault)
    }
    self.path = path
    self.descriptor = descriptor
    count = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Reads the next `count` bytes, or fewer where the file has ended since.
  func read(_ count: Int) throws(MediaError) -> [UInt8] {
    let descriptor = descriptor
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let step = FileBytes.systemRead(descriptor, buffer, from: filled)
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
}

/// The bytes of a regular file.
enum FileBytes {
  /// Reads a whole file.
  static func read(_ path: String, maximumBytes: Int) throws(MediaError) -> [UInt8] {
    let file = try RegularFile(path, expecting: "a picture file")
    guard file.count <= maximumBytes else {
      throw MediaError(.fileTooLarge, file: path, "has \(file.count) bytes; at most \(maximumBytes) are read (maximumBytes)")
    }
    return try file.read(file.count)
  }

  fileprivate static func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableBufferPointer<UInt8>, from start: Int) -> Int {
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
