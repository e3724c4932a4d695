/// One way to get at the frames of a video.
protocol FrameReader: AnyObject {
  /// Width and height of every frame, as shown.
  var size: ImageSize { get }
  /// Frames in all, at least 1.
  var frameCount: Int { get }
  /// Frames a second on average.
  var frameRate: Double { get }

  /// The pixels of a frame whose index is in range, and whether its neighbour stands in for it.
  func frame(at index: Int) throws(MediaError) -> (pixels: [UInt8], isReplaced: Bool)
}
