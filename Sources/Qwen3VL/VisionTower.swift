import Checkpoints
import Tensors

/// The vision tower: patches of pictures become tokens of the decoder's width.
struct VisionTower: Sendable {
  let configuration: VisionConfiguration
  let patchEmbedding: Linear
  let learnedPositions: Matrix
  let blocks: [VisionBlock]
  let merger: PatchMerger
  /// One merger for each block that DeepStack taps.
  let deepstackMergers: [PatchMerger]

  init(_ weights: some WeightSource, _ configuration: VisionConfiguration) throws(CheckpointError) {
    self.configuration = configuration
    // The convolution's stride is its kernel's size, so it is one product with the flattened patch.
    patchEmbedding = Linear(
      weight: try weights.matrix(
        "visual.patch_embed.proj.weight",
        shape: [
          configuration.hiddenSize, configuration.channels, configuration.temporalPatchSize, configuration.patchSize,
          configuration.patchSize,
        ]),
      bias: try weights.vector("visual.patch_embed.proj.bias", count: configuration.hiddenSize))
    learnedPositions = try weights.matrix("visual.pos_embed.weight", shape: [configuration.positionCount, configuration.hiddenSize])
    var blocks: [VisionBlock] = []
    for index in 0..<configuration.blockCount {
      blocks.append(try VisionBlock(weights, "visual.blocks.\(index)", configuration))
    }
    self.blocks = blocks
    merger = try PatchMerger(weights, "visual.merger", configuration, norm: .eachPatch)
    var mergers: [PatchMerger] = []
    for index in configuration.deepstackBlocks.indices {
      mergers.append(try PatchMerger(weights, "visual.deepstack_merger_list.\(index)", configuration, norm: .mergedPatches))
    }
    deepstackMergers = mergers
  }

  /// Runs pictures through the tower, packed end to end.
  func callAsFunction(_ pictures: [Patches], _ compute: Compute, _ observe: StageObserver) -> VisionFeatures {
    let positions = VisionPositions(pictures, configuration)
    let rotation = positions.rotation(compute)
    let pattern = AttentionPattern.full(positions.offsets)

    let hidden = compute.linear(
      patchEmbedding, compute.operand(rows: pictures.flatMap(\.values), features: configuration.patchFeatures))
    observe("vision.patch_embedding", hidden, compute)
    compute.gather(positions.learned(), from: learnedPositions, addedTo: hidden)
    observe("vision.input", hidden, compute)

    var taps: [TokenMatrix] = []
    for (index, block) in blocks.enumerated() {
      block(hidden, rotation, pattern, compute)
      observe("vision.block.\(index)", hidden, compute)
      if configuration.deepstackBlocks.contains(index) {
        let tap = deepstackMergers[taps.count](hidden, compute)
        observe("vision.deepstack.\(taps.count)", tap, compute)
        taps.append(tap)
      }
    }
    let tokens = merger(hidden, compute)
    observe("vision.merger", tokens, compute)
    return VisionFeatures(tokens: tokens, deepstack: taps)
  }
}

/// What the tower gives for some pictures, their tokens end to end.
struct VisionFeatures {
  /// The decoder's input at the placeholders, (decoder hidden size, merged patches).
  let tokens: TokenMatrix
  /// What is added behind decoder layer 0, 1, 2 …, each of the same shape.
  let deepstack: [TokenMatrix]
}

/// One block of the tower: full attention within a picture, then a feed-forward network.
struct VisionBlock: Sendable {
  let attentionNorm: Norm
  let query: Linear
  let key: Linear
  let value: Linear
  let output: Linear
  let feedForwardNorm: Norm
  let expand: Linear
  let contract: Linear
  let headDimension: Int

  init(_ weights: some WeightSource, _ name: String, _ configuration: VisionConfiguration) throws(CheckpointError) {
    let width = configuration.hiddenSize
    let epsilon = VisionConfiguration.layerNormEpsilon
    headDimension = configuration.headDimension
    attentionNorm = try weights.layerNorm("\(name).norm1", count: width, epsilon: epsilon)
    // One tensor in the file: queries, keys and values one below the other.
    let joint = try weights.linear("\(name).attn.qkv", from: width, to: 3 * width, bias: true)
    query = joint.rows(0..<width)
    key = joint.rows(width..<2 * width)
    value = joint.rows(2 * width..<3 * width)
    output = try weights.linear("\(name).attn.proj", from: width, to: width, bias: true)
    feedForwardNorm = try weights.layerNorm("\(name).norm2", count: width, epsilon: epsilon)
    expand = try weights.linear("\(name).mlp.linear_fc1", from: width, to: configuration.intermediateSize, bias: true)
    contract = try weights.linear("\(name).mlp.linear_fc2", from: configuration.intermediateSize, to: width, bias: true)
  }

  func callAsFunction(_ hidden: TokenMatrix, _ rotation: Rotation, _ pattern: AttentionPattern, _ compute: Compute) {
    let rotated = HeadPreparation(rotation: rotation)
    let normed = compute.normalized(hidden, by: attentionNorm)
    let attended = compute.attention(
      compute.queries(compute.linear(query, normed), headDimension: headDimension, rotated),
      compute.keys(compute.linear(key, normed), headDimension: headDimension, rotated),
      compute.values(compute.linear(value, normed), headDimension: headDimension),
      headDimension: headDimension, pattern: pattern)
    compute.linear(output, attended, addedTo: hidden)

    let inner = compute.linear(expand, compute.normalized(hidden, by: feedForwardNorm), activation: .geluTanh)
    compute.linear(contract, inner, addedTo: hidden)
  }
}

/// Joins the four patches of a merge block to one token of the decoder's width.
struct PatchMerger: Sendable {
  /// What the norm looks at.
  enum NormPlace: Sendable {
    /// Each patch by itself, before they are joined.
    case eachPatch
    /// The joined features (DeepStack's mergers).
    case mergedPatches
  }

  let norm: Norm
  let place: NormPlace
  let expand: Linear
  let contract: Linear

  init(
    _ weights: some WeightSource, _ name: String, _ configuration: VisionConfiguration, norm place: NormPlace
  ) throws(CheckpointError) {
    let merged = configuration.hiddenSize * configuration.mergeSize * configuration.mergeSize
    self.place = place
    norm = try weights.layerNorm(
      "\(name).norm", count: place == .eachPatch ? configuration.hiddenSize : merged, epsilon: VisionConfiguration.layerNormEpsilon)
    expand = try weights.linear("\(name).linear_fc1", from: merged, to: merged, bias: true)
    contract = try weights.linear("\(name).linear_fc2", from: merged, to: configuration.outputSize, bias: true)
  }

  func callAsFunction(_ hidden: TokenMatrix, _ compute: Compute) -> TokenMatrix {
    let joined =
      switch place {
      case .eachPatch: compute.operand(compute.merged(compute.normalizedMatrix(hidden, by: norm)))
      case .mergedPatches: compute.normalized(compute.merged(hidden), by: norm)
      }
    return compute.linear(contract, compute.linear(expand, joined, activation: .gelu))
  }
}
