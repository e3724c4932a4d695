/// The alphabet of byte-level BPE: one printable character for each byte, so that tokens can be written in JSON.
///
/// The printable bytes of Latin-1 stand for themselves; the other 68 take the code points from U+0100 on, in order. GPT-2
/// introduced it, so the space is `Ġ` and the line feed `Ċ`.
enum ByteLevelAlphabet {
  /// The code point of each byte.
  static let codePoints: [UInt32] = {
    var next: UInt32 = 0x100
    return (0..<256).map { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return UInt32(byte)
      default:
        defer { next += 1 }
        return next
      }
    }
  }()

  /// The byte of each code point up to the last in the alphabet; nil where there is none.
  private static let bytes: [UInt8?] = {
    var bytes = [UInt8?](repeating: nil, count: 0x100 + 68)
    for (byte, code) in codePoints.enumerated() { bytes[Int(code)] = UInt8(byte) }
    return bytes
  }()

  /// The UTF-8 of the token that stands for one byte.
  static func token(for byte: UInt8) -> [UInt8] {
    var token: [UInt8] = []
    UTF8Decoding.append(codePoints[Int(byte)], to: &token)
    return token
  }

  /// Appends the bytes that a token stands for.
  ///
  /// A token with a character outside the alphabet stands for its own UTF-8, as in the reference.
  static func appendBytes(ofToken token: ArraySlice<UInt8>, to output: inout [UInt8]) {
    let start = output.count
    for scalar in String(decoding: token, as: UTF8.self).unicodeScalars {
      guard scalar.value < bytes.count, let byte = bytes[Int(scalar.value)] else {
        output.removeSubrange(start...)
        output.append(contentsOf: token)
        return
      }
      output.append(byte)
    }
  }
}
