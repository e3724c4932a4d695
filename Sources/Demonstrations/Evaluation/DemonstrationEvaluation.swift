public import Embedding

/// Measures methods on labelled queries, side by side.
public struct DemonstrationEvaluation: Sendable {
  /// What is measured of a method.
  public enum Mode: String, Sendable, Codable, CaseIterable {
    /// Words alone, whatever the method could see.
    case text
    /// Words and screens.
    case multimodal
    /// Words, screens where the method sees them, and the reranker.
    case reranked
  }

  /// A method's measures, in one mode.
  public struct Row: Sendable, Equatable, Codable {
    /// The method.
    public let method: MethodName
    /// What it was given.
    public let mode: Mode
    /// How well it did.
    public let measures: RetrievalMeasures
  }

  private let demonstrations: [Demonstration]
  private let queries: [LabelledQuery]

  /// An evaluation.
  ///
  /// - Throws: `LibraryError` where a right answer is not in the library, or there is no query.
  public init(_ set: QuerySet, _ demonstrations: [Demonstration]) throws(LibraryError) {
    guard !set.queries.isEmpty else { throw LibraryError(.invalidQuery, "the set has no queries") }
    let unknown = set.unknownAnswers(demonstrations)
    guard unknown.isEmpty else {
      throw LibraryError(
        .missing,
        "the queries have answers that are not in the library: \(unknown.prefix(5).joined(separator: ", "))"
          + (unknown.count > 5 ? " and \(unknown.count - 5) more" : "") + "; import those demonstrations first")
    }
    self.demonstrations = demonstrations
    queries = set.queries
  }

  /// Asks a method all queries.
  ///
  /// Thresholds are chosen on the queries marked `calibration`; coverage and abstention are those of the queries marked `test`, which the
  /// choice has not seen. Hits and ranks do not depend on thresholds and are of all queries.
  ///
  /// - Parameters:
  ///   - method: Brought up to date with the demonstrations.
  ///   - mode: What it is given.
  ///   - reranker: For ``Mode/reranked``.
  ///   - kept: Thresholds to judge by, instead of choosing them.
  ///   - progress: Told how many queries are done.
  /// - Returns: The measures, and the thresholds that were chosen.
  /// - Throws: What retrieval throws.
  public func measure(
    _ method: any DemonstrationMethod, _ mode: Mode, reranker: Reranker? = nil, keeping kept: Thresholds? = nil,
    progress: (@Sendable (Int, Int) -> Void)? = nil
  ) async throws -> (row: Row, thresholds: Thresholds) {
    let retriever = DemonstrationRetriever(
      demonstrations, method: method, reranker: mode == .reranked ? reranker : nil, thresholds: Thresholds())
    let withScreens = mode != .text
    var outcomes: [RetrievalMeasures.Outcome] = []
    for (index, query) in queries.enumerated() {
      try Task.checkCancellation()
      outcomes.append(try await outcome(of: query, retriever, withScreens: withScreens))
      progress?(index + 1, queries.count)
    }
    var chosen = Thresholds()
    let isReranked = mode == .reranked && reranker != nil
    for form in DemonstrationQuery.Form.allCases {
      let seen = outcomes.filter { $0.form == form && $0.query.split == .calibration }
      if let value = Thresholds.choose(seen.map { ($0.certainty ?? -1, !$0.query.answers.isEmpty) }) {
        chosen.set(value, method.name, form, isReranked: isReranked)
      }
    }
    let judges = kept ?? chosen
    let measures = RetrievalMeasures(outcomes) { judges.value(method.name, $0, isReranked: isReranked) }
    return (Row(method: method.name, mode: mode, measures: measures), judges)
  }

  private func outcome(
    of query: LabelledQuery, _ retriever: DemonstrationRetriever, withScreens: Bool
  ) async throws -> RetrievalMeasures.Outcome {
    var outcome = RetrievalMeasures.Outcome(query: query, milliseconds: 0)
    let asked = query.query(withScreen: withScreens)
    guard asked.form(seesScreens: retriever.method.seesScreens) != nil else { return outcome }
    var options = DemonstrationRetriever.Options()
    options.topK = demonstrations.count
    let start = ContinuousClock.now
    let ranking = try await retriever.retrieve(asked, options)
    outcome.milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
    outcome.form = ranking.form
    outcome.certainty = ranking.matches.map(\.certainty).max()
    outcome.place = ranking.matches.firstIndex { query.answers.contains($0.demonstration.record.id) }.map { $0 + 1 }
    if let step = query.step, let answer = query.answers.first, query.answers.count == 1, withScreens, query.screen != nil,
      retriever.method.seesScreens
    {
      var screen = asked
      screen.task = nil
      outcome.isStepRight = try await retriever.position(of: screen, in: answer).best?.place == step
    }
    return outcome
  }
}
