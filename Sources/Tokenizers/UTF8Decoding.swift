/// UTF-8 that is known to be valid, one code point at a time.
///
/// The standard library decodes through `String.UnicodeScalarView`, which has no offsets in bytes; those are what splitting needs.
enum UTF8Decoding {
  /// The code point whose first byte is at `position`, and the bytes it takes.
  ///
  /// - Precondition: `bytes` is valid UTF-8 and `position` is the start of a character.
  @inline(__always)
  static func scalar(in bytes: [UInt8], at position: Int) -> (code: UInt32, length: Int) {
    let first = UInt32(bytes[position])
    if first < 0x80 { return (first, 1) }
    let second = UInt32(bytes[position + 1] & 0x3F)
    if first < 0xE0 { return ((first & 0x1F) << 6 | second, 2) }
    let third = UInt32(bytes[position + 2] & 0x3F)
    if first < 0xF0 { return ((first & 0x0F) << 12 | second << 6 | third, 3) }
    return ((first & 0x07) << 18 | second << 12 | third << 6 | UInt32(bytes[position + 3] & 0x3F), 4)
  }

  /// Appends a code point as UTF-8.
  static func append(_ code: UInt32, to bytes: inout [UInt8]) {
    switch code {
    case 0..<0x80:
      bytes.append(UInt8(code))
    case 0x80..<0x800:
      bytes.append(UInt8(0xC0 | code >> 6))
      bytes.append(UInt8(0x80 | code & 0x3F))
    case 0x800..<0x1_0000:
      bytes.append(UInt8(0xE0 | code >> 12))
      bytes.append(UInt8(0x80 | code >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | code & 0x3F))
    default:
      bytes.append(UInt8(0xF0 | code >> 18 & 0x07))
      bytes.append(UInt8(0x80 | code >> 12 & 0x3F))
      bytes.append(UInt8(0x80 | code >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | code & 0x3F))
    }
  }
}
