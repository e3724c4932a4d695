/// A picture as `pdftoppm` writes it: `P6`, width, height, 255, then RGB8.
enum PortablePixmap {
  /// Bytes that are enough for the header of any picture.
  static let longestHeader = 64

  /// Reads the one picture that the bytes are.
  static func decode(_ bytes: [UInt8]) throws(MediaError) -> RGBImage {
    var reader = bytes[...]
    guard reader.starts(with: "P6".utf8) else { throw MediaError(.corrupt, "poppler drew no picture of the page") }
    reader = reader.dropFirst(2)
    guard let width = number(&reader), let height = number(&reader), let maximum = number(&reader), maximum == 255,
      reader.popFirst() != nil
    else { throw MediaError(.corrupt, "poppler's picture of the page begins with no header: expected P6, two sides and 255") }
    let size = ImageSize(width: width, height: height)
    guard reader.count == size.byteCount else {
      throw MediaError(.truncated, "poppler's picture of the page is \(size) and has \(reader.count) bytes of pixels")
    }
    return try RGBImage(width: width, height: height, pixels: Array(reader))
  }

  /// A decimal number after white space; up to nine digits.
  private static func number(_ bytes: inout ArraySlice<UInt8>) -> Int? {
    bytes = bytes.drop { $0 == 0x20 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
    let digits = bytes.prefix { (0x30...0x39).contains($0) }
    guard (1...9).contains(digits.count) else { return nil }
    bytes = bytes.dropFirst(digits.count)
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}
