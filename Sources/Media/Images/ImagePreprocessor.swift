/// Turns pictures into what the vision tower takes in: resized, normalised, cut into patches.
///
/// Does what qwen-vl-utils 0.0.14 (`fetch_image`) and the fast `Qwen2VLImageProcessor` of transformers 5.23 with `do_resize=False` do one
/// after the other, to the same bits.
public struct ImagePreprocessor: Sendable, Equatable {
  /// Side of a patch in pixels.
  public var patchSize: Int
  /// Side of a merge block in patches.
  public var mergeSize: Int
  /// Frames in a patch; a picture is repeated.
  public var temporalPatchSize: Int
  /// Subtracted from each channel, in units of 0 to 1.
  public var mean: [Float]
  /// Divides each channel, in units of 0 to 1.
  public var standardDeviation: [Float]
  /// Fewest pixels after resizing.
  public var minimumPixels: Int
  /// Most pixels after resizing.
  public var maximumPixels: Int

  /// A preprocessor, as `preprocessor_config.json` states it; the limits on pixels are the caller's.
  ///
  /// Nothing is checked here: a setting that makes no sense is refused with the first picture.
  public init(
    patchSize: Int, mergeSize: Int, temporalPatchSize: Int, mean: [Float], standardDeviation: [Float], minimumPixels: Int,
    maximumPixels: Int
  ) {
    self.patchSize = patchSize
    self.mergeSize = mergeSize
    self.temporalPatchSize = temporalPatchSize
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.minimumPixels = minimumPixels
    self.maximumPixels = maximumPixels
  }

  /// The size to which a picture is resized.
  ///
  /// - Throws: As ``ImageSize/smartResized(factor:minimumPixels:maximumPixels:)``.
  public func resizedSize(of size: ImageSize) throws(MediaError) -> ImageSize {
    try check()
    return try size.smartResized(factor: patchSize * mergeSize, minimumPixels: minimumPixels, maximumPixels: maximumPixels)
  }

  /// The grid that a picture of some size will have, without decoding it.
  ///
  /// - Throws: As ``resizedSize(of:)``.
  public func grid(of size: ImageSize) throws(MediaError) -> PatchGrid {
    let resized = try resizedSize(of: size)
    return PatchGrid(temporal: 1, height: resized.height / patchSize, width: resized.width / patchSize)
  }

  /// Resizes a picture and cuts it into patches.
  ///
  /// Each number is `(value - 255 mean) / (255 deviation)`, every step rounded to f32: the order in which the reference computes.
  ///
  /// - Throws: As ``resizedSize(of:)``; ``MediaError/Code/outOfMemory``.
  public func prepare(_ image: RGBImage) throws(MediaError) -> ImagePatches {
    let size = try resizedSize(of: image.size)
    return try cut(try image.resized(to: size).pixels, size: size)
  }

  /// Cuts pixels that have their final size into patches.
  ///
  /// `pixels` holds one picture, or as many frames one after the other as a patch holds.
  func cut(_ pixels: [UInt8], size: ImageSize) throws(MediaError) -> ImagePatches {
    let (count, overflow) = (size.byteCount ?? .max).multipliedReportingOverflow(by: temporalPatchSize)
    guard !overflow, count <= Int.max / MemoryLayout<Float>.stride else {
      throw MediaError(.invalidArgument, "a picture resized to \(size) with \(temporalPatchSize) frames a patch does not fit into memory")
    }
    let values = PixelLoops.cut(pixels, size: size, self, count: count)
    return ImagePatches(grid: PatchGrid(temporal: 1, height: size.height / patchSize, width: size.width / patchSize), values: values)
  }

  /// Passes settings that make sense.
  func check() throws(MediaError) {
    let range = 1...1_024
    guard range.contains(patchSize), range.contains(mergeSize), range.contains(temporalPatchSize) else {
      throw MediaError(
        .invalidArgument,
        "patches of \(patchSize) pixels, blocks of \(mergeSize) and \(temporalPatchSize) frames a patch: each must be from 1 to 1024")
    }
    guard mean.count == 3, mean.allSatisfy(\.isFinite), standardDeviation.count == 3,
      standardDeviation.allSatisfy({ $0.isFinite && $0 > 0 })
    else {
      throw MediaError(.invalidArgument, "mean \(mean) and deviation \(standardDeviation): expected three numbers each, deviations above 0")
    }
  }
}
