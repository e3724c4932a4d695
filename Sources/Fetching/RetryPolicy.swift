/// When a request that failed for the time being is made again.
public struct RetryPolicy: Sendable, Equatable {
  /// The most tries in a row that may fail.
  public var attempts = 6
  /// The wait after the first failure; it doubles with each further one.
  public var firstWait: Duration = .seconds(1)
  /// The longest wait that doubling leads to.
  public var longestWait: Duration = .seconds(60)
  /// The longest wait that a server may ask for with `Retry-After`; if it asks for more, the failure stands.
  public var longestRequestedWait: Duration = .seconds(300)

  /// Six tries within about half a minute.
  public init() {}

  /// How long to wait before the next try.
  ///
  /// - Parameters:
  ///   - error: The failure.
  ///   - failures: Failures in a row, this one included: 1 and more.
  /// - Returns: nil if the failure stands.
  public func wait(after error: FetchError, failures: Int) -> Duration? {
    guard error.isTransient, failures < attempts else { return nil }
    var wait = firstWait
    for _ in 1..<max(failures, 1) where wait < longestWait { wait *= 2 }
    wait = min(wait, longestWait)
    guard let requested = error.retryAfter else { return wait }
    return requested <= longestRequestedWait ? max(wait, requested) : nil
  }
}
