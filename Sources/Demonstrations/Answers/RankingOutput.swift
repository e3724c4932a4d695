/// What a query led to, as JSON.
package struct RankingOutput: Encodable, Sendable {
  private struct Match: Encodable {
    let rank: Int
    let score: Double
    let similarity: Double
    let relevance: Double?
    let applicationBonus: Double
    let domainBonus: Double
    let taskSimilarity: Double?
    let screenSimilarity: Double?
    let bothSimilarity: Double?
    let error: String?
    let demonstration: DemonstrationOutput
  }

  private let noMatch: Bool
  private let threshold: Double?
  private let method: String
  private let compared: String
  private let ignoresScreen: Bool
  private let considered: Int
  private let results: [Match]
  /// What an agent is given, where that was asked for.
  private let prompt: String?

  /// A ranking by a method, and what an agent is given of it.
  package init(_ ranking: DemonstrationRanking, method: MethodName, prompt: String?) {
    self.prompt = prompt
    noMatch = ranking.isNoMatch
    threshold = ranking.threshold
    self.method = method.rawValue
    compared = ranking.form.rawValue
    ignoresScreen = ranking.ignoresScreen
    considered = ranking.considered
    results = ranking.matches.enumerated().map { index, match in
      Match(
        rank: index + 1, score: match.score, similarity: match.similarity, relevance: match.relevance,
        applicationBonus: match.applicationBonus, domainBonus: match.domainBonus, taskSimilarity: match.evidence.task,
        screenSimilarity: match.evidence.screen, bothSimilarity: match.evidence.both, error: match.rerankFailure,
        demonstration: DemonstrationOutput(match.demonstration))
    }
  }
}
