import Foundation

/// Where in a demonstration a screen is.
public struct StepPosition: Sendable, Equatable, Codable {
  /// A step that may be the next one to do.
  public struct Candidate: Sendable, Equatable, Codable {
    /// The step's place in the demonstration, from 0.
    public let place: Int
    /// How much the screen resembles the step's.
    public let similarity: Double
    /// How likely it is this step, from 0 to 1; all candidates and ``StepPosition/elsewhere`` make 1.
    public let confidence: Double
  }

  /// Steps in the order of their confidence.
  public let candidates: [Candidate]
  /// How likely it is no step of this demonstration.
  public let elsewhere: Double

  /// The most likely step; `nil` where being elsewhere is more likely than any.
  public var best: Candidate? { candidates.first.flatMap { $0.confidence >= elsewhere ? $0 : nil } }

  /// What a step back costs at most, for a jump over the whole demonstration: OpenAdapt's value.
  static let backwardPenalty = 0.3
  /// What a step forward over the next one costs at most.
  static let forwardPenalty = 0.05

  /// Makes confidences of similarities.
  ///
  /// A step before the last known one costs 0.3 times the share of the demonstration that is jumped back over, one further ahead than the
  /// next 0.05 times the share that is skipped: demonstrations go forward, and a screen that returns means the later step. Confidence is a
  /// softmax over the steps and being elsewhere, as sharp as the evidence says: where all screens look the same, a small difference means
  /// more. Steps that look exactly alike share their confidence.
  ///
  /// - Parameters:
  ///   - evidence: How much each step is resembled.
  ///   - previous: The place of the last known step; `nil` for none.
  init(_ evidence: StepEvidence, previous: Int?) {
    let similarities = evidence.similarities
    let steps = Double(max(1, similarities.count - 1))
    let scores = similarities.enumerated().map { place, similarity in
      guard let previous else { return similarity }
      let jump = Double(place - previous)
      return similarity - (jump < 0 ? Self.backwardPenalty * -jump : Self.forwardPenalty * max(0, jump - 1)) / steps
    }
    let top = max(scores.max() ?? -1, evidence.elsewhere)
    let weights = scores.map { exp(($0 - top) / evidence.scale) }
    let elsewhereWeight = exp((evidence.elsewhere - top) / evidence.scale)
    let sum = weights.reduce(0, +) + elsewhereWeight
    elsewhere = elsewhereWeight / sum
    let all = weights.indices.map { Candidate(place: $0, similarity: similarities[$0], confidence: weights[$0] / sum) }
    candidates = all.sorted { first, second in
      if first.confidence != second.confidence { return first.confidence > second.confidence }
      return first.place < second.place
    }
  }
}

extension DemonstrationRetriever {
  /// Says where in a demonstration a screen is: which step is the next one to do.
  ///
  /// - Parameters:
  ///   - query: The screen; for a method that sees no screens, words for what is seen or is to be done.
  ///   - id: The demonstration.
  ///   - previous: The place of the last known step, from 0; steps before it are less likely.
  /// - Returns: Steps with confidences.
  /// - Throws: `LibraryError` where there is no such demonstration, or nothing to compare; `ItemError`, `CancellationError`.
  public func position(of query: DemonstrationQuery, in id: String, previous: Int? = nil) async throws -> StepPosition {
    guard let demonstration = demonstrations.first(where: { $0.record.id == id }) else {
      throw LibraryError(.missing, "there is no demonstration \"\(id)\" in the library")
    }
    let steps = demonstration.record.steps
    if let previous, !steps.indices.contains(previous) {
      throw LibraryError(.invalidQuery, "the previous step is \(previous); \"\(id)\" has steps 0 to \(steps.count - 1)")
    }
    guard query.form(seesScreens: method.seesScreens) != nil else {
      throw LibraryError(
        .invalidQuery, "the method \(method.name.rawValue) sees no screens: say in words what is seen or is to be done")
    }
    return StepPosition(try await method.stepEvidence(for: query, of: demonstration), previous: previous)
  }
}
