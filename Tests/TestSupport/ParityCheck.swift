import Embedding
import Qwen3VL
public import Tensors

/// One comparison with the reference.
public struct ParityRow: Sendable, CustomStringConvertible {
  public let checkpoint: String
  public let precision: Precision
  public let name: String
  /// What is measured, such as `1 - cosine`.
  public let measure: String
  public let difference: Double
  public let tolerance: Double

  /// Whether the difference is within the tolerance. NaN is not.
  public var passes: Bool { difference <= tolerance }

  public var description: String { "\(checkpoint) \(precision.rawValue) \(name): \(measure) \(difference), tolerance \(tolerance)" }
}

/// Runs every case of the reference on a tiny checkpoint: for the tests, and for the report that `make parity` prints.
public struct ParityCheck {
  private let checkpoint: TinyCheckpoint
  private let precision: Precision
  private let instructionSet: InstructionSet?

  public init(_ checkpoint: TinyCheckpoint, _ precision: Precision, _ instructionSet: InstructionSet? = nil) {
    self.checkpoint = checkpoint
    self.precision = precision
    self.instructionSet = instructionSet
  }

  /// All rows.
  public func rows() async throws -> [ParityRow] {
    try await embeddingRows() + rerankingRows()
  }

  /// Ids, positions, grids, every stage and the vector of every embedding case.
  public func embeddingRows() async throws -> [ParityRow] {
    let tensors = try OracleTensors(checkpoint)
    var rows: [ParityRow] = []
    for expected in try OracleCases.all.get().embedding {
      let embedder = Embedder(try model(try checkpoint.directory, expected.maxLength))
      let item = Item(texts: expected.texts, images: expected.images.map(Self.image), instruction: expected.instruction)
      let input = try await embedder.prepare(item)
      rows += try exact("embed \(expected.name)", input, embedder.model, expected.inputIDs, expected.positions, expected.grids)
      rows += try stages(expected.name, input, embedder.model, tensors)
      let vector = try await embedder.embed(item)
      let cosine = Difference([vector], try tensors.rows(expected.name, "embedding")).lowestCosine
      rows.append(row("embed \(expected.name)", "1 - cosine", 1 - cosine, 1 - Tolerance.embeddingCosine(precision)))
    }
    return rows
  }

  /// Ids, positions, grids and the score of every reranking case.
  public func rerankingRows() async throws -> [ParityRow] {
    let scores = Dictionary(uniqueKeysWithValues: try OracleScores.of(checkpoint).reranking.map { ($0.name, $0) })
    var rows: [ParityRow] = []
    for expected in try OracleCases.all.get().reranking {
      let directory = try expected.appendsEndOfText ? checkpoint.directory : checkpoint.rerankerDirectory
      let reranker = try Reranker(try model(directory, expected.maxLength))
      let query = Item(
        texts: expected.query.texts, images: expected.query.images.map(Self.image), instruction: expected.query.instruction)
      let document = Item(texts: expected.document.texts, images: expected.document.images.map(Self.image))
      let input = try await reranker.prepare(query, document, expected.instruction)
      rows += try exact("rerank \(expected.name)", input, reranker.model, expected.inputIDs, expected.positions, expected.grids)
      let score = try await reranker.score(query: query, documents: [document], instruction: expected.instruction)[0].get()
      guard let reference = scores[expected.name] else { throw FixtureError("no score for \(expected.name)") }
      rows.append(row("rerank \(expected.name)", "score", abs(score.score - reference.score), Tolerance.score(precision)))
    }
    return rows
  }

  private func model(_ directory: String, _ maximumLength: Int) throws -> Model {
    var options = ModelOptions()
    options.precision = precision
    options.instructionSet = instructionSet
    options.maximumLength = maximumLength
    // The reference parses special tokens in texts, and its cases hold some.
    options.parsesSpecialTokens = true
    return try Model(directory: directory, options: options)
  }

  private func exact(
    _ name: String, _ input: ModelInput, _ model: Model, _ ids: [Int32], _ positions: [[Int]], _ grids: [[Int]]
  ) throws -> [ParityRow] {
    let found = try model.positions(of: input)
    return [
      row(name, "token ids", input.tokens == ids ? 0 : .infinity, 0),
      row(name, "positions", [found.time, found.height, found.width] == positions ? 0 : .infinity, 0),
      row(name, "grids", input.pictures.map { [1, $0.gridHeight, $0.gridWidth] } == grids ? 0 : .infinity, 0),
    ]
  }

  private func stages(_ name: String, _ input: ModelInput, _ model: Model, _ tensors: OracleTensors) throws -> [ParityRow] {
    let expected = Set(tensors.stages(of: name)).subtracting(["embedding", "embedding.bfloat16"])
    guard !expected.isEmpty else { return [] }
    var found: [String: [[Float]]] = [:]
    var order = ["patches"]
    let features = model.multimodalConfiguration?.vision.patchFeatures ?? 1
    found["patches"] = input.pictures.flatMap { picture in
      (0..<picture.count).map { Array(picture.values[$0 * features..<($0 + 1) * features]) }
    }
    _ = try model.trace(
      input,
      StageObserver { stage, rows in
        order.append(stage)
        found[stage] = rows
      })
    if let missing = expected.subtracting(order).min() { throw FixtureError("\(name): the model has no stage \(missing)") }
    return try order.filter(expected.contains).map { stage in
      let difference = Difference(found[stage] ?? [], try tensors.rows(name, stage)).relativeMaximum
      return row("embed \(name)", stage, difference, stage == "patches" ? 0 : Tolerance.stage(precision))
    }
  }

  private func row(_ name: String, _ measure: String, _ difference: Double, _ tolerance: Double) -> ParityRow {
    ParityRow(
      checkpoint: checkpoint.rawValue, precision: precision, name: name, measure: measure, difference: difference, tolerance: tolerance)
  }

  private static func image(_ path: String) -> ImageSource { .file("\(Fixtures.root)/oracle/\(path)") }
}
