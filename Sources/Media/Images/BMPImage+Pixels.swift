extension BMPImage {
  /// The pixels as RGB8, top row first, once the size has passed the limits.
  func decode(_ bytes: [UInt8]) throws(MediaError) -> [UInt8] {
    if storage == .runs { return try decodeRuns(bytes) }
    var pixels = [UInt8](repeating: 0, count: size.width * size.height * 3)
    let used = (size.width * bits + 7) / 8
    let stride = (size.width * bits + 31) / 32 * 4
    for row in 0..<size.height {
      // The padding after the last row may be missing.
      let from = start + row * stride
      guard from + used <= bytes.count else { throw truncated(after: row) }
      let y = topDown ? row : size.height - 1 - row
      decodeRow(bytes, from, into: &pixels, at: y * size.width * 3)
    }
    return pixels
  }

  private func truncated(after rows: Int) -> MediaError {
    MediaError(.truncated, "the BMP ends after \(rows) of \(size.height) rows")
  }

  private func decodeRow(_ bytes: [UInt8], _ from: Int, into pixels: inout [UInt8], at to: Int) {
    switch storage {
    case .indices, .runs:
      for x in 0..<size.width {
        let shift = 8 - bits - x * bits % 8
        let index = Int(bytes[from + x * bits / 8]) >> shift & (1 << bits - 1)
        palette.put(UInt8(index), into: &pixels, at: to + 3 * x)
      }
    case .words(let greenBits):
      for x in 0..<size.width {
        let word = Int(bytes[from + 2 * x]) | Int(bytes[from + 2 * x + 1]) << 8
        let greenRange = 1 << greenBits - 1
        let red = word >> (5 + greenBits) & 31
        let green = word >> 5 & greenRange
        pixels[to + 3 * x] = UInt8(red * 255 / 31)
        pixels[to + 3 * x + 1] = UInt8(green * 255 / greenRange)
        pixels[to + 3 * x + 2] = UInt8((word & 31) * 255 / 31)
      }
    case .bytes(let red, let green, let blue, let alpha):
      for x in 0..<size.width {
        let pixel = from + x * (bits / 8)
        let opacity = alpha.map { bytes[pixel + $0] } ?? 255
        pixels[to + 3 * x] = overWhite(bytes[pixel + red], opacity)
        pixels[to + 3 * x + 1] = overWhite(bytes[pixel + green], opacity)
        pixels[to + 3 * x + 2] = overWhite(bytes[pixel + blue], opacity)
      }
    }
  }

  /// `value * alpha + 255 * (255 - alpha)`, over 255, rounded as Pillow rounds.
  private func overWhite(_ value: UInt8, _ alpha: UInt8) -> UInt8 {
    let scaled = Int(value) * Int(alpha) + 255 * (255 - Int(alpha)) + 128
    return UInt8((scaled >> 8 + scaled) >> 8)
  }
}

extension BMPImage {
  /// Run lengths: indices come out in one long row that is cut into rows at the end, as in Pillow.
  private func decodeRuns(_ bytes: [UInt8]) throws(MediaError) -> [UInt8] {
    let indices = runIndices(bytes)
    let count = size.width * size.height
    guard indices.count >= count else { throw truncated(after: indices.count / size.width) }
    var pixels = [UInt8](repeating: 0, count: count * 3)
    for row in 0..<size.height {
      let y = topDown ? row : size.height - 1 - row
      for x in 0..<size.width { palette.put(indices[row * size.width + x], into: &pixels, at: (y * size.width + x) * 3) }
    }
    return pixels
  }

  private func runIndices(_ bytes: [UInt8]) -> [UInt8] {
    let (width, count) = (size.width, size.width * size.height)
    var indices: [UInt8] = []
    var x = 0
    var at = start
    while indices.count < count, at + 1 < bytes.count {
      let (run, value) = (Int(bytes[at]), bytes[at + 1])
      at += 2
      switch (run, value) {
      case (0, 0):
        let missing = (width - indices.count % width) % width
        indices.append(contentsOf: repeatElement(0, count: missing))
        x = 0
      case (0, 1):
        return indices
      case (0, 2):
        guard at + 1 < bytes.count else { return indices }
        let jump = Int(bytes[at]) + Int(bytes[at + 1]) * width
        at += 2
        indices.append(contentsOf: repeatElement(0, count: min(count - indices.count, jump)))
        x = indices.count % width
      case (0, _):
        let length = min(count - indices.count, Int(value))
        let stored = bits == 4 ? (length + 1) / 2 : length
        guard at + stored <= bytes.count else { return indices }
        for i in 0..<length { indices.append(bits == 4 ? half(bytes[at + i / 2], i) : bytes[at + i]) }
        at += stored
        x += Int(value)
        at += at % 2
      default:
        let length = x + run > width ? max(0, width - x) : run
        for i in 0..<length { indices.append(bits == 4 ? half(value, i) : value) }
        x += length
      }
    }
    return indices
  }

  /// The high half of a byte for even positions, the low half for odd ones.
  private func half(_ byte: UInt8, _ index: Int) -> UInt8 { index % 2 == 0 ? byte >> 4 : byte & 15 }
}
