#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that appears whole or not at all: written beside its place, synced, then renamed into it.
final class AtomicFile {
  private let path: String
  private let temporary: String
  private var descriptor: Int32
  /// Whether the temporary file is there, and ours to remove.
  private var hasTemporary = false

  init(_ path: String) throws(CheckpointError) {
    self.path = path
    // A name that no one else uses, in this process or another; O_EXCL refuses a file or link that someone has put there all the same.
    temporary = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 36)).partial"
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("cannot be created") }
    hasTemporary = true
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if hasTemporary { unlink(temporary) }
  }

  /// Writes a whole text.
  static func write(_ text: String, to path: String) throws(CheckpointError) {
    let file = try AtomicFile(path)
    try file.write(Array(text.utf8))
    try file.commit()
  }

  func write(_ bytes: [UInt8]) throws(CheckpointError) {
    let result = bytes.withUnsafeBytes { bytes -> Result<Void, CheckpointError> in
      do throws(CheckpointError) { return .success(try write(bytes)) } catch { return .failure(error) }
    }
    try result.get()
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    var rest = bytes
    while let base = rest.baseAddress, !rest.isEmpty {
      #if canImport(Darwin)
        let written = Darwin.write(descriptor, base, rest.count)
      #elseif canImport(Musl)
        let written = Musl.write(descriptor, base, rest.count)
      #else
        let written = Glibc.write(descriptor, base, rest.count)
      #endif
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw failure("cannot be written") }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
    }
  }

  /// Makes the file appear under its name.
  func commit() throws(CheckpointError) {
    guard fsync(descriptor) == 0 else { throw failure("cannot be written") }
    // Whatever close says, the descriptor is gone.
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0 else { throw failure("cannot be written") }
    guard rename(temporary, path) == 0 else { throw failure("cannot be put in place") }
    hasTemporary = false
  }

  private func failure(_ what: String) -> CheckpointError {
    let reason = String(cString: strerror(errno))
    return CheckpointError(.unwritableFile, file: path, "\(what): \(reason)")
  }
}
