/// `data:[<media type>][;base64],<data>` (RFC 2397).
package enum DataURI {
  private static let rule = "expected data:[<media type>][;base64],<data>"

  /// The bytes that a URI carries.
  ///
  /// Stricter than the reference, whose base64 decoder skips what it does not know and so turns a damaged upload into other bytes.
  package static func decode(_ uri: String, maximumBytes: Int) throws(MediaError) -> [UInt8] {
    let text = Array(uri.utf8)
    guard text.prefix(5).elementsEqual("data:".utf8, by: { $0 | 0x20 == $1 || $0 == $1 }) else {
      throw MediaError(.invalidDataURI, "the URI does not begin with data:; \(rule)")
    }
    guard let comma = text.firstIndex(of: UInt8(ascii: ",")) else {
      throw MediaError(.invalidDataURI, "the data URI has no comma between its media type and its data; \(rule)")
    }
    let data = text[(comma + 1)...]
    guard data.count / 4 * 3 <= maximumBytes else {
      throw MediaError(
        .fileTooLarge, "the data URI has \(data.count) characters of data; at most \(maximumBytes) bytes are read (maximumBytes)")
    }
    let isBase64 = text[5..<comma].split(separator: UInt8(ascii: ";")).last?.elementsEqual("base64".utf8) { $0 | 0x20 == $1 } ?? false
    let unescaped = try percentDecoded(data)
    let bytes = isBase64 ? try base64Decoded(unescaped) : unescaped
    guard bytes.count <= maximumBytes else {
      throw MediaError(.fileTooLarge, "the data URI carries \(bytes.count) bytes; at most \(maximumBytes) are read (maximumBytes)")
    }
    return bytes
  }

  private static func percentDecoded(_ text: ArraySlice<UInt8>) throws(MediaError) -> [UInt8] {
    guard text.contains(UInt8(ascii: "%")) else { return Array(text) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var index = text.startIndex
    while index < text.endIndex {
      guard text[index] == UInt8(ascii: "%") else {
        bytes.append(text[index])
        index += 1
        continue
      }
      guard index + 2 < text.endIndex, let high = hexadecimal(text[index + 1]), let low = hexadecimal(text[index + 2]) else {
        throw MediaError(.invalidDataURI, "the data URI has a % without two hexadecimal digits after it, at character \(index + 1)")
      }
      bytes.append(high << 4 | low)
      index += 3
    }
    return bytes
  }

  private static func hexadecimal(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// The value of each base64 digit; 255 for every other byte.
  private static let digits: [UInt8] = {
    var table = [UInt8](repeating: 255, count: 256)
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (value, character) in alphabet.utf8.enumerated() { table[Int(character)] = UInt8(value) }
    return table
  }()

  private static func base64Decoded(_ text: [UInt8]) throws(MediaError) -> [UInt8] {
    guard text.count % 4 == 0 else {
      throw MediaError(
        .invalidDataURI, "the base64 text has \(text.count) characters, no multiple of 4: it is cut short, or its = padding is missing")
    }
    let padding = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    var group: UInt32 = 0
    for index in 0..<text.count - padding {
      let digit = digits[Int(text[index])]
      guard digit != 255 else { throw foreign(text[index], at: index) }
      group = group << 6 | UInt32(digit)
      if index % 4 == 3 {
        bytes.append(UInt8(truncatingIfNeeded: group >> 16))
        bytes.append(UInt8(truncatingIfNeeded: group >> 8))
        bytes.append(UInt8(truncatingIfNeeded: group))
      }
    }
    guard padding > 0 else { return bytes }
    group <<= UInt32(6 * padding)
    guard group & (padding == 1 ? 0xff : 0xffff) == 0 else {
      throw MediaError(.invalidDataURI, "the base64 text ends in bits that belong to no byte: it was altered or cut")
    }
    bytes.append(UInt8(truncatingIfNeeded: group >> 16))
    if padding == 1 { bytes.append(UInt8(truncatingIfNeeded: group >> 8)) }
    return bytes
  }

  private static func foreign(_ character: UInt8, at index: Int) -> MediaError {
    let reason =
      switch character {
      case UInt8(ascii: "-"), UInt8(ascii: "_"): "the URL-safe alphabet is not the one of data URIs: use + and /"
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): "remove blanks and line breaks"
      case UInt8(ascii: "="): "padding belongs at the end"
      default: "expected A-Z, a-z, 0-9, + or /"
      }
    return MediaError(.invalidDataURI, "the base64 text has a foreign character (byte \(character)) at position \(index + 1): \(reason)")
  }
}
