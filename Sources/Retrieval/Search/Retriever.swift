public import Embedding
import GRDB
import VectorIndex

/// Searches a collection in two stages: by vector over everything, then, where there is a reranker, by judging the best one by one.
///
/// A query carries the task's instruction; records were embedded with the model's default. Results are the same every time: records of equal
/// score come in the order of their keys.
public struct Retriever: Sendable {
  /// What is searched.
  public let collection: SearchCollection
  private let embedder: any ItemEmbedder
  private let reranker: Reranker?
  private let instruction: String?

  /// What a query is embedded with where it brings no instruction, for a model that takes pictures.
  public static let defaultInstruction = "Retrieve images or text relevant to the user's query."
  /// The same for a model of texts.
  public static let defaultTextInstruction = "Given a web search query, retrieve relevant passages that answer the query"

  /// Vectors from which on codes choose which ones are compared.
  private static let codesFrom = 50_000

  /// A retriever.
  ///
  /// - Parameters:
  ///   - collection: What is searched.
  ///   - embedder: Makes the query's vector; of the same model and settings as the records'.
  ///   - reranker: Judges the best; `nil` for one stage.
  /// - Throws: `CollectionError` with the code `differentModel`.
  public init(
    _ collection: SearchCollection, embedder: any CollectionEmbedder, reranker: Reranker? = nil
  ) throws(CollectionError) {
    try self.init(
      collection, embedder: embedder, profile: embedder.profile(), reranker: reranker, instruction: embedder.queryInstruction)
  }

  package init(
    _ collection: SearchCollection, embedder: any ItemEmbedder, profile: EmbeddingProfile, reranker: Reranker? = nil,
    instruction: String? = Self.defaultInstruction
  ) throws(CollectionError) {
    try collection.manifest.profile.check(profile, collection: collection.directory)
    self.collection = collection
    self.embedder = embedder
    self.reranker = reranker
    self.instruction = instruction
  }

  /// Finds the records that meet a query best, best first.
  ///
  /// A candidate that the reranker cannot judge comes behind those that it could, with the reason.
  ///
  /// - Parameters:
  ///   - query: A text, pictures or both. Without an instruction of its own, it is embedded with ``defaultInstruction``.
  ///   - options: How many, and which.
  ///   - progress: Told how many candidates the reranker has judged, and of how many.
  /// - Returns: Records with the scores of both stages, at most as many as asked for.
  /// - Throws: `ItemError` when the query cannot be read, `CollectionError`, `CancellationError`.
  public func search(
    _ query: Item, _ options: SearchOptions = SearchOptions(), progress: (@Sendable (_ done: Int, _ all: Int) -> Void)? = nil
  ) async throws -> [SearchResult] {
    var asked = query
    asked.instruction = query.instruction ?? instruction
    let vector = try await embedder.embed(asked, dimensions: collection.manifest.vectors.dimensions)
    let wanted = reranker == nil ? options.count : max(options.count, options.candidates)
    let candidates = try await candidates(vector, wanted, options)
    guard let reranker else { return candidates }
    let judged = try await judge(query, candidates, reranker) { progress?($0, candidates.count) }
    return Array(judged.prefix(max(0, options.count)))
  }

  /// The first stage.
  private func candidates(_ vector: [Float], _ count: Int, _ options: SearchOptions) async throws -> [SearchResult] {
    do {
      return try await collection.read { database, vectors in
        let filter = options.filters.isEmpty ? nil : IDFilter.only(try SearchFilter.keys(options.filters, database))
        let strategy = options.isExact || vectors.count < Self.codesFrom ? SearchStrategy.exact : Self.strategy(vectors.statistics)
        let matches = try vectors.search(
          [vector], count: max(0, count), strategy: strategy, dimensions: options.dimensions, allowing: filter)
        return try matches[0].map { try Self.result($0, database) }
      }
    } catch let error as VectorIndexError {
      throw CollectionError(error)
    }
  }

  /// The fastest way that loses next to nothing, by the codes there are.
  private static func strategy(_ statistics: VectorStatistics) -> SearchStrategy {
    if statistics.hasBinaryCodes { return .funnel() }
    return statistics.hasInt8Codes ? .int8() : .exact
  }

  private static func result(_ match: Match, _ database: Database) throws -> SearchResult {
    let row = try Row.fetchOne(
      database, sql: "SELECT \(SearchResult.columns) FROM record r JOIN source s ON s.id = r.source WHERE r.key = ?",
      arguments: [Int64(bitPattern: match.id)])
    guard let row else { throw CollectionError(.damaged, "the vector \(match.id) has no record; `sightline collection verify` says more") }
    return try SearchResult(row, similarity: match.score)
  }

  /// The second stage.
  private func judge(
    _ query: Item, _ candidates: [SearchResult], _ reranker: Reranker, _ progress: @escaping @Sendable (Int) -> Void
  ) async throws -> [SearchResult] {
    let documents = candidates.map { candidate in Result { () throws(SourceError) in try candidate.document.item() } }
    let readable = documents.compactMap { try? $0.get() }
    var scores = try await reranker.score(query: query, documents: readable, progress: progress).makeIterator()
    var judged: [(result: SearchResult, logit: Double)] = []
    var unjudged: [SearchResult] = []
    for (candidate, document) in zip(candidates, documents) {
      var result = candidate
      let score = document.flatMap { _ in
        (scores.next() ?? .failure(ItemError(.malformedInput, "was not scored"))).mapError { SourceError($0.reason) }
      }
      switch score {
      case .success(let score):
        result.relevance = score.score
        judged.append((result, score.logit))
      case .failure(let error):
        result.rerankFailure = error.description
        unjudged.append(result)
      }
    }
    judged.sort { ($1.logit, $0.result.key) < ($0.logit, $1.result.key) }
    return judged.map(\.result) + unjudged
  }
}
