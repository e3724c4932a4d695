import Embedding
import Tensors

extension Verification {
  func rerankingOutcome(
    _ entry: ResolvedCase, _ ranking: VerificationCase.Ranking, _ reranker: Reranker, progress: @escaping @Sendable (Int) -> Void
  ) async throws -> CaseOutcome {
    do {
      let scores = try await reranker.score(
        query: inputs.item(ranking.query), documents: entry.sides.map(inputs.item), instruction: ranking.instruction, progress: progress)
      let computed = scores.map { $0.map(\.score).mapError { ComputationFault(reason: $0.reason) } }
      return rankingOutcome(entry, .score, ranking.scores, computed, reranker.model.options.precision)
    } catch let error as ItemError {
      return CaseOutcome(entry.verifiedCase, fault: "the query: \(error.reason)")
    }
  }
}
