import CKernels

/// CRC-32C (Castagnoli).
enum Checksum {
  static func of(_ bytes: some Collection<UInt8>) -> UInt32 {
    bytes.withContiguousStorageIfAvailable { of(UnsafeRawBufferPointer($0)) } ?? Array(bytes).withUnsafeBytes { of($0) }
  }

  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 { sl_crc32c(0, bytes.baseAddress, bytes.count) }
}
