import Demonstrations
import Foundation

/// A demonstration as JSON.
struct DemonstrationOutput: Encodable {
  struct Step: Encodable {
    let index: Int
    let action: String
    let screen: String?
    let windowTitle: String?
    let point: [Double]?
  }

  let id: String
  let task: String
  let applications: [String]
  let domains: [String]
  let platform: String?
  let tags: [String]
  let source: String
  /// The file of the episode, in OpenAdapt's schema 1.0.0.
  let episode: String
  let screens: String
  let steps: [Step]

  init(_ demonstration: Demonstration) {
    let record = demonstration.record
    id = record.id
    task = record.task
    applications = record.applications
    domains = record.domains
    platform = record.platform
    tags = record.tags
    source = record.source
    episode = demonstration.episodePath
    screens = record.screens.rawValue
    steps = record.steps.enumerated().map { place, step in
      Step(
        index: step.index, action: step.words, screen: demonstration.screen(ofStep: place), windowTitle: step.windowTitle, point: step.point
      )
    }
  }
}

/// What a query led to, as JSON.
struct RankingOutput: Encodable {
  struct Match: Encodable {
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

  let noMatch: Bool
  let threshold: Double?
  let method: String
  let compared: String
  let ignoresScreen: Bool
  let considered: Int
  let results: [Match]
  /// What an agent is given, where that was asked for.
  let prompt: String?

  init(_ ranking: DemonstrationRanking, method: MethodName, prompt: String?) {
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
