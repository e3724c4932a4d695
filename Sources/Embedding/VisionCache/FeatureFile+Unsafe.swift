import Crypto
import Foundation
import Qwen3VL

/// A file with the features of one picture.
///
/// `SLVF`, the version, numbers in a matrix and the number of matrices as four bytes each, little-endian; the matrices as f32, tokens first;
/// SHA-256 of all that.
enum FeatureFile {
  private static let magic = Array("SLVF".utf8)
  private static let version: UInt32 = 1
  private static let headerBytes = 16
  private static let digestBytes = 32
  /// A matrix has the tokens' numbers, or one tap's; more taps than this no model has.
  private static let largestCount = 64

  /// The file's content.
  static func encode(_ features: PictureFeatures) -> Data {
    let matrices = [features.tokens] + features.deepstack
    var data = Data(capacity: headerBytes + features.byteCount + digestBytes)
    data.append(contentsOf: magic)
    for number in [version, UInt32(features.tokens.count), UInt32(matrices.count)] {
      withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) }
    }
    for matrix in matrices { matrix.withUnsafeBytes { data.append(contentsOf: $0) } }
    data.append(contentsOf: SHA256.hash(data: data))
    return data
  }

  /// The features that a file holds; `nil` for a file that is damaged, cut off, or something else.
  static func decode(_ data: Data) -> PictureFeatures? {
    guard data.count >= headerBytes + digestBytes, Array(data.prefix(magic.count)) == magic else { return nil }
    return data.withUnsafeBytes { bytes -> PictureFeatures? in
      func number(_ index: Int) -> UInt32 { UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)) }
      let (size, count) = (Int(number(2)), Int(number(3)))
      let end = bytes.count - digestBytes
      // Divided, since a product of unchecked numbers could overflow.
      guard number(1) == version, (1...largestCount).contains(count), (end - headerBytes) % (4 * count) == 0,
        (end - headerBytes) / (4 * count) == size, SHA256.hash(data: bytes[..<end]).elementsEqual(bytes[end...])
      else { return nil }
      func matrix(_ index: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: size) { buffer, written in
          UnsafeMutableRawBufferPointer(buffer).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: bytes[(headerBytes + 4 * size * index)..<(headerBytes + 4 * size * (index + 1))]))
          written = size
        }
      }
      return PictureFeatures(tokens: matrix(0), deepstack: (1..<count).map(matrix))
    }
  }
}
