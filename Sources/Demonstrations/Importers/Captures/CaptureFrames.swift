import Media

/// The screens of a capture.
struct CaptureFrames {
  /// A screen: PNG as it was recorded, or a JPEG of a video's frame.
  struct Screen {
    var bytes: [UInt8]
    var size: ScreenSize?
  }

  /// Times of screens, rising, and how each is read.
  private let times: [Double]
  private let read: (Int) throws(DemonstrationError) -> Screen
  /// How far a screen may lie from an action that is bound to none; nil takes the last screen before it, however long ago.
  private let tolerance: Double?
  /// What could not be read.
  let problems: [DemonstrationError]

  /// Screens by their times.
  init(
    times: [Double], tolerance: Double?, problems: [DemonstrationError] = [],
    read: @escaping (Int) throws(DemonstrationError) -> Screen
  ) {
    self.times = times
    self.tolerance = tolerance
    self.problems = problems
    self.read = read
  }

  /// A capture without screens.
  static func none(_ problems: [DemonstrationError] = []) -> CaptureFrames {
    CaptureFrames(times: [], tolerance: 0, problems: problems) { (_) throws(DemonstrationError) in
      throw DemonstrationError(.unreadable, "there are no frames")
    }
  }

  var isEmpty: Bool { times.isEmpty }

  /// The screen that goes with an action.
  ///
  /// - Parameters:
  ///   - bound: The time of the screen that the recorder bound to the action: exactly this one is taken, or none.
  ///   - time: When the action began: without a bound screen the nearest is taken.
  /// - Returns: The screen.
  /// - Throws: ``DemonstrationError`` where none was kept, or it cannot be read.
  func screen(boundTo bound: Double?, at time: Double) throws(DemonstrationError) -> Screen {
    guard let index = bound.map({ times.firstIndex(of: $0) }) ?? nearest(to: time) else {
      throw DemonstrationError(.unreadable, "no frame was kept for this action")
    }
    return try read(index)
  }

  private func nearest(to time: Double) -> Int? {
    let before = times.lastIndex(notAfter: time) { $0 }
    guard let tolerance else { return before }
    let candidates = [before, (before ?? -1) + 1].compactMap { $0 }.filter(times.indices.contains)
    return candidates.min { abs(times[$0] - time) < abs(times[$1] - time) }.flatMap { abs(times[$0] - time) <= tolerance ? $0 : nil }
  }
}

extension Array {
  /// The last element whose time is not after another; the elements are in the order of their times.
  ///
  /// - Complexity: O(log n)
  func lastIndex(notAfter time: Double, _ timeOf: (Element) -> Double) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if timeOf(self[middle]) > time { high = middle } else { low = middle + 1 }
    }
    return low > 0 ? low - 1 : nil
  }
}

extension CaptureFrames {
  /// Frames of a video as JPEG.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - times: When each frame was to be seen, in the order of presentation; or nil to make it of the count and rate.
  ///   - start: When the video began, in seconds since 1970.
  ///   - tolerance: How far a frame may lie from an action that is bound to none.
  /// - Returns: The frames, decoded when they are asked for.
  /// - Throws: ``DemonstrationError`` for a video that cannot be opened.
  static func video(
    _ path: String, times: [(frame: Int, time: Double)]?, start: Double, tolerance: Double?
  ) throws(DemonstrationError) -> CaptureFrames {
    let video: Video
    do { video = try Video(file: path) } catch {
      throw DemonstrationError(.malformed, file: path, "the video cannot be read: \(error)")
    }
    let size = ScreenSize(width: video.size.width, height: video.size.height)
    let count = video.frameCount
    let shown = times ?? (0..<count).map { ($0, start + Double($0) / video.frameRate) }
    let usable = shown.filter { $0.frame >= 0 && $0.frame < count }
    return CaptureFrames(times: usable.map(\.time), tolerance: tolerance) { (index) throws(DemonstrationError) in
      do throws(MediaError) {
        return Screen(bytes: try video.frame(at: usable[index].frame).jpeg(quality: 95), size: size)
      } catch {
        throw DemonstrationError(.malformed, file: path, "frame \(usable[index].frame) cannot be decoded: \(error)")
      }
    }
  }
}
