/// Percent-encoding of what a URL may not hold literally (RFC 3986, section 2.1), as browsers do for addresses that people paste.
///
/// Sequences that are already encoded are kept; a `%` that begins none is encoded too.
enum PercentEncoding {
  /// A path whose bytes are all allowed in a path; `/` stays what it is.
  static func path(_ text: Substring.UTF8View) -> String { encode(text, keeping: "-._~!$&'()*+,;=:@/") }

  /// A query whose bytes are all allowed in a query.
  static func query(_ text: Substring.UTF8View) -> String { encode(text, keeping: "-._~!$&'()*+,;=:@/?") }

  private static func encode(_ text: Substring.UTF8View, keeping marks: String) -> String {
    let bytes = Array(text)
    var encoded: [UInt8] = []
    encoded.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      let isKept = byte == UInt8(ascii: "%") ? beginsSequence(bytes, index) : byte.isLetter || byte.isDigit || marks.utf8.contains(byte)
      if isKept {
        encoded.append(byte)
      } else {
        encoded += [UInt8(ascii: "%"), hexadecimalDigit(byte >> 4), hexadecimalDigit(byte & 0xf)]
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  private static func beginsSequence(_ bytes: [UInt8], _ index: Int) -> Bool {
    index + 2 < bytes.count && bytes[index + 1].hexadecimalValue != nil && bytes[index + 2].hexadecimalValue != nil
  }

  private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }
}
