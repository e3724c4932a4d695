public import Embedding
import Tensors

/// Runs cases on a model.
public struct Verification: Sendable {
  private let plan: VerificationPlan
  private let cases: [ResolvedCase]
  let inputs: VerificationInputs

  /// A verification of cases whose files are there.
  ///
  /// - Throws: `VerificationError` when a case does not fit the files.
  public init(_ plan: VerificationPlan, _ inputs: VerificationInputs) throws(VerificationError) {
    self.plan = plan
    self.inputs = inputs
    var cases: [ResolvedCase] = []
    for entry in plan.cases { cases.append(try ResolvedCase(entry, inputs)) }
    self.cases = cases
  }

  /// Inputs that are embedded, or pairs that are scored.
  public var workCount: Int {
    limits.reduce(0) { count, limit in count + workCount(cases(limitedTo: limit)) }
  }

  /// Runs all cases.
  ///
  /// An input that several cases have in common is embedded once.
  ///
  /// - Parameters:
  ///   - open: Opens the model, for inputs of at most so many tokens; `nil` for the model's own limit. Called once for every limit that a
  ///     case states.
  ///   - progress: Called with how much of `workCount` is done.
  /// - Returns: What each case came to, in the order of the plan.
  /// - Throws: `VerificationError` when the model is not of the size that the numbers were published for, what opening a model throws, and
  ///   `CancellationError` when the task is cancelled.
  public func run(
    open: (_ maximumLength: Int?) throws -> Model, progress: (@Sendable (Int) -> Void)? = nil
  ) async throws -> [CaseOutcome] {
    var outcomes = [CaseOutcome?](repeating: nil, count: cases.count)
    var done = 0
    for limit in limits {
      let model = try open(limit)
      try plan.check(model)
      let group = cases(limitedTo: limit)
      let before = done
      let found = try await run(group.map(\.entry), model) { progress?(before + $0) }
      for ((index, _), outcome) in zip(group, found) { outcomes[index] = outcome }
      done += workCount(group)
    }
    return outcomes.compactMap { $0 }
  }

  private func run(
    _ cases: [ResolvedCase], _ model: Model, progress: @escaping @Sendable (Int) -> Void
  ) async throws -> [CaseOutcome] {
    switch plan.kind {
    case .embedding:
      let vectors = try await embed(cases, Embedder(model), progress: progress)
      return cases.map { embeddingOutcome($0, vectors, model.options.precision) }
    case .reranking:
      let reranker = try Reranker(model)
      var outcomes: [CaseOutcome] = []
      var done = 0
      for entry in cases {
        guard case .reranking(let ranking) = entry.verifiedCase.content else { continue }
        let before = done
        outcomes.append(try await rerankingOutcome(entry, ranking, reranker) { progress(before + $0) })
        done += entry.sides.count
      }
      return outcomes
    }
  }

  /// Limits of tokens that cases state, each once, in order.
  private var limits: [Int?] {
    cases.reduce(into: []) { limits, entry in
      if !limits.contains(entry.verifiedCase.maximumLength) { limits.append(entry.verifiedCase.maximumLength) }
    }
  }

  private func cases(limitedTo limit: Int?) -> [(index: Int, entry: ResolvedCase)] {
    cases.enumerated().filter { $0.element.verifiedCase.maximumLength == limit }.map { ($0.offset, $0.element) }
  }

  private func workCount(_ group: [(index: Int, entry: ResolvedCase)]) -> Int {
    switch plan.kind {
    case .embedding: distinctSides(group.map(\.entry)).count
    case .reranking: group.reduce(0) { $0 + $1.entry.sides.count }
    }
  }
}
