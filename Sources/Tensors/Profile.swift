import Synchronization

/// Where time goes: seconds and arithmetic by stage and operation.
///
/// What runs at the same time as something else (pictures are read while a pass runs) counts in both, so the sum may be more than what a
/// clock says.
public final class Profile: Sendable {
  /// One kind of work in one stage.
  public struct Row: Sendable, Equatable {
    /// The part of the work, such as `vision tower`.
    public let stage: String
    /// What was done there, such as `products`.
    public let operation: String
    /// How long it took in all.
    public internal(set) var seconds = 0.0
    /// Multiplications and additions, where they are counted.
    public internal(set) var arithmetic = 0.0
    /// How many times it was done.
    public internal(set) var count = 0
  }

  private struct State {
    var stage = ""
    var rows: [Row] = []

    mutating func add(_ stage: String, _ operation: String, _ duration: Duration, _ arithmetic: Double) {
      let index = rows.firstIndex { $0.stage == stage && $0.operation == operation } ?? rows.endIndex
      if index == rows.endIndex { rows.append(Row(stage: stage, operation: operation)) }
      rows[index].seconds += Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
      rows[index].arithmetic += arithmetic
      rows[index].count += 1
    }
  }

  private let state = Mutex(State())

  /// Nothing measured yet.
  public init() {}

  /// All rows, in the order in which they first came.
  public var rows: [Row] { state.withLock { $0.rows } }

  /// Counts operations of `body` to a stage; one pass runs at a time.
  func within<Result, Failure: Error>(_ stage: String, _ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    let outer = state.withLock { state in
      defer { state.stage = stage }
      return state.stage
    }
    defer { state.withLock { $0.stage = outer } }
    return try body()
  }

  /// Adds what an operation of the stage at hand took.
  func add(_ operation: String, _ duration: Duration, arithmetic: Double) {
    state.withLock { $0.add($0.stage, operation, duration, arithmetic) }
  }

  /// Adds what work outside the passes took, from a moment until now.
  public func note(_ stage: String, _ operation: String, since start: ContinuousClock.Instant) {
    let duration = ContinuousClock.now - start
    state.withLock { $0.add(stage, operation, duration, 0) }
  }
}

extension Profile? {
  /// Measures work outside the passes, where there is a profile.
  public func measure<Result, Failure: Error>(
    _ stage: String, _ operation: String, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let self else { return try body() }
    let start = ContinuousClock.now
    defer { self.note(stage, operation, since: start) }
    return try body()
  }
}

extension Compute {
  /// Counts operations of `body` to a stage, where there is a profile.
  public func within<Result, Failure: Error>(_ stage: String, _ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    guard let profile else { return try body() }
    return try profile.within(stage, body)
  }

  /// Measures an operation, where there is a profile; `arithmetic` counts its multiplications and additions.
  func measured<Result>(_ operation: String, arithmetic: Double = 0, _ body: () -> Result) -> Result {
    guard let profile else { return body() }
    let start = ContinuousClock.now
    defer { profile.add(operation, ContinuousClock.now - start, arithmetic: arithmetic) }
    return body()
  }
}
