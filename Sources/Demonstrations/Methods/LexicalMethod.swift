/// Compares by shared words: `tfidf` and `bm25`.
///
/// The models are fitted to the library at hand with every question, which takes milliseconds, so that they are never out of date.
struct LexicalMethod<Model: LexicalModel>: DemonstrationMethod {
  let name: MethodName
  let seesScreens = false

  func update(
    _ demonstrations: [Demonstration], progress: (@Sendable (_ done: Int, _ all: Int) -> Void)?
  ) async throws -> [DemonstrationFailure] { [] }

  func evidence(
    for query: DemonstrationQuery, of chosen: [Int], in demonstrations: [Demonstration]
  ) async throws -> [Evidence] {
    guard let task = query.task else { return chosen.map { _ in Evidence() } }
    let scores = Model(demonstrations.map(\.record.task)).scores(task)
    return chosen.map { index in
      var evidence = Evidence()
      evidence.task = scores[index]
      return evidence
    }
  }

  func stepEvidence(for query: DemonstrationQuery, of demonstration: Demonstration) async throws -> StepEvidence {
    StepEvidence(ofWords: Model(demonstration.record.steps.map(\.words)).scores(query.task ?? ""))
  }
}
