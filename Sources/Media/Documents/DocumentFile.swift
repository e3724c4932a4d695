#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open document; closed when the last user lets go of it.
///
/// The programs that read it are handed the open file, not its name. So a name may hold anything, the file may be renamed, replaced or
/// removed meanwhile, and a temporary one needs no name at all.
final class DocumentFile: Sendable {
  let descriptor: Int32
  /// What owns the descriptor, where it was opened by name.
  private let file: RegularFile?

  private init(descriptor: Int32, of file: RegularFile? = nil) {
    self.descriptor = descriptor
    self.file = file
  }

  deinit { if file == nil { close(descriptor) } }

  /// Opens a regular file.
  convenience init(path: String, maximumBytes: Int) throws(MediaError) {
    let file = try RegularFile(path, expecting: "a document")
    self.init(descriptor: file.descriptor, of: file)
    guard file.count <= maximumBytes else {
      throw MediaError(.fileTooLarge, file: path, "has \(file.count) bytes; at most \(maximumBytes) are read (maximumBytes)")
    }
  }

  /// Puts bytes into a temporary file that has lost its name before anything is written to it: nothing stays behind, whatever happens.
  convenience init(bytes: [UInt8], maximumBytes: Int) throws(MediaError) {
    guard bytes.count <= maximumBytes else {
      throw MediaError(.fileTooLarge, "the document has \(bytes.count) bytes; at most \(maximumBytes) are read (maximumBytes)")
    }
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var name = Array("\(folder)/sightline-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw Self.failure(folder) }
    self.init(descriptor: descriptor)
    unlink(name)
    guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else { throw Self.failure(folder) }
    try Self.write(bytes, to: descriptor, folder)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32, _ folder: String) throws(MediaError) {
    let isWritten = bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let step = systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest))
        if step > 0 {
          rest = rest.dropFirst(step)
        } else if errno != EINTR {
          return false
        }
      }
      return true
    }
    guard isWritten else { throw failure(folder) }
  }

  private static func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      return Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      return Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      return Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  private static func failure(_ folder: String) -> MediaError {
    MediaError(
      .unreadableFile, "the document cannot be put into a temporary file in \(folder) (TMPDIR): \(String(cString: strerror(errno)))")
  }
}
