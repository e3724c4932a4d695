import Checkpoints
import Tensors

/// The language model: token embeddings, layers of causal attention and SwiGLU, and a final norm.
struct Decoder: Sendable {
  let configuration: DecoderConfiguration
  let embedding: Matrix
  let layers: [DecoderLayer]
  let norm: Norm

  /// What the names of its tensors begin with.
  static let prefix = "language_model."

  /// A tensor that every checkpoint has, behind the prefix.
  static let landmark = "embed_tokens.weight"

  init(_ weights: some WeightSource, _ configuration: DecoderConfiguration) throws(CheckpointError) {
    self.configuration = configuration
    embedding = try weights.matrix(Self.prefix + Self.landmark, shape: [configuration.vocabularySize, configuration.hiddenSize])
    var layers: [DecoderLayer] = []
    for index in 0..<configuration.layerCount {
      layers.append(try DecoderLayer(weights, "\(Self.prefix)layers.\(index)", configuration))
    }
    self.layers = layers
    norm = try weights.rmsNorm(Self.prefix + "norm", count: configuration.hiddenSize, epsilon: configuration.rmsNormEpsilon)
  }
}

extension Decoder {
  /// Runs all layers and gives the last token of each sequence after the final norm.
  ///
  /// `hidden` is the residual stream, all own tokens of all sequences, and is used up. Where someone observes, the last layer runs for all
  /// tokens; the result has the same bits. `afterLayer` is called with the number of each layer whose output all tokens have, to add
  /// to `hidden` (DeepStack). The result is (hidden size, sequences).
  func lastTokens(
    of hidden: TokenMatrix, _ sequences: DecoderSequences, _ compute: Compute, _ observe: StageObserver, afterLayer: (Int) -> Void
  ) -> TokenMatrix {
    let rotation = sequences.positions.rotation(configuration, compute)
    for (index, layer) in (observe.isActive ? layers[...] : layers.dropLast()).enumerated() {
      layer(hidden, rotation, sequences, index, compute)
      afterLayer(index)
      observe("decoder.layer.\(index)", hidden, compute)
    }
    if observe.isActive {
      let normed = compute.normalizedMatrix(hidden, by: norm)
      observe("decoder.norm", normed, compute)
      return compute.lastTokens(of: normed, sequences.own)
    }
    let lastRotation = sequences.positions.lastTokens(sequences.own).rotation(configuration, compute)
    let last = layers[layers.count - 1].lastTokens(
      hidden, rotation, lastRotation: lastRotation, sequences, layers.count - 1, compute)
    return compute.normalizedMatrix(last, by: norm)
  }

  /// Runs one sequence for what its tokens leave to those that may follow.
  func beginning(
    of hidden: TokenMatrix, _ positions: DecoderPositions, _ compute: Compute, afterLayer: (Int) -> Void
  ) -> SharedBeginning {
    let rotation = positions.rotation(configuration, compute)
    let sequences = DecoderSequences([(tokens: hidden.tokens, beginning: nil)], positions)
    var layerMemory: [LayerMemory] = []
    for (index, layer) in layers.enumerated() {
      // Nothing of the last layer is needed but its keys and values.
      guard index < layers.count - 1 else {
        layerMemory.append(layer.memory(hidden, rotation, compute))
        break
      }
      layerMemory.append(layer(hidden, rotation, sequences, index, compute))
      afterLayer(index)
    }
    return SharedBeginning(tokens: hidden.tokens, layers: layerMemory)
  }

  /// The hidden states that layers begin with: a row of the token embedding for each token.
  func embed(_ tokens: [Int32], _ compute: Compute) -> TokenMatrix {
    compute.gather(WeightedRows(tokens.map(UInt32.init)), from: embedding)
  }
}

extension Decoder {
  /// The tensor of an output head of its own.
  static let headName = "lm_head.weight"

  /// The output head, [vocabulary][hidden size]: the token embedding where they are tied, else a tensor of its own, if it is stored.
  func head(_ weights: some WeightSource, isTied: Bool, isStored: Bool) throws(CheckpointError) -> Matrix? {
    if isTied { return embedding }
    return isStored ? try weights.matrix(Self.headName, shape: [configuration.vocabularySize, configuration.hiddenSize]) : nil
  }

  /// Takes a tied head that a tool has stored once more, and checks that it is the token embedding.
  ///
  /// One that differs is a contradiction, which transformers 4 and 5 resolve differently.
  func checkStoredHead(_ weights: some WeightSource, in checkpoint: Checkpoint) throws(CheckpointError) {
    let copy = try weights.matrix(Self.headName, shape: [configuration.vocabularySize, configuration.hiddenSize])
    guard copy.hasSameNumbers(as: embedding) else {
      throw CheckpointError(
        .invalidTensor, file: checkpoint.directory,
        "holds an lm_head.weight that differs from the token embedding, although config.json says tie_word_embeddings; "
          + "say false there if the head was trained, else remove the tensor")
    }
  }
}

/// One layer of the decoder.
struct DecoderLayer: Sendable {
  let attentionNorm: Norm
  let query: Linear
  let key: Linear
  let value: Linear
  let queryNorm: Norm
  let keyNorm: Norm
  let output: Linear
  let feedForwardNorm: Norm
  let gate: Matrix
  let up: Matrix
  let down: Linear
  let headDimension: Int

  init(_ weights: some WeightSource, _ name: String, _ configuration: DecoderConfiguration) throws(CheckpointError) {
    let width = configuration.hiddenSize
    let inner = configuration.intermediateSize
    let queries = configuration.headCount * configuration.headDimension
    let keys = configuration.keyValueHeadCount * configuration.headDimension
    let epsilon = configuration.rmsNormEpsilon
    headDimension = configuration.headDimension
    attentionNorm = try weights.rmsNorm("\(name).input_layernorm", count: width, epsilon: epsilon)
    query = try weights.linear("\(name).self_attn.q_proj", from: width, to: queries, bias: false)
    key = try weights.linear("\(name).self_attn.k_proj", from: width, to: keys, bias: false)
    value = try weights.linear("\(name).self_attn.v_proj", from: width, to: keys, bias: false)
    queryNorm = try weights.rmsNorm("\(name).self_attn.q_norm", count: headDimension, epsilon: epsilon)
    keyNorm = try weights.rmsNorm("\(name).self_attn.k_norm", count: headDimension, epsilon: epsilon)
    output = try weights.linear("\(name).self_attn.o_proj", from: queries, to: width, bias: false)
    feedForwardNorm = try weights.rmsNorm("\(name).post_attention_layernorm", count: width, epsilon: epsilon)
    (gate, up) = Matrix.alike(
      try weights.matrix("\(name).mlp.gate_proj.weight", shape: [inner, width]),
      try weights.matrix("\(name).mlp.up_proj.weight", shape: [inner, width]))
    down = try weights.linear("\(name).mlp.down_proj", from: inner, to: width, bias: false)
  }

  /// Updates `hidden`, all own tokens of all sequences, and gives their keys and values.
  @discardableResult
  func callAsFunction(
    _ hidden: TokenMatrix, _ rotation: Rotation, _ sequences: DecoderSequences, _ index: Int, _ compute: Compute
  ) -> LayerMemory {
    let normed = compute.normalized(hidden, by: attentionNorm)
    let own = memory(normed, rotation, compute)
    let all = sequences.memory(own, index, compute)
    let queries = compute.queries(
      compute.linear(query, normed), headDimension: headDimension, HeadPreparation(norm: queryNorm, rotation: rotation))
    let attended = compute.attention(
      queries, all.keys, all.values, headDimension: headDimension, pattern: .continued(queries: sequences.own, keys: sequences.all))
    compute.linear(output, attended, addedTo: hidden)
    feedForward(hidden, compute)
    return own
  }

  /// The same for the last token of each sequence only, which is all that is pooled: the other tokens give keys and values.
  ///
  /// `lastRotation` holds the angles of the last tokens. The result is (hidden size, sequences).
  func lastTokens(
    _ hidden: TokenMatrix, _ rotation: Rotation, lastRotation: Rotation, _ sequences: DecoderSequences, _ index: Int, _ compute: Compute
  ) -> TokenMatrix {
    let all = sequences.memory(memory(hidden, rotation, compute), index, compute)
    let last = compute.lastTokens(of: hidden, sequences.own)
    let queries = compute.queries(
      compute.linear(query, compute.normalized(last, by: attentionNorm)), headDimension: headDimension,
      HeadPreparation(norm: queryNorm, rotation: lastRotation))
    let attended = compute.attention(
      queries, all.keys, all.values, headDimension: headDimension, pattern: .lastToken(sequences.all))
    compute.linear(output, attended, addedTo: last)
    feedForward(last, compute)
    return last
  }

  /// Keys and values of all tokens of the residual stream.
  func memory(_ hidden: TokenMatrix, _ rotation: Rotation, _ compute: Compute) -> LayerMemory {
    memory(compute.normalized(hidden, by: attentionNorm), rotation, compute)
  }

  private func memory(_ normed: Operand, _ rotation: Rotation, _ compute: Compute) -> LayerMemory {
    LayerMemory(
      keys: compute.keys(
        compute.linear(key, normed), headDimension: headDimension, HeadPreparation(norm: keyNorm, rotation: rotation)),
      values: compute.values(compute.linear(value, normed), headDimension: headDimension))
  }

  private func feedForward(_ hidden: TokenMatrix, _ compute: Compute) {
    let inner = compute.gatedLinear(gate: gate, up: up, compute.normalized(hidden, by: feedForwardNorm))
    compute.linear(down, inner, addedTo: hidden)
  }
}
