import Embedding
import Tensors

extension Verification {
  typealias Vectors = [VerificationCase.Side: Result<[Float], ComputationFault>]

  /// Inputs of embedding cases, each once, in order.
  func distinctSides(_ cases: [ResolvedCase]) -> [VerificationCase.Side] {
    var seen: Set<VerificationCase.Side> = []
    return cases.flatMap { ($0.query.map { [$0] } ?? []) + $0.sides }.filter { seen.insert($0).inserted }
  }

  /// Embeds what the cases need, each input once.
  func embed(_ cases: [ResolvedCase], _ embedder: Embedder, progress: @escaping @Sendable (Int) -> Void) async throws -> Vectors {
    let sides = distinctSides(cases)
    let results = try await embedder.embed(sides.map(inputs.item), progress: progress)
    var vectors: Vectors = [:]
    for (side, result) in zip(sides, results) { vectors[side] = result.mapError { ComputationFault(reason: $0.reason) } }
    return vectors
  }

  func embeddingOutcome(_ entry: ResolvedCase, _ vectors: Vectors, _ precision: Precision) -> CaseOutcome {
    let found = entry.sides.map { vectors[$0] ?? .failure(ComputationFault(reason: "was not embedded")) }
    switch entry.verifiedCase.content {
    case .retrieval(let ranking), .reranking(let ranking):
      let query = entry.query.flatMap { vectors[$0] } ?? .failure(ComputationFault(reason: "the query was not embedded"))
      return rankingOutcome(entry, .cosine, ranking.scores, found.map { Self.cosine(query, $0) }, precision)
    case .similarity(_, let matrix):
      // The matrix is symmetric, and 1 where an input meets itself.
      let pairs = entry.sides.indices.flatMap { row in (row + 1..<entry.sides.count).map { (row, $0) } }
      return CaseOutcome(
        entry.verifiedCase, .cosine, precision,
        numbers: pairs.map { row, column in
          ("inputs \(row) and \(column)", matrix[row][column], Self.cosine(found[row], found[column]))
        })
    case .prefix(_, let numbers):
      return CaseOutcome(
        entry.verifiedCase, .component, precision,
        numbers: numbers.indices.map { index in
          ("number \(index)", numbers[index], found[0].flatMap { Self.number(index, of: $0) })
        })
    }
  }

  /// Compares documents' scores with the published ones.
  func rankingOutcome(
    _ entry: ResolvedCase, _ measure: Exactness.Measure, _ published: [Double], _ computed: [CaseOutcome.Computed], _ precision: Precision
  ) -> CaseOutcome {
    let isRanked = Set(entry.ranked)
    return CaseOutcome(
      entry.verifiedCase, measure, precision,
      ranked: zip(entry.ranked, published).map { (entry.labels[$0], $1, computed[$0]) },
      others: entry.labels.indices.filter { !isRanked.contains($0) }.map { (entry.labels[$0], computed[$0]) })
  }

  private static func cosine(_ a: Vectors.Value, _ b: Vectors.Value) -> CaseOutcome.Computed {
    a.flatMap { a in b.map { Matryoshka.dotProduct(a, $0) } }
  }

  private static func number(_ index: Int, of vector: [Float]) -> CaseOutcome.Computed {
    guard index < vector.count else { return .failure(ComputationFault(reason: "the vector has only \(vector.count) numbers")) }
    return .success(Double(vector[index]))
  }
}
