public import Checkpoints
public import Tensors

/// A Qwen3-VL model: sequences of tokens and pictures in, hidden states of their last tokens out.
///
/// Knows neither text nor files. Weights stay where the weight source has them.
public struct Qwen3VLModel: Sendable {
  /// What the model is.
  public let configuration: Configuration
  /// The output head, [vocabulary][hidden size]; the token embedding where they are tied, `nil` where a checkpoint has left it out.
  public let head: Matrix?
  private let vision: VisionTower
  private let decoder: Decoder

  /// Patches that go through the vision tower in one pass at most, unless one picture alone has more.
  ///
  /// A pass over 8,192 patches of the 2B model needs about 250 MB; more at once is no faster.
  private static let patchesPerPass = 8_192

  private static let headName = "lm_head.weight"

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
    let shape = [configuration.decoder.vocabularySize, configuration.decoder.hiddenSize]
    let ownHead = hasHead ? try weights.matrix(Self.headName, shape: shape) : nil
    head = configuration.tiesWordEmbeddings ? decoder.embedding : ownHead
  }

  /// Opens a checkpoint: reads and checks its configuration and takes every tensor exactly once.
  ///
  /// - Returns: The model, and the bytes of weights that were converted because the file has another form than products need.
  public static func open(
    _ checkpoint: Checkpoint, precision: Precision
  ) throws(CheckpointError) -> (model: Qwen3VLModel, convertedBytes: Int) {
    let configuration = try Configuration(checkpoint.configuration)
    let reader = try WeightReader(checkpoint, precision: precision, layout: nameLayout)
    let hasHead = reader.has(headName)
    let model = try Qwen3VLModel(configuration, reader, hasHead: hasHead && !configuration.tiesWordEmbeddings)
    if hasHead && configuration.tiesWordEmbeddings {
      // Some tools store the tied head once more. One that differs is a contradiction, which transformers 4 and 5 resolve differently.
      let copy = try reader.matrix(headName, shape: [configuration.decoder.vocabularySize, configuration.decoder.hiddenSize])
      guard copy.hasSameNumbers(as: model.decoder.embedding) else {
        throw CheckpointError(
          .invalidTensor, file: checkpoint.directory,
          "holds an lm_head.weight that differs from the token embedding, although config.json says tie_word_embeddings; "
            + "say false there if the head was trained, else remove the tensor")
      }
    }
    try reader.finish()
    return (model, reader.convertedBytes)
  }

  /// Names that checkpoints really have: as the reference's classes save them, and the older prefixes.
  public static let nameLayout = NameLayout([
    .init(prefix: "visual.", landmark: "patch_embed.proj.weight", stored: ["model.visual.", "visual.", "vision_tower."]),
    .init(
      prefix: "language_model.", landmark: "embed_tokens.weight",
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

  /// Runs sequences end to end in one pass and gives, for each, the hidden state of its last token after the final norm.
  ///
  /// - Parameters:
  ///   - inputs: Sequences of any lengths. A sequence gives the same bits in any company.
  ///   - compute: What carries out the operations, in the precision that the model was opened for.
  ///   - observe: Sees the stages. Where someone looks, the last layer runs for all tokens; the result has the same bits.
  /// - Returns: [sequences][hidden size]
  /// - Throws: `ModelInputError` when a sequence does not fit the model or its pictures.
  public func lastHiddenStates(
    of inputs: [ModelInput], _ compute: Compute, observe: StageObserver = .none
  ) throws(ModelInputError) -> [[Float]] {
    guard !inputs.isEmpty else { return [] }
    var placeholders: [Placeholders] = []
    var positions = DecoderPositions()
    for input in inputs {
      try check(input)
      let found = try Placeholders(input, configuration)
      positions.append(input, found, mergeSize: configuration.vision.mergeSize)
      placeholders.append(found)
    }
    let offsets = SequenceOffsets(lengths: inputs.map(\.tokens.count))
    let pictures = place(inputs, placeholders, offsets)

    let hidden = compute.gather(WeightedRows(inputs.flatMap(\.tokens).map(UInt32.init)), from: decoder.embedding)
    let features = see(pictures, compute, observe)
    for feature in features {
      for picture in feature.pictures { compute.copy(picture.rows, of: feature.tokens, to: hidden, at: picture.start) }
    }
    observe("decoder.input", hidden, compute)
    let normed = decode(hidden, positions, offsets, features, compute, observe)
    return (0..<inputs.count).map { compute.row($0, of: normed) }
  }

  private func decode(
    _ hidden: TokenMatrix, _ positions: DecoderPositions, _ offsets: SequenceOffsets, _ features: [PlacedFeatures], _ compute: Compute,
    _ observe: StageObserver
  ) -> TokenMatrix {
    let rotation = positions.rotation(configuration.decoder, compute)
    let layers = observe.isActive ? decoder.layers[...] : decoder.layers.dropLast()
    for (index, layer) in layers.enumerated() {
      layer(hidden, rotation, offsets, compute)
      for feature in features where index < feature.deepstack.count {
        for picture in feature.pictures { compute.add(picture.rows, of: feature.deepstack[index], to: hidden, at: picture.start) }
      }
      observe("decoder.layer.\(index)", hidden, compute)
    }
    if observe.isActive {
      let normed = compute.normalizedMatrix(hidden, by: decoder.norm)
      observe("decoder.norm", normed, compute)
      return compute.lastTokens(of: normed, offsets)
    }
    let lastRotation = positions.lastTokens(offsets).rotation(configuration.decoder, compute)
    let last = decoder.layers[decoder.layers.count - 1].lastTokens(
      hidden, rotation, lastRotation: lastRotation, offsets, compute)
    return compute.normalizedMatrix(last, by: decoder.norm)
  }

  /// A picture, and the token of its first merged patch in the pass.
  private struct PlacedPicture {
    let patches: Patches
    let start: Int
  }

  /// What the tower gave for some pictures, and where each goes.
  private struct PlacedFeatures {
    let tokens: TokenMatrix
    let deepstack: [TokenMatrix]
    let pictures: [(rows: Range<Int>, start: Int)]
  }

  private func place(_ inputs: [ModelInput], _ placeholders: [Placeholders], _ offsets: SequenceOffsets) -> [PlacedPicture] {
    var pictures: [PlacedPicture] = []
    for (index, input) in inputs.enumerated() {
      for (patches, start) in zip(input.pictures, placeholders[index].starts) {
        pictures.append(PlacedPicture(patches: patches, start: offsets[index].lowerBound + start))
      }
    }
    return pictures
  }

  /// Runs all pictures through the tower, several small ones in one pass.
  private func see(_ pictures: [PlacedPicture], _ compute: Compute, _ observe: StageObserver) -> [PlacedFeatures] {
    var features: [PlacedFeatures] = []
    var next = 0
    while next < pictures.count {
      var end = next + 1
      var patches = pictures[next].patches.count
      while end < pictures.count, patches + pictures[end].patches.count <= Self.patchesPerPass {
        patches += pictures[end].patches.count
        end += 1
      }
      let group = pictures[next..<end]
      let seen = vision(group.map(\.patches), compute, observe)
      var row = 0
      var rows: [(Range<Int>, Int)] = []
      for picture in group {
        let count = picture.patches.count / (configuration.vision.mergeSize * configuration.vision.mergeSize)
        rows.append((row..<row + count, picture.start))
        row += count
      }
      features.append(PlacedFeatures(tokens: seen.tokens, deepstack: seen.deepstack, pictures: rows))
      next = end
    }
    return features
  }
}
