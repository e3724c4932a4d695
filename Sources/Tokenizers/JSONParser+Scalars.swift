extension JSONParser {
  mutating func parseNumber() throws(TokenizerError) {
    let start = position
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    let leadingZero = position < bytes.count && bytes[position] == UInt8(ascii: "0")
    let digits = try skipDigits()
    if leadingZero && digits > 1 { throw error("has a number with a leading zero", at: start) }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      _ = try skipDigits()
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") { position += 1 }
      _ = try skipDigits()
    }
    append(.number, start: start, count: position - start)
  }

  private mutating func skipDigits() throws(TokenizerError) -> Int {
    let start = position
    while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
    guard position > start else { throw position < bytes.count ? unexpectedByte(expected: "a digit") : endOfText() }
    return position - start
  }

  mutating func parseString() throws(TokenizerError) {
    let start = position + 1
    var hasEscapes = false
    position = start
    while true {
      guard position < bytes.count else { throw endOfText() }
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        break
      } else if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        try skipEscape()
      } else if byte >= 0x80 {
        guard let length = Self.lengthOfScalar(in: bytes, at: position) else {
          throw error("is not valid UTF-8", at: position)
        }
        position += length
      } else if byte < 0x20 {
        throw error("has a control character inside a string, where JSON wants \\u\(Self.hex(UInt32(byte)))", at: position)
      } else {
        position += 1
      }
    }
    append(.string, start: start, count: position - start, hasEscapes: hasEscapes)
    position += 1
  }

  private mutating func skipEscape() throws(TokenizerError) {
    guard position + 1 < bytes.count else { throw endOfText() }
    switch bytes[position + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
      UInt8(ascii: "r"), UInt8(ascii: "t"):
      position += 2
    case UInt8(ascii: "u"):
      guard let unit = Self.codeUnit(in: bytes[...], at: position) else { throw error("has an unfinished \\u escape", at: position) }
      if unit & 0xF800 == 0xD800 {
        guard unit < 0xDC00, let low = Self.codeUnit(in: bytes[...], at: position + 6), low & 0xFC00 == 0xDC00 else {
          throw error("has the surrogate \\u\(Self.hex(unit)) without its other half, which is no character", at: position)
        }
        position += 12
      } else {
        position += 6
      }
    default:
      throw error("has an unknown escape after \\", at: position + 1)
    }
  }

  /// The number in `\uXXXX` at `position`, or nil if that is not what is there.
  private static func codeUnit(in text: ArraySlice<UInt8>, at position: Int) -> UInt32? {
    guard position + 6 <= text.endIndex, text[position] == UInt8(ascii: "\\"), text[position + 1] == UInt8(ascii: "u") else {
      return nil
    }
    var unit: UInt32 = 0
    for byte in text[position + 2..<position + 6] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else { return nil }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }

  /// Bytes of the multi-byte character at `position`, or nil if the bytes are not valid UTF-8 (overlong, surrogate, cut off).
  private static func lengthOfScalar(in bytes: [UInt8], at position: Int) -> Int? {
    let first = bytes[position]
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return nil
    }
    guard position + length <= bytes.count, second.contains(bytes[position + 1]) else { return nil }
    for index in position + 2..<position + length where bytes[index] & 0xC0 != 0x80 { return nil }
    return length
  }

  /// The value of a string's text that was checked by `parseString`.
  static func resolvingEscapes(in text: ArraySlice<UInt8>) -> [UInt8] {
    var value: [UInt8] = []
    value.reserveCapacity(text.count)
    var position = text.startIndex
    while position < text.endIndex {
      guard text[position] == UInt8(ascii: "\\"), position + 1 < text.endIndex else {
        value.append(text[position])
        position += 1
        continue
      }
      if let unit = codeUnit(in: text, at: position) {
        var code = unit
        position += 6
        if unit & 0xFC00 == 0xD800, let low = codeUnit(in: text, at: position) {
          code = 0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF)
          position += 6
        }
        value.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
      } else {
        switch text[position + 1] {
        case UInt8(ascii: "b"): value.append(0x08)
        case UInt8(ascii: "f"): value.append(0x0C)
        case UInt8(ascii: "n"): value.append(0x0A)
        case UInt8(ascii: "r"): value.append(0x0D)
        case UInt8(ascii: "t"): value.append(0x09)
        case let byte: value.append(byte)
        }
        position += 2
      }
    }
    return value
  }
}
