import Crypto

/// SHA-256, so that expected pixels fit into a line.
enum Digest {
  static func hex(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Of the numbers' little-endian bytes.
  static func hex(_ values: [Float]) -> String {
    hex(values.flatMap { value in [UInt32(0), 8, 16, 24].map { UInt8(truncatingIfNeeded: value.bitPattern >> $0) } })
  }
}
