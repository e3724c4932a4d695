/// A file of a repository as the hub lists it.
struct RepositoryFile: Sendable, Equatable {
  /// Where it lies in the repository, with `/` between folders.
  let path: String
  /// Bytes.
  let size: Int
  let digest: ContentDigest
}

/// What proves the content of a file, as the hub states it.
enum ContentDigest: Sendable, Hashable {
  /// SHA-256 of the content, in hexadecimal.
  case sha256(String)
  /// Git's name for a blob: SHA-1 of `blob `, the size, a zero byte and the content, in hexadecimal.
  case gitBlob(String)

  init?(sha256 text: String) {
    guard text.utf8.count == 64, Self.isHexadecimal(text) else { return nil }
    self = .sha256(text)
  }

  init?(gitBlob text: String) {
    guard text.utf8.count == 40, Self.isHexadecimal(text) else { return nil }
    self = .gitBlob(text)
  }

  /// The digest in hexadecimal, which is also the name of the blob in the cache.
  var text: String {
    switch self {
    case .sha256(let text), .gitBlob(let text): text
    }
  }

  /// Whether a text is digits and lower-case letters from a to f.
  static func isHexadecimal(_ text: String) -> Bool {
    text.utf8.allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
    }
  }
}
