import Foundation

/// The part of a file that has come, on disk, with the hash of what it holds.
///
/// It lies beside its later place under the name `<digest>.incomplete`. What the server called the version (`ETag`) is kept beside it, so that a
/// later process can ask for the rest of the same version and no other.
final class PartialFile {
  private let path: String
  private let file: RepositoryFile
  private let open: OpenFile
  private var hash: ContentHash
  /// Bytes that have come.
  private(set) var count = 0
  /// The server's name for the version that the bytes are of.
  private(set) var entityTag: String?

  /// Opens what an earlier try has left, or begins.
  ///
  /// Costs one reading of what is there.
  init(_ path: String, for file: RepositoryFile) throws {
    self.path = path
    self.file = file
    open = try OpenFile(path)
    hash = ContentHash(for: file.digest, size: file.size)
    if try open.size() > file.size {
      try startAgain()
      return
    }
    try open.read { bytes in
      try Task.checkCancellation()
      hash.update(bytes)
      count += bytes.count
    }
    if count > 0, let handle = FileHandle(forReadingAtPath: tagPath) {
      entityTag = (try? handle.read(upToCount: 256)).flatMap { Self.strong(String(decoding: $0, as: UTF8.self)) }
    }
  }

  /// Whether all bytes are there, and the right ones.
  var isVerified: Bool { count == file.size && hash.digest == file.digest }

  /// Adds bytes at the end.
  func append(_ bytes: UnsafeRawBufferPointer) throws(HubError) {
    try open.write(bytes)
    hash.update(bytes)
    count += bytes.count
  }

  /// Throws away what has come.
  func startAgain() throws(HubError) {
    try open.empty()
    hash = ContentHash(for: file.digest, size: file.size)
    count = 0
    entityTag = nil
    try? FileManager.default.removeItem(atPath: tagPath)
  }

  /// Keeps the server's name for the version that comes.
  func note(entityTag tag: String?) throws(HubError) {
    let tag = tag.flatMap(Self.strong)
    guard tag != entityTag else { return }
    entityTag = tag
    // Without it the rest is asked for all the same, and the digest decides.
    if let tag { try? tag.write(toFile: tagPath, atomically: true, encoding: .utf8) }
  }

  /// Makes the file appear under its name, whole.
  func commit(to place: String) throws(HubError) {
    try open.synchronize()
    try replace(place, with: path)
    try? FileManager.default.removeItem(atPath: tagPath)
    try synchronizeFolder((place as NSString).deletingLastPathComponent)
  }

  private var tagPath: String { path + ".etag" }

  /// A tag that stands for the very same bytes, fit for `If-Range` (RFC 9110, section 13.1.5).
  private static func strong(_ tag: String) -> String? {
    tag.hasPrefix("\"") && tag.hasSuffix("\"") && (2...200).contains(tag.utf8.count) && tag.utf8.allSatisfy { (0x21...0x7e).contains($0) }
      ? tag : nil
  }
}
