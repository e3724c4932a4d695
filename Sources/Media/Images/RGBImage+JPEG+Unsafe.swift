import CMedia

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension RGBImage {
  /// The picture as a JPEG file, to be looked at.
  ///
  /// - Parameter quality: From 1 to 100.
  /// - Returns: The file's bytes.
  /// - Throws: ``MediaError/Code/invalidArgument`` for a picture with a side beyond 65,500 pixels, or another quality.
  public func jpeg(quality: Int = 80) throws(MediaError) -> [UInt8] {
    guard width <= 65_500, height <= 65_500, (1...100).contains(quality) else {
      throw MediaError(
        .invalidArgument, "a picture of \(size) pixels cannot be a JPEG of quality \(quality); sides go to 65500, quality from 1 to 100")
    }
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    let made = pixels.withUnsafeBufferPointer {
      sl_jpeg_encode($0.baseAddress, sl_image_size(width: UInt32(width), height: UInt32(height)), Int32(quality), &bytes, &count)
    }
    guard made, let bytes else { throw MediaError(.outOfMemory, "writing a picture of \(size) pixels needs more memory than there is") }
    defer { free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  /// The picture reduced so that it fits a square, or as it is where it is smaller.
  ///
  /// - Parameter side: The square's side in pixels, at least 1.
  /// - Returns: The smaller picture.
  /// - Throws: ``MediaError/Code/outOfMemory``.
  public func thumbnail(fitting side: Int) throws(MediaError) -> RGBImage {
    let longest = max(width, height)
    guard longest > side else { return self }
    return try resized(
      to: ImageSize(width: max(1, width * side / longest), height: max(1, height * side / longest)))
  }
}
