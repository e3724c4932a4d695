import CMedia

// Everything here that touches memory by address: calls into C, each wrapped so that no pointer leaves it.

/// A format that a system library decodes.
struct LibraryDecoder {
  private let format: ImageFormat
  private let readSize: @convention(c) (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<sl_image_size>?, Fault) -> sl_image_status
  private let decode: @convention(c) (UnsafePointer<UInt8>?, Int, sl_image_size, UnsafeMutablePointer<UInt8>?, Fault) -> sl_image_status

  private typealias Fault = UnsafeMutablePointer<sl_image_fault>?

  static var jpeg: LibraryDecoder { LibraryDecoder(format: .jpeg, readSize: sl_jpeg_size, decode: sl_jpeg_decode) }
  static var png: LibraryDecoder { LibraryDecoder(format: .png, readSize: sl_png_size, decode: sl_png_decode) }
  static var webp: LibraryDecoder { LibraryDecoder(format: .webp, readSize: sl_webp_size, decode: sl_webp_decode) }
  static var tiff: LibraryDecoder { LibraryDecoder(format: .tiff, readSize: sl_tiff_size, decode: sl_tiff_decode) }
  static var svg: LibraryDecoder { LibraryDecoder(format: .svg, readSize: sl_svg_size, decode: sl_svg_decode) }

  func size(of bytes: [UInt8]) throws(MediaError) -> ImageSize {
    var size = sl_image_size()
    var fault = sl_image_fault()
    let status = bytes.withUnsafeBufferPointer { readSize($0.baseAddress, $0.count, &size, &fault) }
    try check(status, fault)
    return ImageSize(width: Int(size.width), height: Int(size.height))
  }

  /// Decodes pixels; the size is what ``size(of:)`` gave, and it has passed the limits.
  func decode(_ bytes: [UInt8], size: ImageSize) throws(MediaError) -> [UInt8] {
    var status = SL_IMAGE_OK
    var fault = sl_image_fault()
    let pixels = [UInt8](unsafeUninitializedCapacity: size.width * size.height * 3) { buffer, count in
      status = bytes.withUnsafeBufferPointer { decode($0.baseAddress, $0.count, sl_image_size(size), buffer.baseAddress, &fault) }
      count = status == SL_IMAGE_OK ? size.width * size.height * 3 : 0
    }
    try check(status, fault)
    return pixels
  }

  private func check(_ status: sl_image_status, _ fault: sl_image_fault) throws(MediaError) {
    if let error = MediaError(status, fault, of: format.name) { throw error }
  }
}

extension MediaError {
  /// What a decoder reported; `nil` where that is success.
  init?(_ status: sl_image_status, _ fault: sl_image_fault, of name: String) {
    guard status != SL_IMAGE_OK else { return nil }
    let text = withUnsafeBytes(of: fault.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    let code: MediaError.Code =
      switch status {
      case SL_IMAGE_TRUNCATED: .truncated
      case SL_IMAGE_UNSUPPORTED: .unsupportedFormat
      case SL_IMAGE_NO_MEMORY: .outOfMemory
      case SL_IMAGE_TOO_LARGE: text.contains("packets") ? .fileTooLarge : .tooManyPixels
      case SL_IMAGE_EMPTY: .empty
      case SL_IMAGE_STOPPED: .cancelled
      default: .corrupt
      }
    let reason = text.isEmpty ? (code == .outOfMemory ? "needs more memory than there is" : "cannot be decoded") : text
    self.init(code, code == .corrupt ? "the \(name) is broken: \(reason)" : "the \(name) \(reason)")
  }
}

extension sl_image_size {
  init(_ size: ImageSize) { self.init(width: UInt32(size.width), height: UInt32(size.height)) }
}

enum PixelLoops {
  /// Pillow's bicubic resize, for sizes that fit 32 bits and whose bytes fit `Int`; `nil` where memory is missing.
  static func resize(_ image: RGBImage, to size: ImageSize) -> [UInt8]? {
    var made = false
    let pixels = [UInt8](unsafeUninitializedCapacity: size.width * size.height * 3) { buffer, count in
      made = image.pixels.withUnsafeBufferPointer {
        sl_resize_bicubic($0.baseAddress, sl_image_size(image.size), buffer.baseAddress, sl_image_size(size))
      }
      count = made ? size.width * size.height * 3 : 0
    }
    return made ? pixels : nil
  }

  /// torch's antialiased bicubic resize, for sizes as above and at least 3 pixels wide; `nil` where memory is missing.
  static func resizeAsFrame(_ image: RGBImage, to size: ImageSize) -> [UInt8]? {
    var made = false
    let pixels = [UInt8](unsafeUninitializedCapacity: size.width * size.height * 3) { buffer, count in
      made = image.pixels.withUnsafeBufferPointer {
        sl_resize_bicubic_float($0.baseAddress, sl_image_size(image.size), buffer.baseAddress, sl_image_size(size))
      }
      count = made ? size.width * size.height * 3 : 0
    }
    return made ? pixels : nil
  }

  /// Patches in merge-block order; `count` numbers.
  ///
  /// `pixels` holds one picture, which is repeated as every frame of a patch, or all of these frames one after the other.
  static func cut(_ pixels: [UInt8], size: ImageSize, _ preprocessor: ImagePreprocessor, count: Int) -> [Float] {
    var layout = sl_patch_layout()
    layout.size = sl_image_size(size)
    layout.patch = UInt32(preprocessor.patchSize)
    layout.merge = UInt32(preprocessor.mergeSize)
    layout.temporal = UInt32(preprocessor.temporalPatchSize)
    let frameBytes = size.width * size.height * 3
    layout.next_frame = pixels.count == frameBytes ? 0 : frameBytes
    let (mean, deviation) = (preprocessor.mean.map { $0 * 255 }, preprocessor.standardDeviation.map { $0 * 255 })
    layout.mean = (mean[0], mean[1], mean[2])
    layout.deviation = (deviation[0], deviation[1], deviation[2])
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      pixels.withUnsafeBufferPointer { sl_cut_patches($0.baseAddress, &layout, buffer.baseAddress) }
      initialized = count
    }
  }
}
