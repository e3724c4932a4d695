import Testing

@testable import VectorIndex

/// Search against comparing with everything.
@Suite struct SearchTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    var dimensions: Int
    var number = VectorSettings.Number.float32
    var testDescription: String { "\(dimensions) dimensions, \(number)" }
  }

  static let shapes = [1, 7, 16, 33, 100].map { Shape(dimensions: $0) } + [Shape(dimensions: 33, number: .float16)]

  /// An index of a few segments with dead rows, and what it holds.
  static func index(
    _ folder: TemporaryFolder, _ shape: Shape, count: Int = 700, segmentByteLimit: Int = 1 << 14, order: [Int]? = nil
  ) throws -> VectorStore {
    var settings = VectorSettings(dimensions: shape.dimensions, number: shape.number)
    settings.segmentByteLimit = segmentByteLimit
    var samples = Samples(shape.dimensions)
    let vectors = samples.vectors(count, shape.dimensions)
    let store = try VectorStore.create(directory: folder.path, settings: settings)
    for place in order ?? Array(0..<count) { try store.append([(id: UInt64(place * 3), vector: vectors[place])]) }
    try store.remove((0..<count).filter { $0 % 7 == 0 }.map { UInt64($0 * 3) })
    // Equal vectors, of which the smaller id comes first.
    try store.append([(id: 3, vector: vectors[2]), (id: 100_001, vector: vectors[2])])
    try store.commit()
    return store
  }

  /// The best by comparing with everything, in the arithmetic of the search itself.
  static func oracle(_ snapshot: VectorSnapshot, _ query: [Float], _ count: Int, allows: (UInt64) -> Bool = { _ in true }) throws -> [Match]
  {
    var matches: [Match] = []
    for id in snapshot.ids where allows(id) {
      let one = try snapshot.search([query], count: 1, allowing: .only([id]))
      matches += one[0]
    }
    return Array(matches.sorted { $0.score > $1.score || ($0.score == $1.score && $0.id < $1.id) }.prefix(count))
  }

  @Test(arguments: shapes)
  func exactSearchIsTheTruth(_ shape: Shape) throws {
    let folder = try TemporaryFolder()
    let snapshot = try Self.index(folder, shape).snapshot()
    var samples = Samples(5)
    for query in samples.vectors(3, shape.dimensions) {
      let found = try snapshot.search([query], count: 25)[0]
      #expect(found == (try Self.oracle(snapshot, query, 25)))
      // The scores are those of the definition, in double precision.
      for match in found {
        let vector = try #require(snapshot.vector(of: match.id))
        let cosine = zip(query, vector).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(Double(match.score) - cosine) <= 1e-6)
      }
    }
  }

  @Test(arguments: shapes.filter { $0.dimensions > 8 }, [1, 5, 9])
  func prefixesAreOfLengthOneAgain(_ shape: Shape, dimensions: Int) throws {
    let folder = try TemporaryFolder()
    let snapshot = try Self.index(folder, shape).snapshot()
    var samples = Samples(6)
    let query = samples.vector(shape.dimensions)
    let found = try snapshot.search([query], count: snapshot.count, dimensions: dimensions)[0]
    #expect(found.count == snapshot.count)
    for match in found {
      let vector = try #require(snapshot.vector(of: match.id)).prefix(dimensions)
      let product = zip(query, vector).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      let lengths = (squaredLength(query.prefix(dimensions)) * squaredLength(vector)).squareRoot()
      #expect(abs(Double(match.score) - product / lengths) <= 2e-6)
    }
    #expect(try snapshot.search([Array(query.prefix(dimensions))], count: 10, dimensions: dimensions)[0] == Array(found.prefix(10)))
  }

  private func squaredLength(_ vector: some Sequence<Float>) -> Double { vector.reduce(0.0) { $0 + Double($1) * Double($1) } }

  static let strategies: [SearchStrategy] = [
    .exact, .int8(rescore: nil), .int8(rescore: 30), .binary(rescore: nil), .binary(rescore: 30), .funnel(binary: 60, int8: 30),
    .funnel(prefix: 8, binary: 60, int8: 30),
  ]

  @Test(arguments: strategies)
  func threadsSegmentsOrderAndCompanyChangeNothing(_ strategy: SearchStrategy) throws {
    let shape = Shape(dimensions: 33)
    var samples = Samples(7)
    let queries = samples.vectors(67, 33)
    var expected: [[Match]]?
    for (threads, segmentByteLimit, isReversed) in [(1, 1 << 30, false), (2, 1 << 14, false), (5, 1 << 12, true)] {
      let folder = try TemporaryFolder()
      let order = Array(0..<700)
      try Self.index(folder, shape, segmentByteLimit: segmentByteLimit, order: isReversed ? order.reversed() : order).compact()
      let snapshot = try VectorSnapshot.open(directory: folder.path, threads: threads)
      let found = try snapshot.search(queries, count: 10, strategy: strategy)
      #expect(found.allSatisfy { $0.count == 10 })
      #expect(found == expected ?? found)
      expected = found
      #expect(try snapshot.search([queries[66]], count: 10, strategy: strategy) == [found[66]])
    }
  }

  /// Rescoring everything is exact search.
  @Test(arguments: [SearchStrategy.int8(rescore: 700), .binary(rescore: 700), .funnel(binary: 700, int8: 700)])
  func rescoringAllIsExact(_ strategy: SearchStrategy) throws {
    let folder = try TemporaryFolder()
    let store = try Self.index(folder, Shape(dimensions: 33))
    try store.compact()
    var samples = Samples(8)
    let queries = samples.vectors(5, 33)
    let snapshot = try store.snapshot()
    #expect(try snapshot.search(queries, count: 20, strategy: strategy) == snapshot.search(queries, count: 20))
    #expect(
      try snapshot.search(queries, count: 20, strategy: strategy, dimensions: 17) == snapshot.search(queries, count: 20, dimensions: 17))
  }

  /// Scores by codes alone are those of the codes' meaning.
  @Test func codesScoreAsDefined() throws {
    let folder = try TemporaryFolder()
    let store = try Self.index(folder, Shape(dimensions: 33))
    try store.compact()
    let snapshot = try store.snapshot()
    var samples = Samples(9)
    let query = samples.vector(33)
    for match in try snapshot.search([query], count: 700, strategy: .binary(rescore: nil))[0] {
      let vector = try #require(snapshot.vector(of: match.id))
      let differing = zip(query, vector).prefix(32).count { ($0 > 0) != ($1 > 0) }
      #expect(abs(match.score - (1 - Float(differing) / 16)) <= 1e-6)
    }
    for match in try snapshot.search([query], count: 700, strategy: .int8(rescore: nil))[0] {
      let vector = try #require(snapshot.vector(of: match.id))
      #expect(abs(Double(match.score) - zip(query, vector).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }) <= 0.03)
    }
  }

  @Test(arguments: strategies)
  func filtersCountBeforeTheCut(_ strategy: SearchStrategy) throws {
    let folder = try TemporaryFolder()
    let store = try Self.index(folder, Shape(dimensions: 33))
    try store.compact()
    let snapshot = try store.snapshot()
    var samples = Samples(10)
    let query = samples.vector(33)
    let all = snapshot.ids
    // Few, half and nearly all.
    for allowed in [Set(all.prefix(12)), Set(all.filter { $0 % 2 == 0 }), Set(all.dropFirst(20))] {
      let denied = all.filter { !allowed.contains($0) }
      let only = try snapshot.search([query], count: 12, strategy: strategy, allowing: .only(Array(allowed) + [999_999_999, 0]))
      #expect(only[0].count == 12)
      #expect(only[0].allSatisfy { allowed.contains($0.id) })
      #expect(try snapshot.search([query], count: 12, strategy: strategy, allowing: .except(denied)) == only)
      #expect(try snapshot.search([query], count: 12, strategy: strategy, allowing: .matching { allowed.contains($0) }) == only)
      if strategy == .exact { #expect(only[0] == (try Self.oracle(snapshot, query, 12) { allowed.contains($0) })) }
    }
    #expect(try snapshot.search([query], count: 5, strategy: strategy, allowing: .only([])) == [[]])
  }

  @Test func smallAndEmptyIndexes() throws {
    let folder = try TemporaryFolder()
    let store = try VectorStore.create(directory: folder.path, settings: VectorSettings(dimensions: 8))
    for strategy in [SearchStrategy.exact, .int8(), .binary(), .funnel()] {
      #expect(try store.snapshot().search([Array(repeating: 1, count: 8)], count: 3, strategy: strategy) == [[]])
    }
    try store.append([(id: 7, vector: Array(repeating: 2, count: 8))])
    try store.commit()
    for strategy in [SearchStrategy.exact, .int8(), .binary(), .funnel()] {
      let found = try store.snapshot().search([Array(repeating: 1, count: 8)], count: 3, strategy: strategy)[0]
      #expect(found.map(\.id) == [7])
      #expect(abs(found[0].score - 1) <= 1e-6)
    }
    #expect(try store.snapshot().search([], count: 3) == [])
    #expect(try store.snapshot().search([Array(repeating: 1, count: 8)], count: 0) == [[]])
  }

  @Test func wrongQuestionsAreRefused() throws {
    let folder = try TemporaryFolder()
    var settings = VectorSettings(dimensions: 16)
    settings.int8Dimensions = 8
    settings.binaryDimensions = nil
    let store = try VectorStore.create(directory: folder.path, settings: settings)
    try store.append([(id: 1, vector: Array(repeating: 1, count: 16))])
    try store.commit()
    try store.compact()
    let snapshot = try store.snapshot()
    let query = [Float](repeating: 1, count: 16)
    func refuses(_ code: VectorIndexError.Code, _ body: () throws -> [[Match]]) {
      #expect { try body() } throws: { ($0 as? VectorIndexError)?.code == code }
    }
    refuses(.invalidVector) { try snapshot.search([Array(query.dropLast())], count: 1) }
    refuses(.invalidVector) { try snapshot.search([Array(repeating: 0, count: 16)], count: 1) }
    refuses(.invalidVector) { try snapshot.search([Array(repeating: .nan, count: 16)], count: 1) }
    refuses(.invalidVector) { try snapshot.search([query.dropLast() + [.infinity]], count: 1) }
    refuses(.invalidArgument) { try snapshot.search([query], count: -1) }
    refuses(.invalidArgument) { try snapshot.search([query], count: 1, dimensions: 17) }
    refuses(.invalidArgument) { try snapshot.search([query], count: 1, dimensions: 0) }
    refuses(.invalidArgument) { try snapshot.search([query], count: 1, strategy: .binary()) }
    refuses(.invalidArgument) { try snapshot.search([query], count: 1, strategy: .int8()) }
    refuses(.invalidArgument) { try snapshot.search([query], count: 1, strategy: .int8(rescore: 0), dimensions: 8) }
    refuses(.invalidArgument) { try snapshot.search([query], count: 1, strategy: .int8(rescore: nil), dimensions: 4) }
    #expect(try snapshot.search([query], count: 1, strategy: .int8(rescore: 1), dimensions: 4)[0].map(\.id) == [1])
  }

  /// Whatever the order of arrival, with many equal scores, and taken over from one collector to another.
  @Test(arguments: [1, 2, 3, 10, 64, 499, 500, 501])
  func theBestAreTheFirstOfAll(limit: Int) {
    var samples = Samples(limit)
    let candidates = (0..<500).map { id in
      Candidate(score: Float(samples.next() % 20), id: UInt64(id), place: RowPlace(segment: 0, row: id))
    }
    let expected = candidates.sorted { ($1.score, $0.id) < ($0.score, $1.id) }.prefix(limit).map(\.id)
    for order in [candidates, candidates.reversed(), candidates.sorted { $0.score < $1.score }, candidates.shuffled(using: &samples)] {
      var (first, second) = (BestMatches(limit: limit), BestMatches(limit: limit))
      for candidate in order.prefix(200) where candidate.score >= first.threshold { first.insert(candidate) }
      for candidate in order.dropFirst(200) where candidate.score >= second.threshold { second.insert(candidate) }
      second.insert(first)
      #expect(second.sorted.map(\.id) == expected)
      #expect(Set(second.unsorted.map(\.id)) == Set(expected))
    }
  }

  /// What the default funnel finds of the true ten.
  @Test(arguments: [(20, Float(1.0)), (200, 1.0), (20, 0.5), (2000, 1.5)])
  func funnelFindsTheTrueTen(clusters: Int, spread: Float) throws {
    let folder = try TemporaryFolder()
    var samples = Samples(clusters)
    let vectors = samples.clustered(10_100, 128, clusters: clusters, spread: spread)
    let store = try VectorStore.create(directory: folder.path, settings: VectorSettings(dimensions: 128))
    try store.append(vectors.dropLast(100).enumerated().map { (id: UInt64($0.offset), vector: $0.element) })
    try store.commit()
    try store.compact()
    let snapshot = try store.snapshot()
    let queries = Array(vectors.suffix(100))
    let truth = try snapshot.search(queries, count: 10)
    for strategy in [SearchStrategy.funnel(), .int8(), .binary(rescore: 4096)] {
      let found = try snapshot.search(queries, count: 10, strategy: strategy)
      let recall = zip(truth, found).reduce(0) { $0 + Set($1.0.map(\.id)).intersection($1.1.map(\.id)).count }
      #expect(recall >= 990, "\(strategy): \(recall) of 1000")
    }
  }
}
