/// A picture's width and height in pixels.
public struct ImageSize: Sendable, Hashable, CustomStringConvertible {
  /// Pixels in a row.
  public var width: Int
  /// Rows.
  public var height: Int

  /// A size.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// `width x height`, as in `640x480`.
  public var description: String { "\(width)x\(height)" }

  /// Width times height; `nil` where that overflows or a side is negative.
  var pixelCount: Int? {
    guard width >= 0, height >= 0 else { return nil }
    let (count, overflow) = width.multipliedReportingOverflow(by: height)
    return overflow ? nil : count
  }

  /// Bytes of that many RGB8 pixels; `nil` where that overflows.
  var byteCount: Int? {
    guard let pixelCount else { return nil }
    let (count, overflow) = pixelCount.multipliedReportingOverflow(by: 3)
    return overflow ? nil : count
  }
}

/// A picture as the model sees it: opaque, three channels of 8 bits, no profile, no orientation.
public struct RGBImage: Sendable, Equatable {
  /// Width and height, both at least 1.
  public let size: ImageSize
  /// Red, green, blue of each pixel, row by row from the top left.
  ///
  /// - Shape: [height][width][3]
  public let pixels: [UInt8]

  /// Pixels in a row.
  public var width: Int { size.width }
  /// Rows.
  public var height: Int { size.height }

  /// A picture from pixels in memory.
  ///
  /// - Parameters:
  ///   - width: Pixels in a row, at least 1.
  ///   - height: Rows, at least 1.
  ///   - pixels: Interleaved RGB8, [height][width][3].
  /// - Throws: ``MediaError/Code/empty`` without pixels, ``MediaError/Code/invalidArgument`` for any other number of bytes.
  public init(width: Int, height: Int, pixels: [UInt8]) throws(MediaError) {
    let size = ImageSize(width: width, height: height)
    guard width >= 1, height >= 1 else { throw MediaError(.empty, "a picture of \(size) pixels is empty; both sides must be at least 1") }
    guard pixels.count == size.byteCount else {
      throw MediaError(.invalidArgument, "\(pixels.count) bytes are not \(size) pixels of 3 bytes")
    }
    self.init(size: size, pixels: pixels)
  }

  /// Pixels whose number is known to be right.
  init(size: ImageSize, pixels: [UInt8]) {
    self.size = size
    self.pixels = pixels
  }
}
