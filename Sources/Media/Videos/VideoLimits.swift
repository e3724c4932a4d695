/// What a video may cost before it is refused.
public struct VideoLimits: Sendable, Equatable {
  /// Most pixels a frame may have; the default is 8K, 8192x4320.
  ///
  /// Decoding holds up to about 20 frames of 1.5 bytes a pixel (3 in 10 bits), which the stream decides, and one of 3.
  public var maximumPixels: Int
  /// Most packets a file may have, of all its streams; the default suffices for 15 hours at 60 frames a second with sound.
  ///
  /// Counting takes 24 bytes a frame.
  public var maximumPackets: Int
  /// Most bytes of a video in memory, and of an animated WebP; other files are never held whole.
  public var maximumBytes: Int
  /// Longest time that reading a video may take in all, counting and decoding.
  public var timeLimit: Duration
  /// Containers that are read; any other is refused by name.
  public var formats: Set<VideoFormat>

  /// Limits.
  public init(
    maximumPixels: Int = 8_192 * 4_320, maximumPackets: Int = 8_000_000, maximumBytes: Int = 256 << 20,
    timeLimit: Duration = .seconds(600), formats: Set<VideoFormat> = Set(VideoFormat.allCases)
  ) {
    self.maximumPixels = maximumPixels
    self.maximumPackets = maximumPackets
    self.maximumBytes = maximumBytes
    self.timeLimit = timeLimit
    self.formats = formats
  }
}
