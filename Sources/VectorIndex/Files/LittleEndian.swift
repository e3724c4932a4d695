#if _endian(big)
  #error("the files of an index are little-endian, and rows are read where they lie")
#endif

extension [UInt8] {
  /// Appends the bytes of an integer, lowest first.
  mutating func append(_ value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  /// The integer whose bytes begin at `offset`, lowest first.
  func integer<Value: FixedWidthInteger>(at offset: Int, as type: Value.Type) -> Value {
    withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: type)) }
  }
}
