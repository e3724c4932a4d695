import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder that appears whole or not at all: filled beside its place under a name of its own, then renamed into it.
package final class PartialFolder {
  /// Where to write.
  package let path: String
  private let destination: String
  private var isOurs = true

  /// Makes the folder to fill.
  ///
  /// - Throws: `CheckpointError` when something is at `destination` already, or its surroundings cannot be written.
  package init(for destination: String) throws(CheckpointError) {
    var trimmed = destination
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    self.destination = trimmed
    path = "\(trimmed).\(String(UInt64.random(in: .min ... .max), radix: 36)).partial"
    var status = stat()
    // Also a link that leads nowhere is something.
    guard lstat(trimmed, &status) != 0 else {
      isOurs = false
      throw CheckpointError(.unwritableFile, file: trimmed, "exists already; give a new folder")
    }
    guard mkdir(path, 0o755) == 0 else {
      isOurs = false
      throw CheckpointError(.unwritableFile, file: trimmed, "cannot be created: \(String(cString: strerror(errno)))")
    }
  }

  deinit {
    if isOurs { try? FileManager.default.removeItem(atPath: path) }
  }

  /// Bytes that an ordinary user may still write there.
  var freeBytes: Int? {
    (try? FileManager.default.attributesOfFileSystem(forPath: path))?[.systemFreeSize] as? Int
  }

  /// Makes the folder appear under its name.
  package func commit() throws(CheckpointError) {
    try Self.synchronize(path)
    guard rename(path, destination) == 0 else {
      throw CheckpointError(.unwritableFile, file: destination, "cannot be put in place: \(String(cString: strerror(errno)))")
    }
    isOurs = false
    let parent = URL(fileURLWithPath: destination).deletingLastPathComponent().path
    try Self.synchronize(parent)
  }

  /// Names of new files reach the disk.
  static func synchronize(_ folder: String) throws(CheckpointError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    guard descriptor >= 0, fsync(descriptor) == 0 else {
      throw CheckpointError(.unwritableFile, file: folder, "cannot be written: \(String(cString: strerror(errno)))")
    }
  }
}
