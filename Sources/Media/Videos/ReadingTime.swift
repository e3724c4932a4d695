/// The time that reading one video has taken, and whether it may go on.
///
/// Only time inside calls counts: a video that stays open while the model works does not run out of it.
final class ReadingTime {
  private let limit: Duration
  private let clock = ContinuousClock()
  private var spent = Duration.zero
  private var start: ContinuousClock.Instant?
  /// Why reading was stopped.
  private(set) var stop: MediaError?

  init(limit: Duration) { self.limit = limit }

  /// Counts the time of a call.
  func measure<Result>(_ call: () throws(MediaError) -> Result) throws(MediaError) -> Result {
    let start = clock.now
    self.start = start
    defer {
      spent += clock.now - start
      self.start = nil
    }
    return try call()
  }

  /// Asked from within a call.
  func mayGoOn() -> Bool {
    if Task.isCancelled {
      stop = MediaError(.cancelled, "reading the video was cancelled")
    } else if let start, spent + (clock.now - start) > limit {
      stop = MediaError(.limitExceeded, "the video takes longer than \(limit) to read (timeLimit); cut it or give it more keyframes")
    }
    return stop == nil
  }

  /// Throws where the next call may not begin.
  func check() throws(MediaError) {
    if !mayGoOn(), let stop { throw stop }
  }
}
