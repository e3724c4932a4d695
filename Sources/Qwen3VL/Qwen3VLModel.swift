public import Checkpoints
public import Tensors

/// A Qwen3-VL model: sequences of tokens and pictures in, hidden states of their last tokens out.
///
/// Knows neither text nor files. Weights stay where the weight source has them.
public struct Qwen3VLModel: DecodingModel {
  /// What the model is.
  public let configuration: Configuration
  /// The output head; see `SequenceModel.head`.
  public let head: Matrix?
  let vision: VisionTower
  let decoder: Decoder

  /// What the language model is.
  public var decoderConfiguration: DecoderConfiguration { configuration.decoder }
  /// Whether the output head is the token embedding.
  public var tiesWordEmbeddings: Bool { configuration.tiesWordEmbeddings }

  /// Takes every weight that the configuration implies.
  ///
  /// - Parameters:
  ///   - configuration: What the model is.
  ///   - weights: Where weights come from, under the names of `nameLayout`.
  ///   - hasHead: Whether there is an output head of its own (`lm_head.weight`).
  /// - Throws: `CheckpointError` when a weight is missing or has another shape.
  public init(_ configuration: Configuration, _ weights: some WeightSource, hasHead: Bool) throws(CheckpointError) {
    self.configuration = configuration
    vision = try VisionTower(weights, configuration.vision)
    decoder = try Decoder(weights, configuration.decoder)
    head = try decoder.head(weights, isTied: configuration.tiesWordEmbeddings, isStored: hasHead)
  }

  /// Opens a checkpoint: reads and checks its configuration and takes every tensor exactly once.
  ///
  /// - Returns: The model, and the bytes of weights that were converted because the file has another form than products need.
  public static func open(
    _ checkpoint: Checkpoint, precision: Precision
  ) throws(CheckpointError) -> (model: Qwen3VLModel, convertedBytes: Int) {
    let configuration = try Configuration(checkpoint.configuration)
    let reader = try WeightReader(checkpoint, precision: precision, layout: nameLayout)
    let isTied = configuration.tiesWordEmbeddings
    let hasHead = reader.has(Decoder.headName)
    let model = try Qwen3VLModel(configuration, reader, hasHead: hasHead && !isTied)
    if hasHead && isTied { try model.decoder.checkStoredHead(reader, in: checkpoint) }
    try reader.finish()
    return (model, reader.convertedBytes)
  }

  /// Names that checkpoints really have: as the reference's classes save them, and the older prefixes.
  public static let nameLayout = NameLayout([
    .init(prefix: "visual.", landmark: "patch_embed.proj.weight", stored: ["model.visual.", "visual.", "vision_tower."]),
    .init(
      prefix: Decoder.prefix, landmark: Decoder.landmark,
      stored: ["model.language_model.", "language_model.model.", "language_model.", "model."]),
    .init(prefix: "lm_head.", landmark: "weight", stored: ["lm_head.", "language_model.lm_head."]),
  ])

  /// Checks a sequence without running it.
  public func check(_ input: ModelInput) throws(ModelInputError) {
    _ = try Placeholders(input, configuration)
    guard input.tokens.count <= configuration.decoder.maxPositions else {
      throw ModelInputError("\(input.tokens.count) tokens are more than the model's \(configuration.decoder.maxPositions) positions")
    }
  }

  /// The three positions of every token of a sequence.
  public func positions(of input: ModelInput) throws(ModelInputError) -> DecoderPositions {
    DecoderPositions(input, try Placeholders(input, configuration), mergeSize: configuration.vision.mergeSize)
  }

  /// Runs sequences end to end in one pass; see `SequenceModel`.
  public func lastHiddenStates(
    of inputs: [ModelInput], _ compute: Compute, reuse: Reuse, observe: StageObserver
  ) throws(ModelInputError) -> [[Float]] {
    try run(inputs, compute, reuse, observe)
  }

  func prepare(_ input: ModelInput) throws(ModelInputError) -> PreparedSequence {
    try check(input)
    let placeholders = try Placeholders(input, configuration)
    let pictures = zip(input.pictures, placeholders.starts).map { patches, start in
      PlacedPicture(patches: patches, start: start, end: start + mergedPatches(of: patches))
    }
    return PreparedSequence(
      input, pictures, DecoderPositions(input, placeholders, mergeSize: configuration.vision.mergeSize))
  }

  func residualStream(
    of sequences: [PreparedSequence], _ compute: Compute, _ pictures: (any PictureMemory)?, _ observe: StageObserver
  ) -> (hidden: TokenMatrix, afterLayer: (Int) -> Void) {
    let hidden = decoder.embed(sequences.flatMap(\.tokens), compute)
    let features = see(place(sequences), compute, pictures, observe)
    for feature in features {
      for picture in feature.pictures { compute.copy(picture.rows, of: feature.features.tokens, to: hidden, at: picture.start) }
    }
    return (
      hidden,
      { layer in
        for feature in features where layer < feature.features.deepstack.count {
          let added = feature.features.deepstack[layer]
          for picture in feature.pictures { compute.add(picture.rows, of: added, to: hidden, at: picture.start) }
        }
      }
    )
  }
}
