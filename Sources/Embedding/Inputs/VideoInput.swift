/// A video, and which of its frames are looked at.
///
/// What is `nil` is taken from the model's options.
public struct VideoInput: Sendable {
  /// Where frames come from.
  public enum Source: Sendable {
    /// A video file: MP4, MOV, WebM, Matroska, AVI, an animated GIF or WebP. A path may also be a folder of pictures, which are then the
    /// frames, in the order of their names with numbers in them counted.
    case file(FileSource)
    /// Frames as pictures, in order.
    case frames([ImageSource])
  }

  /// Where frames come from.
  public var source: Source
  /// How many frames of a list, or of a folder, make a second.
  ///
  /// Where it is `nil`, times are the reference's: two frames a second, whatever was left out between them.
  public var frameRate: Double?
  /// Frames taken for each second of a file.
  public var framesPerSecond: Double?
  /// Frames taken at most.
  public var maximumFrames: Int?
  /// That many frames, whatever the other numbers say.
  public var frameCount: Int?
  /// Where to begin in a file, in seconds.
  public var start: Double?
  /// Where to end in a file, in seconds.
  public var end: Double?
  /// Pixels of all pairs of frames together.
  public var totalPixels: Int?

  /// A video that is sampled as the model's options say.
  public init(_ source: Source) {
    self.source = source
  }

  /// A video file.
  public init(_ file: FileSource) {
    self.init(.file(file))
  }

  /// How a message names the video.
  public var label: String {
    switch source {
    case .file(let file): file.label
    case .frames(let frames): "\(frames.count) frames" + (frames.first.map { " from \($0.label)" } ?? "")
    }
  }
}
