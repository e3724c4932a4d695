public import Embedding

/// Finds the demonstration that fits a task and a screen, or says that none does.
///
/// 1. Filters (platform, tags) leave out what cannot fit; all others are compared, not only some that were nearest.
/// 2. The evidence of task and screen becomes one score, a bonus for the application and one for the domain are added, and only then the
///    list is cut.
/// 3. Where there is a reranker, it judges the best; its relevance takes the place of the score.
/// 4. Where the best of them is below the threshold that was chosen for the method, nothing fits: the list is given all the same, as what
///    comes nearest.
public struct DemonstrationRetriever: Sendable {
  /// What is searched.
  public let demonstrations: [Demonstration]
  let method: any DemonstrationMethod
  private let reranker: Reranker?
  private let thresholds: Thresholds

  /// How demonstrations are searched.
  public struct Options: Sendable {
    /// Demonstrations at most.
    public var topK = 3
    /// Demonstrations that the reranker judges at most.
    public var rerankTopN = 20
    /// What is added to the score of a demonstration in the query's application; OpenAdapt's default.
    public var applicationBonus = 0.15
    /// What is added to the score of a demonstration on the query's domain; OpenAdapt's default.
    public var domainBonus = 0.2
    /// How task and screen become one score.
    public var fusion = EvidenceFusion()
    /// The score below which nothing fits; `nil` for the one that was chosen for the method.
    public var threshold: Double?

    /// OpenAdapt's bonuses, three demonstrations, of the best 20 where there is a reranker.
    public init() {}
  }

  /// A retriever.
  ///
  /// - Parameters:
  ///   - demonstrations: All demonstrations of the library.
  ///   - method: How they are compared; it has been brought up to date with them.
  ///   - reranker: Judges the best; `nil` for one stage.
  ///   - thresholds: Below which scores nothing fits.
  public init(
    _ demonstrations: [Demonstration], method: any DemonstrationMethod, reranker: Reranker? = nil, thresholds: Thresholds = .standard
  ) {
    self.demonstrations = demonstrations
    self.method = method
    self.reranker = reranker
    self.thresholds = thresholds
  }

  /// Finds the demonstrations that meet a query best, best first; of equal scores, in the order of their ids.
  ///
  /// - Returns: The best, and whether any of them fits.
  /// - Throws: `LibraryError` for a query that the method sees nothing of, `ItemError` for a screen that cannot be read,
  ///   `CancellationError`.
  public func retrieve(_ query: DemonstrationQuery, _ options: Options = Options()) async throws -> DemonstrationRanking {
    guard let form = query.form(seesScreens: method.seesScreens) else {
      throw LibraryError(
        .invalidQuery,
        query.screen == nil
          ? "there is nothing to look for: give a task, a screen, or both"
          : "the method \(method.name.rawValue) sees no screens: give a task in words, or use a method with a multimodal model")
    }
    let chosen = demonstrations.indices.filter { demonstrations[$0].record.passes(query) }
    let evidence = try await method.evidence(for: query, of: chosen, in: demonstrations)
    let scores = options.fusion.scores(evidence, form)
    var matches: [DemonstrationMatch] = []
    for (index, (evidence, score)) in zip(chosen, zip(evidence, scores)) {
      guard let score else { continue }
      let record = demonstrations[index].record
      matches.append(
        DemonstrationMatch(
          demonstration: demonstrations[index], similarity: score,
          applicationBonus: record.isIn(application: query.application) ? options.applicationBonus : 0,
          domainBonus: record.isOn(domain: query.domain) ? options.domainBonus : 0, evidence: evidence))
    }
    DemonstrationMatch.sort(&matches)
    if let reranker { try await judge(query, form, &matches, reranker, options) }
    let threshold = options.threshold ?? thresholds.value(method.name, form, isReranked: reranker != nil)
    return DemonstrationRanking(
      matches: Array(matches.prefix(max(0, options.topK))), form: form, threshold: threshold, considered: chosen.count,
      ignoresScreen: query.screen != nil && !method.seesScreens)
  }

  /// The second stage: the reranker's relevance takes the place of the score, for the best.
  ///
  /// What was not judged comes behind what was; what could not be judged says why.
  private func judge(
    _ query: DemonstrationQuery, _ form: DemonstrationQuery.Form, _ matches: inout [DemonstrationMatch], _ reranker: Reranker,
    _ options: Options
  ) async throws {
    let count = min(max(0, options.rerankTopN), matches.count)
    let seesScreens = reranker.model.multimodalConfiguration != nil
    guard query.task != nil || seesScreens else {
      throw LibraryError(.invalidQuery, "the reranker reads texts only: give a task in words")
    }
    let item = Item(texts: query.task.map { [$0] } ?? [], images: seesScreens ? query.screen.map { [$0] } ?? [] : [])
    let documents = matches.prefix(count).map { $0.demonstration.item(withScreen: seesScreens) }
    let results = try await reranker.score(query: item, documents: Array(documents), instruction: VectorMethod.instruction)
    for (index, result) in results.enumerated() {
      switch result {
      case .success(let score): matches[index].relevance = score.score
      case .failure(let error): matches[index].rerankFailure = error.description
      }
    }
    DemonstrationMatch.sort(&matches)
  }
}

extension DemonstrationRecord {
  /// Whether it is of the platform and has all the tags that a query asks for.
  func passes(_ query: DemonstrationQuery) -> Bool {
    let tags = Set(tags.map { $0.lowercased() })
    guard query.tags.allSatisfy({ tags.contains($0.lowercased()) }) else { return false }
    return query.platform.map { $0.lowercased() == platform?.lowercased() } ?? true
  }

  /// Whether one of its programs, or of its windows, is that of a query.
  func isIn(application: String?) -> Bool {
    guard let wanted = application.map({ ApplicationName($0) }) else { return false }
    return applications.contains { ApplicationName($0).matches(wanted) }
  }

  /// Whether one of its servers is that of a query.
  func isOn(domain: String?) -> Bool {
    guard let wanted = domain.map({ WebDomain($0) }) else { return false }
    return domains.contains { WebDomain($0).matches(wanted) }
  }
}

extension Demonstration {
  /// The demonstration as a reranker reads it: task, place and steps, with the first screen where it sees one.
  func item(withScreen: Bool) -> Item {
    var lines = ["Task: \(record.task)"]
    if !record.applications.isEmpty { lines.append("Application: \(record.applications.joined(separator: ", "))") }
    if !record.domains.isEmpty { lines.append("Website: \(record.domains.joined(separator: ", "))") }
    lines += record.steps.enumerated().map { "\($0 + 1). \($1.words)" }
    return Item(texts: [lines.joined(separator: "\n")], images: withScreen ? firstScreen.map { [.file($0)] } ?? [] : [])
  }
}
