/// Which frames of a video are taken.
///
/// The defaults are those of the reference's embedder: a frame a second, at most 64, at least 4.
public struct VideoSampling: Sendable, Equatable {
  /// Frames taken for each second of the video; not used for lists of frames.
  public var framesPerSecond: Double
  /// Most frames; an odd number counts as one less.
  ///
  /// Lists of frames are thinned out to it.
  public var maximumFrames: Int
  /// Fewest frames, as far as the video has them; an odd number counts as one more.
  ///
  /// Not used for lists of frames.
  public var minimumFrames: Int
  /// That many frames, whatever the other numbers say; rounded to an even number.
  public var frameCount: Int?
  /// Where to begin, in seconds; `nil` for the beginning.
  ///
  /// Not used for lists of frames.
  public var start: Double?
  /// Where to end, in seconds; `nil` for the end.
  ///
  /// Not used for lists of frames.
  public var end: Double?

  /// A way to take frames.
  public init(
    framesPerSecond: Double = 1, maximumFrames: Int = 64, minimumFrames: Int = 4, frameCount: Int? = nil, start: Double? = nil,
    end: Double? = nil
  ) {
    self.framesPerSecond = framesPerSecond
    self.maximumFrames = maximumFrames
    self.minimumFrames = minimumFrames
    self.frameCount = frameCount
    self.start = start
    self.end = end
  }
}
