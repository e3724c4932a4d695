import Crypto
import Qwen3VL

extension PictureDigest {
  /// SHA-256 of a picture's grid and of the bits of its numbers.
  init(_ picture: Patches) {
    var hash = SHA256()
    for side in [picture.gridHeight, picture.gridWidth] {
      withUnsafeBytes(of: Int64(side).littleEndian) { hash.update(bufferPointer: $0) }
    }
    picture.values.withUnsafeBytes { hash.update(bufferPointer: $0) }
    self.init(bytes: Array(hash.finalize()))
  }
}
