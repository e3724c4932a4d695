import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file's bytes, mapped read-only.
enum MappedFile {
  /// Maps a regular file.
  ///
  /// The mapping costs no copy and no time in proportion to the file: pages are read when they are first used. If the file is cut short
  /// while it is mapped, reading past its new end ends the process, as with every mapped file: replace checkpoints by renaming.
  static func map(_ path: String) throws(CheckpointError) -> Memory {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let code: CheckpointError.Code = errno == ENOENT ? .missingFile : .unreadableFile
      throw CheckpointError(code, file: path, "cannot be opened: \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw CheckpointError(.unreadableFile, file: path, "cannot be examined: \(String(cString: strerror(errno)))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw CheckpointError(.unreadableFile, file: path, "is not a regular file")
    }
    let size = Int(status.st_size)
    guard size > 0 else { throw CheckpointError(.malformedFile, file: path, "is empty") }
    guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
      throw CheckpointError(.unreadableFile, file: path, "cannot be mapped: \(String(cString: strerror(errno)))")
    }
    return memory(base, size)
  }

  /// Zeros that no file has: addresses without memory behind them, however many.
  static func zeros(_ byteCount: Int, for tensor: String) throws(CheckpointError) -> Memory {
    guard let base = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE | MAP_ANON, -1, 0), base != MAP_FAILED else {
      throw CheckpointError(.unsupported, file: tensor, "would have \(byteCount) bytes: \(String(cString: strerror(errno)))")
    }
    return memory(base, byteCount)
  }

  private static func memory(_ base: UnsafeMutableRawPointer, _ byteCount: Int) -> Memory {
    nonisolated(unsafe) let mapping = base
    return Memory(base: UnsafeRawPointer(base), byteCount: byteCount) { munmap(mapping, byteCount) }
  }
}
