/// The 256 colours that one-byte indices stand for.
struct ColorTable {
  /// Red, green, blue of each index.
  private let bytes: [UInt8]

  /// Every index is its own grey level.
  static let grey = ColorTable((0..<256).flatMap { [UInt8](repeating: UInt8($0), count: 3) })

  /// A table of at most 256 colours; indices beyond them are black.
  ///
  /// A table that only counts up in grey is dropped, as Pillow does, and then indices beyond it are grey too.
  init(_ colors: [UInt8]) {
    let used = colors.prefix(768)
    let isGreyRamp = used.enumerated().allSatisfy { Int($1) == $0 / 3 }
    bytes = used + (used.count..<768).map { isGreyRamp ? UInt8($0 / 3) : 0 }
  }

  /// Writes the colour of an index.
  func put(_ index: UInt8, into pixels: inout [UInt8], at position: Int) {
    let entry = 3 * Int(index)
    pixels[position] = bytes[entry]
    pixels[position + 1] = bytes[entry + 1]
    pixels[position + 2] = bytes[entry + 2]
  }
}
