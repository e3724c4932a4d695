extension VideoSampling {
  /// The frames that come in twos: `FRAME_FACTOR` of qwen-vl-utils.
  static let frameFactor = 2

  /// The frames to take from a video, in rising order and even in number: `smart_nframes` and the index rule of qwen-vl-utils 0.0.14.
  ///
  /// A video, or a stretch of one, of a single frame gives that frame twice, as a list of one frame does in the reference; for a file the
  /// reference fails.
  ///
  /// - Parameters:
  ///   - total: Frames in all.
  ///   - frameRate: Frames a second.
  /// - Returns: At least two indices below `total`.
  /// - Throws: ``MediaError/Code/invalidArgument`` for numbers that make no sense, or where more frames are asked for than there are.
  public func indices(frameCount total: Int, frameRate: Double) throws(MediaError) -> [Int] {
    try check()
    guard total >= 1, total <= Int(UInt32.max), frameRate > 0, frameRate.isFinite else {
      throw MediaError(.invalidArgument, "\(total) frames at \(frameRate) a second: both must be above 0")
    }
    let range = try range(frameCount: total, frameRate: frameRate)
    if range.count == 1 { return [range.lowerBound, range.lowerBound] }
    let count = try smartFrameCount(of: range.count, frameRate: frameRate)
    return Self.linearSpace(from: range.lowerBound, to: range.upperBound, count: count)
  }

  /// The frames to take from a list of frames, in rising order: all, or `maximumFrames` (or `frameCount`) of them, spread evenly.
  ///
  /// The reference rounds these indices down, not to the nearest.
  ///
  /// - Throws: ``MediaError/Code/empty`` for an empty list; ``MediaError/Code/invalidArgument`` as for ``indices(frameCount:frameRate:)``.
  public func listIndices(count total: Int) throws(MediaError) -> [Int] {
    try check()
    guard total >= 1 else { throw MediaError(.empty, "the list of frames is empty; expected at least one frame") }
    let wanted = frameCount ?? min(total, maximumFrames)
    guard wanted <= total else { throw Self.tooMany(wanted, of: total) }
    guard wanted > 1 else { return [0] }
    let step = Double(total - 1) / Double(wanted - 1)
    return (0..<wanted).map { $0 == wanted - 1 ? total - 1 : Int(Double($0) * step) }
  }

  private func check() throws(MediaError) {
    guard framesPerSecond > 0, framesPerSecond.isFinite, maximumFrames >= Self.frameFactor, minimumFrames >= 0,
      minimumFrames <= Int(UInt32.max), frameCount.map({ $0 >= 1 && $0 <= Int(UInt32.max) }) ?? true
    else {
      throw MediaError(
        .invalidArgument,
        "frames cannot be taken \(framesPerSecond) a second, \(minimumFrames) to \(maximumFrames) of them"
          + (frameCount.map { ", \($0) in all" } ?? "") + "; expected a rate above 0 and at least \(Self.frameFactor) frames")
    }
    guard start?.isFinite ?? true, end?.isFinite ?? true else {
      throw MediaError(.invalidArgument, "a video cannot be cut at a time that is no number of seconds")
    }
  }

  /// The frames between `start` and `end`: `calculate_video_frame_range`.
  private func range(frameCount total: Int, frameRate: Double) throws(MediaError) -> ClosedRange<Int> {
    let duration = Double(total) / frameRate
    func clamped(_ time: Double) -> Double { max(0, min(time, duration)) }
    let first = start.map { Int((clamped($0) * frameRate).rounded(.up)) } ?? 0
    let last = end.map { min(Int((clamped($0) * frameRate).rounded(.down)), total - 1) } ?? total - 1
    guard first <= last else {
      throw MediaError(
        .invalidArgument,
        "there is no frame from second \(start ?? 0) to \(end ?? duration) of a video of \(duration) seconds (\(total) frames)")
    }
    return first...last
  }

  private func smartFrameCount(of total: Int, frameRate: Double) throws(MediaError) -> Int {
    let factor = Double(Self.frameFactor)
    let count: Double
    if let frameCount {
      count = (Double(frameCount) / factor).rounded(.toNearestOrEven) * factor
    } else {
      let fewest = (Double(minimumFrames) / factor).rounded(.up) * factor
      let most = (Double(maximumFrames) / factor).rounded(.down) * factor
      let wanted = min(min(max(Double(total) / frameRate * framesPerSecond, fewest), most), Double(total))
      count = (wanted / factor).rounded(.down) * factor
    }
    guard count >= factor else {
      throw MediaError(.invalidArgument, "at least \(Self.frameFactor) frames must be taken, not \(frameCount ?? Int(count))")
    }
    guard count <= Double(total) else { throw Self.tooMany(frameCount ?? Int(count), of: total) }
    return Int(count)
  }

  private static func tooMany(_ wanted: Int, of total: Int) -> MediaError {
    MediaError(.invalidArgument, "\(wanted) frames were asked for and there are \(total); ask for fewer, or leave the number out")
  }

  /// `torch.linspace(first, last, count).round()`: f32 with fused multiply-add, from both ends towards the middle, halves to even.
  private static func linearSpace(from first: Int, to last: Int, count: Int) -> [Int] {
    let (first, last) = (Float(first), Float(last))
    let step = (last - first) / Float(count - 1)
    return (0..<count).map { index in
      let value =
        index < count / 2 ? first.addingProduct(step, Float(index)) : last.addingProduct(-step, Float(count - 1 - index))
      return Int(value.rounded(.toNearestOrEven))
    }
  }
}
