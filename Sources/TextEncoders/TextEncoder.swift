public import Checkpoints
public import Tensors

/// An encoder of texts, BERT or MPNet: sequences of tokens in, the mean of their tokens' last hidden states out.
///
/// Knows neither text nor files. Weights stay where the weight source has them.
public struct TextEncoder: Sendable {
  /// What the model is.
  public let configuration: TextEncoderConfiguration
  private let words: Matrix
  private let positions: Matrix
  private let tokenTypes: Matrix?
  private let norm: Norm
  private let layers: [TextEncoderLayer]
  private let bias: DistanceBias?

  /// Takes every weight that the configuration implies.
  ///
  /// - Throws: `CheckpointError` when a weight is missing or has another shape.
  public init(_ configuration: TextEncoderConfiguration, _ weights: some WeightSource) throws(CheckpointError) {
    self.configuration = configuration
    let width = configuration.hiddenSize
    words = try weights.matrix("embeddings.word_embeddings.weight", shape: [configuration.vocabularySize, width])
    positions = try weights.matrix("embeddings.position_embeddings.weight", shape: [configuration.positionCount, width])
    tokenTypes =
      configuration.tokenTypeCount == 0
      ? nil : try weights.matrix("embeddings.token_type_embeddings.weight", shape: [configuration.tokenTypeCount, width])
    norm = try weights.layerNorm("embeddings.LayerNorm", count: width, epsilon: configuration.layerNormEpsilon)
    var layers: [TextEncoderLayer] = []
    for index in 0..<configuration.layerCount {
      layers.append(try TextEncoderLayer(weights, "encoder.layer.\(index)", configuration))
    }
    self.layers = layers
    bias = configuration.architecture == .mpnet ? try Self.distanceBias(weights, heads: configuration.headCount) : nil
  }

  private static func distanceBias(_ weights: some WeightSource, heads: Int) throws(CheckpointError) -> DistanceBias {
    let table = try weights.matrix("encoder.relative_attention_bias.weight", shape: [DistanceBuckets.count, heads])
    let rows = (0..<DistanceBuckets.count).map { table.row($0) }
    return DistanceBias(heads: heads, reach: DistanceBuckets.reach) { head, distance in rows[DistanceBuckets.bucket(distance)][head] }
  }

  /// Opens a checkpoint: reads and checks its configuration and takes every tensor exactly once.
  ///
  /// - Returns: The model, and the bytes of weights that were converted because the file has another form than products need.
  public static func open(
    _ checkpoint: Checkpoint, precision: Precision
  ) throws(CheckpointError) -> (model: TextEncoder, convertedBytes: Int) {
    let configuration = try TextEncoderConfiguration(checkpoint.configuration)
    let reader = try WeightReader(checkpoint, precision: precision, layout: nameLayout)
    let model = try TextEncoder(configuration, reader)
    for name in unusedTensors { reader.leaveOut(name) }
    try reader.finish()
    return (model, reader.convertedBytes)
  }

  /// Tensors that checkpoints hold beside the model: the numbers 0, 1, 2 …, and a head over the first token, which no mean asks for.
  static let unusedTensors = ["embeddings.position_ids", "embeddings.token_type_ids", "pooler.dense.weight", "pooler.dense.bias"]

  /// Names that checkpoints really have: as the encoder's own class saves them, and as a part of a larger model.
  static let nameLayout = NameLayout([
    .init(
      prefix: "embeddings.", landmark: "word_embeddings.weight", stored: ["mpnet.embeddings.", "bert.embeddings.", "embeddings."]),
    .init(prefix: "encoder.", landmark: "layer.0.output.dense.weight", stored: ["mpnet.encoder.", "bert.encoder.", "encoder."]),
    .init(prefix: "pooler.", landmark: "dense.weight", stored: ["mpnet.pooler.", "bert.pooler.", "pooler."]),
  ])

  /// Checks a sequence without running it.
  public func check(_ tokens: [Int32]) throws(TextInputError) {
    guard !tokens.isEmpty else { throw TextInputError("a sequence without tokens has no mean") }
    guard tokens.count <= configuration.maximumLength else {
      throw TextInputError("\(tokens.count) tokens are more than the model's \(configuration.maximumLength) positions")
    }
    if let stranger = tokens.first(where: { $0 < 0 || $0 >= configuration.vocabularySize }) {
      throw TextInputError("token \(stranger) is not one of the model's \(configuration.vocabularySize)")
    }
  }

  /// Runs sequences end to end in one pass and gives, for each, the mean of its tokens' last hidden states.
  ///
  /// Every token counts, those around the text too. The mean is taken in double precision, in the order of the tokens.
  ///
  /// - Parameters:
  ///   - sequences: Tokens of each sequence, of any lengths. A sequence gives the same bits in any company.
  ///   - compute: What carries out the operations, in the precision that the model was opened for.
  ///   - observe: Sees the stages `embeddings` and `layer.N` as [tokens][features].
  /// - Returns: [sequences][hidden size]
  /// - Throws: `TextInputError` when a sequence does not fit the model.
  public func meanStates(
    of sequences: [[Int32]], _ compute: Compute, observe: ((_ stage: String, _ rows: [[Float]]) -> Void)? = nil
  ) throws(TextInputError) -> [[Float]] {
    guard !sequences.isEmpty else { return [] }
    for sequence in sequences { try check(sequence) }
    let offsets = SequenceOffsets(lengths: sequences.map(\.count))
    var hidden = embed(sequences, compute)
    observe?("embeddings", rows(of: hidden, compute))
    for (index, layer) in layers.enumerated() {
      hidden = layer(hidden, offsets, bias, compute)
      observe?("layer.\(index)", rows(of: hidden, compute))
    }
    return (0..<offsets.count).map { mean(of: hidden, offsets[$0], compute) }
  }

  private func embed(_ sequences: [[Int32]], _ compute: Compute) -> TokenMatrix {
    let sum = compute.gather(WeightedRows(sequences.joined().map(UInt32.init)), from: words)
    if let tokenTypes {
      compute.gather(WeightedRows([UInt32](repeating: 0, count: sum.tokens)), from: tokenTypes, addedTo: sum)
    }
    compute.gather(WeightedRows(sequences.flatMap(places)), from: positions, addedTo: sum)
    return compute.normalizedMatrix(sum, by: norm)
  }

  /// The row of the table of places for every token.
  private func places(_ tokens: [Int32]) -> [UInt32] {
    let first = UInt32(configuration.firstPosition)
    guard configuration.architecture == .mpnet else { return (0..<UInt32(tokens.count)).map { first + $0 } }
    var next = first
    return tokens.map { token in
      // As in the reference: a padding token, which a text may spell out, stands where nothing stands and is not counted.
      guard token != TextEncoderConfiguration.paddingToken else { return UInt32(TextEncoderConfiguration.paddingToken) }
      defer { next += 1 }
      return next
    }
  }

  private func mean(of hidden: TokenMatrix, _ tokens: Range<Int>, _ compute: Compute) -> [Float] {
    var sums = [Double](repeating: 0, count: hidden.features)
    for token in tokens {
      for (feature, value) in compute.row(token, of: hidden).enumerated() { sums[feature] += Double(value) }
    }
    return sums.map { Float($0 / Double(tokens.count)) }
  }

  private func rows(of hidden: TokenMatrix, _ compute: Compute) -> [[Float]] {
    (0..<hidden.tokens).map { compute.row($0, of: hidden) }
  }
}

/// Why a sequence cannot be run.
public struct TextInputError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One sentence for a person.
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
