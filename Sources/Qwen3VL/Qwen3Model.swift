public import Checkpoints
public import Tensors

/// A Qwen3 text model: the same decoder without a vision tower, as Qwen3-Embedding and Qwen3-Reranker are.
public struct Qwen3Model: DecodingModel {
  /// What the model is.
  public let configuration: TextConfiguration
  /// What the language model is.
  public var decoderConfiguration: DecoderConfiguration { configuration.decoder }
  /// Whether the output head is the token embedding.
  public var tiesWordEmbeddings: Bool { configuration.tiesWordEmbeddings }
  /// The output head; see `SequenceModel.head`.
  public let head: Matrix?
  let decoder: Decoder

  /// Takes every weight that the configuration implies.
  private init(_ configuration: TextConfiguration, _ weights: some WeightSource, hasHead: Bool) throws(CheckpointError) {
    self.configuration = configuration
    decoder = try Decoder(weights, configuration.decoder)
    head = try decoder.head(weights, isTied: configuration.tiesWordEmbeddings, isStored: hasHead)
  }

  /// Opens a checkpoint: reads and checks its configuration and takes every tensor exactly once.
  ///
  /// - Returns: The model, and the bytes of weights that were converted because the file has another form than products need.
  public static func open(
    _ checkpoint: Checkpoint, precision: Precision
  ) throws(CheckpointError) -> (model: Qwen3Model, convertedBytes: Int) {
    let configuration = try TextConfiguration(checkpoint.configuration)
    let reader = try WeightReader(checkpoint, precision: precision, layout: nameLayout)
    let isTied = configuration.tiesWordEmbeddings
    let hasHead = reader.has(Decoder.headName)
    let model = try Qwen3Model(configuration, reader, hasHead: hasHead && !isTied)
    if hasHead && isTied { try model.decoder.checkStoredHead(reader, in: checkpoint) }
    try reader.finish()
    return (model, reader.convertedBytes)
  }

  /// Names that checkpoints really have: rerankers are saved with their head, embedders without head and prefix.
  private static let nameLayout = NameLayout([
    .init(prefix: Decoder.prefix, landmark: Decoder.landmark, stored: ["model.", ""]),
    .init(prefix: "lm_head.", landmark: "weight", stored: ["lm_head."]),
  ])

  /// Checks a sequence without running it.
  public func check(_ input: ModelInput) throws(ModelInputError) {
    guard !input.tokens.isEmpty else { throw ModelInputError("the sequence has no tokens") }
    guard input.pictures.isEmpty else {
      throw ModelInputError("there are \(input.pictures.count) pictures, but this model reads texts only")
    }
    try decoderConfiguration.check(input.tokens)
  }

  /// One position a token, counted up.
  public func positions(of input: ModelInput) -> DecoderPositions {
    DecoderPositions(textLength: input.tokens.count)
  }

  /// Runs sequences end to end in one pass; see `SequenceModel`.
  public func lastHiddenStates(
    of inputs: [ModelInput], _ compute: Compute, reuse: Reuse, observe: StageObserver
  ) throws(ModelInputError) -> [[Float]] {
    try run(inputs, compute, reuse, observe)
  }

  func prepare(_ input: ModelInput) throws(ModelInputError) -> PreparedSequence {
    try check(input)
    return PreparedSequence(input, [], positions(of: input))
  }

  func residualStream(
    of sequences: [PreparedSequence], _ compute: Compute, _ pictures: (any PictureMemory)?, _ observe: StageObserver
  ) -> (hidden: TokenMatrix, afterLayer: (Int) -> Void) {
    (decoder.embed(sequences.flatMap(\.tokens), compute), { _ in })
  }

  /// Every tensor of a model of the given configuration, for a checkpoint with made-up weights; an embedder's are named as published
  /// embedders name theirs, without prefix and head.
  public static func syntheticTensors(
    _ configuration: TextConfiguration, isEmbedder: Bool
  ) throws(CheckpointError) -> [SyntheticCheckpoint.Tensor] {
    let inventory = WeightInventory()
    _ = try Qwen3Model(configuration, inventory, hasHead: !configuration.tiesWordEmbeddings && !isEmbedder)
    return inventory.shapes.map { name, shape in
      let bare = name.hasPrefix(Decoder.prefix) ? String(name.dropFirst(Decoder.prefix.count)) : nil
      let published = bare.map { "model." + $0 } ?? name
      return SyntheticCheckpoint.Tensor(name: published, storedName: isEmbedder ? bare ?? name : published, shape: shape)
    }
  }
}

/// What `config.json` says of a Qwen3 text model.
public struct TextConfiguration: Sendable, Equatable {
  /// The decoder.
  public let decoder: DecoderConfiguration
  /// Whether the output head is the token embedding.
  public let tiesWordEmbeddings: Bool

  /// What `model_type` says.
  public static let modelType = "qwen3"

  /// Reads `config.json`, strictly: nothing that the model needs has a default.
  ///
  /// - Throws: `CheckpointError` that names the field.
  public init(_ file: ConfigurationObject) throws(CheckpointError) {
    try file.require("model_type", .string(Self.modelType), because: "this is the loader of qwen3")
    decoder = try DecoderConfiguration(file, hasPictures: false)
    tiesWordEmbeddings = try file.bool("tie_word_embeddings")
    if file.has("use_sliding_window") {
      try file.require("use_sliding_window", .bool(false), because: "attention over a sliding window is not supported")
    }
    if file.has("layer_types") {
      for (index, type) in try file.strings("layer_types").enumerated() where type != "full_attention" {
        throw file.fault("layer_types", "is \"\(type)\" for layer \(index), expected full_attention")
      }
    }
  }
}
