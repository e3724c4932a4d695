import Checkpoints
import Tensors

/// The language model: token embeddings, layers of causal attention and SwiGLU, and a final norm.
struct Decoder: Sendable {
  let configuration: DecoderConfiguration
  let embedding: Matrix
  let layers: [DecoderLayer]
  let norm: Norm

  init(_ weights: some WeightSource, _ configuration: DecoderConfiguration) throws(CheckpointError) {
    self.configuration = configuration
    embedding = try weights.matrix(
      "language_model.embed_tokens.weight", shape: [configuration.vocabularySize, configuration.hiddenSize])
    var layers: [DecoderLayer] = []
    for index in 0..<configuration.layerCount {
      layers.append(try DecoderLayer(weights, "language_model.layers.\(index)", configuration))
    }
    self.layers = layers
    norm = try weights.rmsNorm("language_model.norm", count: configuration.hiddenSize, epsilon: configuration.rmsNormEpsilon)
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

  /// Updates `hidden`, all tokens of all sequences.
  func callAsFunction(_ hidden: TokenMatrix, _ rotation: Rotation, _ offsets: SequenceOffsets, _ compute: Compute) {
    let normed = compute.normalized(hidden, by: attentionNorm)
    let (keys, values) = memory(normed, rotation, compute)
    let queries = compute.queries(
      compute.linear(query, normed), headDimension: headDimension, HeadPreparation(norm: queryNorm, rotation: rotation))
    let attended = compute.attention(queries, keys, values, headDimension: headDimension, pattern: .causal(offsets))
    compute.linear(output, attended, addedTo: hidden)
    feedForward(hidden, compute)
  }

  /// The same for the last token of each sequence only, which is all that is pooled: the other tokens give keys and values.
  ///
  /// `lastRotation` holds the angles of the last tokens. The result is (hidden size, sequences).
  func lastTokens(
    _ hidden: TokenMatrix, _ rotation: Rotation, lastRotation: Rotation, _ offsets: SequenceOffsets, _ compute: Compute
  ) -> TokenMatrix {
    let (keys, values) = memory(compute.normalized(hidden, by: attentionNorm), rotation, compute)
    let last = compute.lastTokens(of: hidden, offsets)
    let queries = compute.queries(
      compute.linear(query, compute.normalized(last, by: attentionNorm)), headDimension: headDimension,
      HeadPreparation(norm: queryNorm, rotation: lastRotation))
    let attended = compute.attention(queries, keys, values, headDimension: headDimension, pattern: .lastToken(offsets))
    compute.linear(output, attended, addedTo: last)
    feedForward(last, compute)
    return last
  }

  private func memory(
    _ normed: Operand, _ rotation: Rotation, _ compute: Compute
  ) -> (keys: AttentionMemory, values: AttentionMemory) {
    let keys = compute.keys(
      compute.linear(key, normed), headDimension: headDimension, HeadPreparation(norm: keyNorm, rotation: rotation))
    return (keys, compute.values(compute.linear(value, normed), headDimension: headDimension))
  }

  private func feedForward(_ hidden: TokenMatrix, _ compute: Compute) {
    let inner = compute.gatedLinear(gate: gate, up: up, compute.normalized(hidden, by: feedForwardNorm))
    compute.linear(down, inner, addedTo: hidden)
  }
}
