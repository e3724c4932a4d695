extension RGBImage {
  /// Decodes a picture of any supported format, recognised by its content.
  ///
  /// The pixels are those of Pillow's `convert("RGB")`, with transparency composited on white where Pillow calls the picture RGBA.
  /// `Documentation/pixels.md` states what that means format by format. The orientation a camera noted is not applied.
  ///
  /// - Complexity: O(bytes + pixels); about 3 ns a pixel for JPEG.
  /// - Throws: ``MediaError`` for bytes that are no picture, a broken one, or one beyond the limits.
  public init(decoding bytes: [UInt8], limits: ImageLimits = ImageLimits()) throws(MediaError) {
    let source = try EncodedImage(bytes, limits: limits)
    self.init(size: source.size, pixels: try source.decode())
  }

  /// Reads and decodes a picture file.
  ///
  /// - Throws: As ``init(decoding:limits:)``, naming the file; also for a file that is missing, too large, or no regular file.
  public init(file path: String, limits: ImageLimits = ImageLimits()) throws(MediaError) {
    let bytes = try FileBytes.read(path, maximumBytes: limits.maximumBytes)
    do {
      try self.init(decoding: bytes, limits: limits)
    } catch {
      throw error.of(file: path)
    }
  }

  /// Decodes the picture in a `data:` URI.
  ///
  /// The media type may be missing and is not believed: the format is recognised by content.
  ///
  /// - Throws: As ``init(decoding:limits:)``; also ``MediaError/Code/invalidDataURI``.
  public init(dataURI: String, limits: ImageLimits = ImageLimits()) throws(MediaError) {
    try self.init(decoding: try DataURI.decode(dataURI, maximumBytes: limits.maximumBytes), limits: limits)
  }
}

extension ImageSize {
  /// Reads the size of an encoded picture from its headers, without decoding pixels.
  ///
  /// - Throws: As ``RGBImage/init(decoding:limits:)``, except for faults that only the pixels show.
  public init(ofEncoded bytes: [UInt8], limits: ImageLimits = ImageLimits()) throws(MediaError) {
    self = try EncodedImage(bytes, limits: limits).size
  }
}

/// Bytes of a known format whose size has passed the limits.
private struct EncodedImage {
  private enum Decoder {
    case library(LibraryDecoder)
    case bitmap(BMPImage)
    case gif(GIFImage)
  }

  let size: ImageSize
  private let bytes: [UInt8]
  private let decoder: Decoder

  init(_ bytes: [UInt8], limits: ImageLimits) throws(MediaError) {
    guard let format = ImageFormat(recognizing: bytes) else { throw ImageFormat.refusal(of: bytes) }
    guard limits.formats.contains(format) else {
      throw MediaError(.unsupportedFormat, "\(format.name) is not among the formats read here (formats)")
    }
    self.bytes = bytes
    decoder =
      switch format {
      case .jpeg: .library(.jpeg)
      case .png: .library(.png)
      case .webp: .library(.webp)
      case .tiff: .library(.tiff)
      case .svg: .library(.svg)
      case .bmp: .bitmap(try BMPImage(bytes))
      case .gif: .gif(try GIFImage(bytes))
      }
    size =
      switch decoder {
      case .library(let library): try library.size(of: bytes)
      case .bitmap(let image): image.size
      case .gif(let image): image.size
      }
    try limits.check(size, of: format)
  }

  func decode() throws(MediaError) -> [UInt8] {
    switch decoder {
    case .library(let library): try library.decode(bytes, size: size)
    case .bitmap(let image): try image.decode(bytes)
    case .gif(let image): try image.decode(bytes)
    }
  }
}
