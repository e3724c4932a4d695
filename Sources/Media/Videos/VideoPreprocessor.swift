/// Turns videos into what the vision tower takes in: frames picked, resized, normalised, cut into patches.
///
/// Does what qwen-vl-utils 0.0.14 (`fetch_video`) and the `Qwen3VLVideoProcessor` of transformers 5.23 with `do_resize=False` do one after
/// the other, to the same bits.
public struct VideoPreprocessor: Sendable, Equatable {
  /// Fewest tokens for a step in time, `VIDEO_MIN_TOKEN_NUM`.
  static let minimumTokens = 128
  /// Most tokens for a step in time, `VIDEO_MAX_TOKEN_NUM`.
  static let maximumTokens = 768
  /// Tokens of which the reference's own budget is nine tenths, `MODEL_SEQ_LEN`.
  static let referenceTokens = 128_000
  /// How far above the fewest tokens the most may not fall.
  static let leeway = 1.05
  /// Frames a second of a list that does not state any.
  static let assumedFrameRate = 2.0
  /// Above this share of frames that are not there, a video is broken.
  static let maximumReplacedShare = 0.25

  /// How pictures become patches; its limits on pixels are not used.
  public var images: ImagePreprocessor
  /// Pixels that all steps in time may have together.
  ///
  /// A step has the pixels of one frame. The lower bound of 128 tokens a step goes before this budget.
  public var totalPixels: Int
  /// Whether files get the reference's own budget instead, 117,964,800 pixels.
  ///
  /// There, the parameters of a file replace ``totalPixels``, so that long files in high resolution overflow its context.
  public var referenceBudget: Bool

  /// A preprocessor with the reference's budget for lists of frames.
  public init(images: ImagePreprocessor, totalPixels: Int = 7_864_320, referenceBudget: Bool = false) {
    self.images = images
    self.totalPixels = totalPixels
    self.referenceBudget = referenceBudget
  }

  /// The size to which `frameCount` frames of a file are resized.
  ///
  /// - Throws: As ``ImageSize/smartResized(factor:minimumPixels:maximumPixels:)``.
  public func resizedSize(of size: ImageSize, frameCount: Int) throws(MediaError) -> ImageSize {
    let budget = referenceBudget ? Double(Self.referenceTokens * factor * factor) * 0.9 : Double(totalPixels)
    return try resizedSize(of: size, frameCount: frameCount, budget: budget)
  }

  /// The size to which `frameCount` frames of a list are resized, once they are pictures.
  func resizedListSize(of size: ImageSize, frameCount: Int) throws(MediaError) -> ImageSize {
    try resizedSize(of: size, frameCount: frameCount, budget: Double(totalPixels))
  }

  /// Side of a merge block in pixels.
  private var factor: Int { images.patchSize * images.mergeSize }

  private func resizedSize(of size: ImageSize, frameCount: Int, budget: Double) throws(MediaError) -> ImageSize {
    try images.check()
    guard frameCount >= 1, budget >= 1 else {
      throw MediaError(.invalidArgument, "\(frameCount) frames and \(budget) pixels (totalPixels): both must be at least 1")
    }
    let block = factor * factor
    let (fewest, most) = (Self.minimumTokens * block, Double(Self.maximumTokens * block))
    let share = budget / Double(frameCount) * Double(VideoSampling.frameFactor)
    let limit = max(min(most, share), (Double(fewest) * Self.leeway).rounded(.down))
    return try size.smartResized(factor: factor, minimumPixels: fewest, maximumPixels: limit)
  }

  /// Picks frames of a video file, resizes them and cuts them into patches.
  ///
  /// - Complexity: Holds one step's frames at a time beside the patches, which take 12 bytes a pixel: at most 189 MB with the default budget.
  /// - Throws: As ``Video/frame(at:)`` and ``VideoSampling/indices(frameCount:frameRate:)``; ``MediaError/Code/corrupt`` where more than a
  ///   quarter of the frames are not there; ``MediaError/Code/extremeAspectRatio``.
  public func prepare(_ video: Video, sampling: VideoSampling = VideoSampling()) throws(MediaError) -> VideoPatches {
    let indices = try sampling.indices(frameCount: video.frameCount, frameRate: video.frameRate)
    let size = try resizedSize(of: video.size, frameCount: indices.count)
    let replacedBefore = video.replacedFrameCount
    let pairs = try pairs(of: indices) { index throws(MediaError) in
      try video.frame(at: index).resizedAsFrame(to: size)
    }
    let replaced = video.replacedFrameCount - replacedBefore
    guard Double(replaced) <= Self.maximumReplacedShare * Double(indices.count) else {
      throw MediaError(.corrupt, "the video is broken: \(replaced) of the \(indices.count) frames taken cannot be decoded")
    }
    return VideoPatches(
      pairs: pairs, timestamps: timestamps(of: indices, frameRate: video.frameRate), frameIndices: indices, frameRate: video.frameRate,
      frameCount: video.frameCount, sourceSize: video.size, frameSize: size)
  }

  /// One picture for each group of as many frames as a patch holds; the last frame fills up the last group.
  func pairs(of indices: [Int], frame: (Int) throws(MediaError) -> RGBImage) throws(MediaError) -> [ImagePatches] {
    var pairs: [ImagePatches] = []
    var last: (index: Int, image: RGBImage)?
    for start in stride(from: 0, to: indices.count, by: images.temporalPatchSize) {
      var pixels: [UInt8] = []
      for position in start..<start + images.temporalPatchSize {
        let index = indices[min(position, indices.count - 1)]
        let image = if let last, last.index == index { last.image } else { try frame(index) }
        last = (index, image)
        pixels += image.pixels
      }
      if let last { pairs.append(try images.cut(pixels, size: last.image.size)) }
    }
    return pairs
  }

  /// The mean time of the first and the last frame of each group: `_calculate_timestamps` of the reference's processor.
  func timestamps(of indices: [Int], frameRate: Double) -> [Double] {
    stride(from: 0, to: indices.count, by: images.temporalPatchSize).map { start in
      let end = min(start + images.temporalPatchSize, indices.count) - 1
      return (Double(indices[start]) / frameRate + Double(indices[end]) / frameRate) / 2
    }
  }
}
