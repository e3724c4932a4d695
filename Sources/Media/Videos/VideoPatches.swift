/// A video cut into normalised patches, ready for the vision tower.
///
/// The model takes each step in time as a picture of its own, with its time written before it.
public struct VideoPatches: Sendable, Equatable {
  /// The steps in time, each of as many frames as a patch holds: 2.
  ///
  /// All have the same grid, whose `temporal` is 1.
  public let pairs: [ImagePatches]
  /// When each step is, in seconds: the mean of its first and last frame.
  ///
  /// The reference prints them with one decimal.
  public let timestamps: [Double]
  /// The frames that were taken, by their index in the video or the list; the last may be repeated.
  public let frameIndices: [Int]
  /// The frames a second by which indices became timestamps.
  public let frameRate: Double
  /// Frames that the video, or the list, has.
  public let frameCount: Int
  /// Width and height of the frames before resizing.
  public let sourceSize: ImageSize
  /// Width and height of the frames as the model sees them.
  public let frameSize: ImageSize

  /// Tokens that the language model sees, timestamps not counted.
  public func tokenCount(mergeSize: Int) -> Int { pairs.reduce(0) { $0 + $1.grid.tokenCount(mergeSize: mergeSize) } }
}
