/// A demonstration that was found, with all that speaks for it.
public struct DemonstrationMatch: Sendable, Equatable {
  /// The demonstration.
  public let demonstration: Demonstration
  /// How well it meets task and screen, without bonuses: the first stage.
  public let similarity: Double
  /// What it got for being in the query's application, or 0.
  public let applicationBonus: Double
  /// What it got for being on the query's domain, or 0.
  public let domainBonus: Double
  /// The parts that the similarity was made of.
  public let evidence: Evidence
  /// How much it meets the query, from 0 to 1, says the reranker; `nil` where it was not asked.
  public internal(set) var relevance: Double?
  /// Why the reranker could not judge it.
  public internal(set) var rerankFailure: String?

  /// What the list is ordered by: the reranker's relevance, or else the similarity, and the bonuses.
  public var score: Double { (relevance ?? similarity) + applicationBonus + domainBonus }

  /// What the threshold is held against: bonuses do not make anything fit.
  var certainty: Double { relevance ?? similarity }

  /// Best first, those that were judged before the others; of equal scores, by id.
  static func sort(_ matches: inout [DemonstrationMatch]) {
    matches.sort { first, second in
      if (first.relevance != nil) != (second.relevance != nil) { return first.relevance != nil }
      if first.score != second.score { return first.score > second.score }
      return first.demonstration.record.id < second.demonstration.record.id
    }
  }
}

/// What a query led to.
public struct DemonstrationRanking: Sendable, Equatable {
  /// The best, best first.
  public let matches: [DemonstrationMatch]
  /// Which parts of the query were compared.
  public let form: DemonstrationQuery.Form
  /// Below this, nothing fits; `nil` where none is known for the method, and nobody can say.
  public let threshold: Double?
  /// Demonstrations that passed the filters.
  public let considered: Int
  /// Whether a screen was given that the method cannot see.
  public let ignoresScreen: Bool

  /// Whether nothing fits: the list then says only what comes nearest.
  public var isNoMatch: Bool { best == nil }

  /// The first demonstration that fits; `nil` where none does.
  ///
  /// It need not stand first: a bonus moves up what it does not make fit.
  public var best: DemonstrationMatch? { matches.first(where: fits) }

  /// Whether a demonstration of the list meets the query well enough.
  func fits(_ match: DemonstrationMatch) -> Bool { threshold.map { match.certainty >= $0 } ?? true }
}
