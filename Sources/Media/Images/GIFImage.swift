/// The first frame of a GIF, and what stands before it.
///
/// Decoded here rather than by giflib: the decoder is small, in Swift every access is checked, and it treats odd streams as Pillow does.
struct GIFImage {
  /// The screen, widened where the frame reaches beyond it.
  let size: ImageSize
  private let frame: Frame
  private let palette: ColorTable
  /// The index that covers the screen outside the frame.
  private let background: UInt8

  private struct Frame {
    let (left, top): (Int, Int)
    let size: ImageSize
    let interlaced: Bool
    let codeBits: Int
    /// Where its LZW blocks begin.
    let start: Int
  }

  init(_ bytes: [UInt8]) throws(MediaError) {
    var reader = ByteReader(bytes, of: .gif, at: 6)
    let (screenWidth, screenHeight) = (try reader.number16(), try reader.number16())
    let flags = try reader.byte()
    try reader.skip(2)
    let shared = flags & 0x80 != 0 ? try Self.readColors(flags, &reader) : nil
    background = UInt8(try Self.skipExtensions(&reader) ?? 0)
    let (left, top) = (try reader.number16(), try reader.number16())
    let frameSize = ImageSize(width: try reader.number16(), height: try reader.number16())
    guard frameSize.width > 0, frameSize.height > 0 else {
      throw MediaError(.empty, "the GIF's first frame is \(frameSize) pixels: it is empty")
    }
    let frameFlags = try reader.byte()
    let own = frameFlags & 0x80 != 0 ? try Self.readColors(frameFlags, &reader) : nil
    let codeBits = try reader.byte()
    guard (1...8).contains(codeBits) else {
      throw MediaError(.corrupt, "the GIF is broken: its codes begin with \(codeBits) bits; expected 1 to 8")
    }
    palette = own ?? shared ?? .grey
    size = ImageSize(width: max(screenWidth, left + frameSize.width), height: max(screenHeight, top + frameSize.height))
    frame = Frame(
      left: left, top: top, size: frameSize, interlaced: frameFlags & 0x40 != 0, codeBits: codeBits, start: reader.position)
  }

  private static func readColors(_ flags: Int, _ reader: inout ByteReader) throws(MediaError) -> ColorTable {
    ColorTable(try reader.take(3 * (2 << (flags & 7))))
  }

  /// Moves to just behind the first frame's `,` and returns its transparent index, if it has one.
  private static func skipExtensions(_ reader: inout ByteReader) throws(MediaError) -> Int? {
    var transparent: Int?
    while true {
      switch try reader.byte() {
      case 0x2c: return transparent
      case 0x3b: throw MediaError(.empty, "the GIF has no frame")
      case 0x21:
        let isControl = try reader.byte() == 0xf9
        var length = try reader.byte()
        if isControl, length >= 4 {
          let block = try reader.take(length)
          if block[0] & 1 != 0 { transparent = Int(block[3]) }
          length = try reader.byte()
        }
        while length > 0 {
          try reader.skip(length)
          length = try reader.byte()
        }
      default: break
      }
    }
  }

  /// The pixels as RGB8, once the size has passed the limits.
  func decode(_ bytes: [UInt8]) throws(MediaError) -> [UInt8] {
    let indices = try frameIndices(bytes)
    var pixels = [UInt8](repeating: 0, count: size.width * size.height * 3)
    if frame.size != size {
      for pixel in 0..<size.width * size.height { palette.put(background, into: &pixels, at: 3 * pixel) }
    }
    for row in 0..<frame.size.height {
      let start = (row + frame.top) * size.width + frame.left
      for column in 0..<frame.size.width {
        palette.put(indices[row * frame.size.width + column], into: &pixels, at: 3 * (start + column))
      }
    }
    return pixels
  }

  /// The frame's palette indices, row by row from the top.
  private func frameIndices(_ bytes: [UInt8]) throws(MediaError) -> [UInt8] {
    let (width, height) = (frame.size.width, frame.size.height)
    var decoder = LZWDecoder(codeBits: frame.codeBits, count: width * height)
    switch decoder.decode(blocks: bytes, at: frame.start) {
    case .complete: break
    case .cutOff: throw MediaError(.truncated, "the GIF ends after \(decoder.output.count / width) of \(height) rows")
    case .invalidCode: throw MediaError(.corrupt, "the GIF is broken: row \(decoder.output.count / width) has a code that means nothing")
    }
    guard frame.interlaced else { return decoder.output }
    var indices = decoder.output
    var stored = 0
    for (first, step) in [(0, 8), (4, 8), (2, 4), (1, 2)] {
      for y in stride(from: first, to: height, by: step) {
        indices.replaceSubrange(y * width..<(y + 1) * width, with: decoder.output[stored * width..<(stored + 1) * width])
        stored += 1
      }
    }
    return indices
  }
}
