#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The right to write into a collection: one holder among all processes, freed by the system when the holder ends, however it ends.
package final class WriterLock: Sendable {
  /// The file's name in the collection's folder.
  package static let fileName = "lock"

  private let descriptor: Int32

  package init(_ directory: String) throws(CollectionError) {
    let path = "\(directory)/\(Self.fileName)"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else {
      throw CollectionError(.inputOutput, "\(path): cannot be opened: \(String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let fault = errno
      close(descriptor)
      guard fault == EWOULDBLOCK else {
        throw CollectionError(.inputOutput, "\(path): cannot be locked: \(String(cString: strerror(fault)))")
      }
      throw CollectionError(.busy, "\(directory): another process writes into the collection; wait until it is done")
    }
  }

  deinit {
    // A process that is being started holds a copy of the descriptor for a moment, and the lock with it.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}

/// Making names last.
package enum FolderChanges {
  /// A new name beside a folder's, to fill it under before it gets its own.
  package static func partial(of path: String) -> String {
    var trimmed = path
    // With a slash at its end, the name would lie in the folder.
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    return "\(trimmed).\(String(UInt64.random(in: .min ... .max), radix: 36)).partial"
  }

  /// Waits until a file's bytes, or a folder's names, are on disk.
  package static func sync(_ path: String) throws(CollectionError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fault(path, "cannot be opened") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw fault(path, "cannot be brought to disk") }
  }

  /// Gives a folder its name, where nothing has it yet.
  package static func rename(_ path: String, to destination: String) throws(CollectionError) {
    #if canImport(Glibc)
      let status = Glibc.rename(path, destination)
    #elseif canImport(Musl)
      let status = Musl.rename(path, destination)
    #else
      let status = Darwin.rename(path, destination)
    #endif
    guard status == 0 else { throw fault(destination, "cannot be put in place") }
  }

  private static func fault(_ path: String, _ what: String) -> CollectionError {
    CollectionError(.inputOutput, "\(path): \(what): \(String(cString: strerror(errno)))")
  }
}
