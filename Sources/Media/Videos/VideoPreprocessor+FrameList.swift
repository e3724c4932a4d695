extension VideoPreprocessor {
  /// Thins out a list of frames, resizes them and cuts them into patches.
  ///
  /// As in the reference, each frame first becomes a picture whose sides are multiples of 64 (Pillow's bicubic), then is resized to the
  /// budget of the video (torch's), and an odd list repeats its last frame. ``referenceBudget`` plays no part: lists always have
  /// ``totalPixels``.
  ///
  /// - Parameters:
  ///   - count: Frames in the list.
  ///   - frameRate: Frames of the list a second. Where it is `nil`, timestamps are the reference's: the frames that are taken count as two
  ///     a second, however many were left out between them.
  ///   - sampling: How many frames are taken; times and rates in it are not used.
  ///   - frame: Gives a frame of the list; asked once for each frame taken, in rising order.
  /// - Returns: The patches, with indices into the list.
  /// - Throws: What `frame` throws; ``MediaError/Code/invalidArgument`` where frames differ in size.
  public func prepare(
    listOf count: Int, frameRate: Double? = nil, sampling: VideoSampling = VideoSampling(), frame: (Int) throws(MediaError) -> RGBImage
  ) throws(MediaError) -> VideoPatches {
    guard frameRate.map({ $0 > 0 && $0.isFinite }) ?? true else {
      throw MediaError(.invalidArgument, "a list of frames cannot have \(frameRate ?? 0) frames a second; expected a number above 0")
    }
    try images.check()
    let taken = try sampling.listIndices(count: count)
    let isOdd = taken.count % VideoSampling.frameFactor != 0
    let indices = isOdd ? taken + taken.suffix(1) : taken
    // The frame that is repeated counts as the next one.
    let times = frameRate == nil ? Array(indices.indices) : isOdd ? taken + [(taken.last ?? 0) + 1] : taken

    var sizes: (source: ImageSize, snapped: ImageSize, final: ImageSize)?
    let pairs = try pairs(of: indices) { index throws(MediaError) in
      if Task.isCancelled { throw MediaError(.cancelled, "reading the frames was cancelled") }
      let image = try frame(index)
      let snapped = try snappedSize(of: image.size)
      let known: (source: ImageSize, snapped: ImageSize, final: ImageSize)
      if let sizes {
        known = sizes
      } else {
        known = (image.size, snapped, try resizedListSize(of: snapped, frameCount: indices.count))
        sizes = known
      }
      guard snapped == known.snapped else {
        throw MediaError(
          .invalidArgument, "frame \(index) of the list is \(image.size) and the first one \(known.source); frames must have one size")
      }
      return try image.resized(to: snapped).resizedAsFrame(to: known.final)
    }
    guard let sizes else { throw MediaError(.empty, "the list of frames is empty; expected at least one frame") }
    let rate = frameRate ?? Self.assumedFrameRate
    return VideoPatches(
      pairs: pairs, timestamps: timestamps(of: times, frameRate: rate), frameIndices: indices, frameRate: rate, frameCount: count,
      sourceSize: sizes.source, frameSize: sizes.final)
  }

  /// As above, for frames in memory.
  public func prepare(
    frames: [RGBImage], frameRate: Double? = nil, sampling: VideoSampling = VideoSampling()
  ) throws(MediaError) -> VideoPatches {
    try prepare(listOf: frames.count, frameRate: frameRate, sampling: sampling) { index in frames[index] }
  }

  /// The size a frame of a list has in between: qwen-vl-utils passes 32 as the side of a patch, so that blocks are 64.
  private func snappedSize(of size: ImageSize) throws(MediaError) -> ImageSize {
    let side = images.patchSize * images.mergeSize * images.mergeSize
    return try size.smartResized(factor: side, minimumPixels: 4 * side * side, maximumPixels: 16_384 * side * side)
  }
}
