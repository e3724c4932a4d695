/// BM25 and an embedding, weighed: `alpha` times the one plus the rest of 1 times the other.
///
/// BM25's score is already a share of what the query could reach, so that both lie between 0 and 1.
struct HybridMethod: DemonstrationMethod {
  let name = MethodName.hybrid
  /// The share of BM25, from 0 to 1.
  let alpha: Double
  let embedding: any DemonstrationMethod
  private let lexical = LexicalMethod<BM25Model>(name: .bm25)

  init(_ embedding: any DemonstrationMethod, alpha: Double) {
    self.embedding = embedding
    self.alpha = alpha
  }

  var seesScreens: Bool { embedding.seesScreens }

  func update(
    _ demonstrations: [Demonstration], progress: (@Sendable (_ done: Int, _ all: Int) -> Void)?
  ) async throws -> [DemonstrationFailure] {
    try await embedding.update(demonstrations, progress: progress)
  }

  func evidence(
    for query: DemonstrationQuery, of chosen: [Int], in demonstrations: [Demonstration]
  ) async throws -> [Evidence] {
    let words = try await lexical.evidence(for: query, of: chosen, in: demonstrations)
    let meaning = try await embedding.evidence(for: query, of: chosen, in: demonstrations)
    return zip(words, meaning).map { words, meaning in
      var evidence = meaning
      if let lexical = words.task, let cosine = meaning.task { evidence.task = alpha * lexical + (1 - alpha) * cosine }
      return evidence
    }
  }

  /// Where there is a screen that the embedding sees, words say nothing of it.
  func stepEvidence(for query: DemonstrationQuery, of demonstration: Demonstration) async throws -> StepEvidence {
    let meaning = try await embedding.stepEvidence(for: query, of: demonstration)
    if seesScreens && query.screen != nil { return meaning }
    let words = try await lexical.stepEvidence(for: query, of: demonstration)
    return StepEvidence(ofWords: zip(words.similarities, meaning.similarities).map { alpha * $0 + (1 - alpha) * $1 })
  }
}
