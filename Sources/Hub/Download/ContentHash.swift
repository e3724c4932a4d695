import Crypto
import Foundation

/// Hashes content in the way that a digest asks for.
enum ContentHash {
  case sha256(SHA256)
  case gitBlob(Insecure.SHA1)

  /// A hash of nothing yet.
  ///
  /// - Parameters:
  ///   - digest: What it will be compared with.
  ///   - size: Bytes that the content will have; a part of what git hashes.
  init(for digest: ContentDigest, size: Int) {
    switch digest {
    case .sha256: self = .sha256(SHA256())
    case .gitBlob:
      var hash = Insecure.SHA1()
      hash.update(data: Data("blob \(size)\0".utf8))
      self = .gitBlob(hash)
    }
  }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    switch self {
    case .sha256(var hash):
      hash.update(bufferPointer: bytes)
      self = .sha256(hash)
    case .gitBlob(var hash):
      hash.update(bufferPointer: bytes)
      self = .gitBlob(hash)
    }
  }

  /// The digest of what was hashed.
  var digest: ContentDigest {
    switch self {
    case .sha256(let hash): .sha256(hexadecimal(hash.finalize()))
    case .gitBlob(let hash): .gitBlob(hexadecimal(hash.finalize()))
    }
  }
}

/// Bytes as hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
