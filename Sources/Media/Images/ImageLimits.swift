/// What is refused before memory is taken.
public struct ImageLimits: Sendable, Equatable {
  /// Most pixels a picture may have; the default is where Pillow stops.
  ///
  /// Decoding takes 3 bytes a pixel and, while it runs, up to 12 more: 4 for interlaced PNG and WebP
  /// with alpha, 6 for progressive JPEG, 8 for animated WebP and its frame.
  public var maximumPixels: Int
  /// Most bytes a file, or a `data:` URI, may have.
  public var maximumBytes: Int
  /// Formats that are read; any other is refused by name.
  public var formats: Set<ImageFormat>

  /// Limits.
  public init(
    maximumPixels: Int = 178_956_970, maximumBytes: Int = 256 << 20, formats: Set<ImageFormat> = Set(ImageFormat.allCases)
  ) {
    self.maximumPixels = maximumPixels
    self.maximumBytes = maximumBytes
    self.formats = formats
  }

  /// Passes sizes that have pixels, and no more than the limit.
  func check(_ size: ImageSize, of format: ImageFormat) throws(MediaError) {
    guard size.width >= 1, size.height >= 1 else { throw MediaError(.empty, "the \(format.name) is \(size) pixels: it is empty") }
    guard let count = size.pixelCount, count <= maximumPixels, size.byteCount != nil else {
      throw MediaError(.tooManyPixels, "the \(format.name) is \(size) pixels; at most \(maximumPixels) pixels are read (maximumPixels)")
    }
  }
}
