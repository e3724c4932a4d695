/// The headers of a Windows bitmap.
///
/// No library in common use decodes bitmaps as Pillow does, and a decoder is small; in Swift every access is checked.
struct BMPImage {
  /// How the pixels are stored.
  enum Storage: Equatable {
    /// Rows of palette indices of 1, 4 or 8 bits.
    case indices
    /// Runs of palette indices of 4 or 8 bits.
    case runs
    /// Rows of 16-bit words with 5 bits of blue, then 5 or 6 of green, then 5 of red.
    case words(greenBits: Int)
    /// Rows of bytes: where each channel lies in a pixel.
    case bytes(red: Int, green: Int, blue: Int, alpha: Int?)
  }

  let size: ImageSize
  let topDown: Bool
  let bits: Int
  let storage: Storage
  /// What indices stand for.
  let palette: ColorTable
  /// Where the pixels begin in the file.
  let start: Int

  init(_ bytes: [UInt8]) throws(MediaError) {
    var reader = ByteReader(bytes, of: .bmp, at: 10)
    let statedStart = try reader.number32()
    let header = try Header(&reader)
    size = ImageSize(width: header.width, height: header.height)
    topDown = header.topDown
    bits = header.bits
    storage = try header.storage()
    palette = try header.palette(&reader)
    if statedStart == 0 {
      start = reader.position
    } else if statedStart == 14 + header.byteCount, bits <= 8 {
      // Some writers forget the palette when they state where the pixels begin.
      start = statedStart + header.colors * header.bytesPerColor
    } else {
      start = statedStart
    }
  }
}

extension BMPImage {
  /// The information header: of OS/2 (12 bytes), or one of Windows' (40 bytes and more).
  private struct Header {
    let byteCount: Int
    let width: Int
    let height: Int
    let topDown: Bool
    let bits: Int
    let compression: Int
    let colors: Int
    /// Red, green, blue, alpha; empty where the file has none.
    let masks: [Int]
    var bytesPerColor: Int { byteCount == 12 ? 3 : 4 }

    init(_ reader: inout ByteReader) throws(MediaError) {
      byteCount = try reader.number32()
      guard [12, 40, 52, 56, 64, 108, 124].contains(byteCount) else {
        throw MediaError(.unsupportedFormat, "the BMP has a header of \(byteCount) bytes; expected 12, 40, 52, 56, 64, 108 or 124")
      }
      guard byteCount > 12 else {
        (width, height, topDown) = (try reader.number16(), try reader.number16(), false)
        try reader.skip(2)
        bits = try reader.number16()
        (compression, colors, masks) = (0, bits <= 8 ? 1 << bits : 0, [])
        return
      }
      width = try reader.number32()
      let storedHeight = try reader.number32()
      // Rows from the top are marked by a negative height.
      topDown = storedHeight >> 24 == 0xff
      height = topDown ? 1 << 32 - storedHeight : storedHeight
      try reader.skip(2)
      bits = try reader.number16()
      compression = try reader.number32()
      try reader.skip(12)
      let storedColors = try reader.number32()
      colors = storedColors == 0 && bits <= 8 ? 1 << bits : storedColors
      try reader.skip(4)
      // In the short header the masks follow it; the longer ones hold them at the same place, and with an alpha from 56 bytes on.
      var masks: [Int] = []
      let end = reader.position + byteCount - 40
      if compression == 3 {
        for _ in 0..<3 { masks.append(try reader.number32()) }
        masks.append(byteCount >= 56 ? try reader.number32() : 0)
      }
      self.masks = masks
      if reader.position < end { try reader.skip(end - reader.position) }
    }

    func storage() throws(MediaError) -> Storage {
      guard [1, 4, 8, 16, 24, 32].contains(bits) else {
        throw MediaError(.unsupportedFormat, "the BMP has \(bits) bits a pixel; expected 1, 4, 8, 16, 24 or 32")
      }
      switch (compression, bits) {
      case (0, 1), (0, 4), (0, 8): return .indices
      case (0, 16): return .words(greenBits: 5)
      case (0, _): return .bytes(red: 2, green: 1, blue: 0, alpha: nil)
      case (1, 8), (2, 4): return .runs
      case (3, _):
        guard let storage = maskedStorage() else {
          let text = masks.map { String($0, radix: 16) }.joined(separator: ", ")
          throw MediaError(.unsupportedFormat, "the BMP has \(bits) bits a pixel under the masks \(text), which no common program writes")
        }
        return storage
      default:
        throw MediaError(.unsupportedFormat, "the BMP has compression \(compression) with \(bits) bits a pixel, which is not supported")
      }
    }

    private func maskedStorage() -> Storage? {
      switch (bits, masks) {
      case (16, [0xf800, 0x7e0, 0x1f, masks[3]]): .words(greenBits: 6)
      case (16, [0x7c00, 0x3e0, 0x1f, masks[3]]): .words(greenBits: 5)
      case (24, [0xff_0000, 0xff00, 0xff, masks[3]]): .bytes(red: 2, green: 1, blue: 0, alpha: nil)
      case (32, [0xff_0000, 0xff00, 0xff, 0]): .bytes(red: 2, green: 1, blue: 0, alpha: nil)
      case (32, [0xff00_0000, 0xff_0000, 0xff00, 0]): .bytes(red: 3, green: 2, blue: 1, alpha: nil)
      case (32, [0xff00_0000, 0xff00, 0xff, 0]): .bytes(red: 3, green: 1, blue: 0, alpha: nil)
      case (32, [0xff00_0000, 0xff_0000, 0xff00, 0xff]): .bytes(red: 3, green: 2, blue: 1, alpha: 0)
      case (32, [0xff, 0xff00, 0xff_0000, 0xff00_0000]): .bytes(red: 0, green: 1, blue: 2, alpha: 3)
      case (32, [0xff_0000, 0xff00, 0xff, 0xff00_0000]), (32, [0, 0, 0, 0]): .bytes(red: 2, green: 1, blue: 0, alpha: 3)
      case (32, [0xff00_0000, 0xff00, 0xff, 0xff_0000]): .bytes(red: 3, green: 1, blue: 0, alpha: 2)
      default: nil
      }
    }

    func palette(_ reader: inout ByteReader) throws(MediaError) -> ColorTable {
      guard bits <= 8 else { return .grey }
      guard (1...256).contains(colors) else { throw MediaError(.corrupt, "the BMP is broken: its palette has \(colors) colours") }
      let stored = try reader.take(colors * bytesPerColor)
      return ColorTable((0..<colors).flatMap { color in (0..<3).map { stored[color * bytesPerColor + 2 - $0] } })
    }
  }
}
