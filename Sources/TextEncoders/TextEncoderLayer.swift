import Checkpoints
import Tensors

/// One layer: attention over the whole sequence and a feed-forward network, a layer norm behind each.
struct TextEncoderLayer: Sendable {
  let query: Linear
  let key: Linear
  let value: Linear
  let output: Linear
  let attentionNorm: Norm
  let up: Linear
  let down: Linear
  let feedForwardNorm: Norm
  let headDimension: Int

  init(_ weights: some WeightSource, _ name: String, _ configuration: TextEncoderConfiguration) throws(CheckpointError) {
    let width = configuration.hiddenSize
    let inner = configuration.intermediateSize
    let epsilon = configuration.layerNormEpsilon
    let names = AttentionNames(configuration.architecture)
    headDimension = configuration.headDimension
    query = try weights.linear("\(name).attention.\(names.query)", from: width, to: width, bias: true)
    key = try weights.linear("\(name).attention.\(names.key)", from: width, to: width, bias: true)
    value = try weights.linear("\(name).attention.\(names.value)", from: width, to: width, bias: true)
    output = try weights.linear("\(name).attention.\(names.output)", from: width, to: width, bias: true)
    attentionNorm = try weights.layerNorm("\(name).attention.\(names.norm)", count: width, epsilon: epsilon)
    up = try weights.linear("\(name).intermediate.dense", from: width, to: inner, bias: true)
    down = try weights.linear("\(name).output.dense", from: inner, to: width, bias: true)
    feedForwardNorm = try weights.layerNorm("\(name).output.LayerNorm", count: width, epsilon: epsilon)
  }

  /// All tokens of all sequences, one layer further; `hidden` is used up.
  func callAsFunction(_ hidden: TokenMatrix, _ offsets: SequenceOffsets, _ bias: DistanceBias?, _ compute: Compute) -> TokenMatrix {
    let input = compute.operand(hidden)
    let asIs = HeadPreparation()
    let queries = compute.queries(compute.linear(query, input), headDimension: headDimension, asIs)
    let keys = compute.keys(compute.linear(key, input), headDimension: headDimension, asIs)
    let values = compute.values(compute.linear(value, input), headDimension: headDimension)
    let attended = compute.attention(queries, keys, values, headDimension: headDimension, pattern: .full(offsets), bias: bias)
    compute.linear(output, attended, addedTo: hidden)
    let middle = compute.normalizedMatrix(hidden, by: attentionNorm)
    let inner = compute.linear(up, compute.operand(middle), activation: .gelu)
    compute.linear(down, inner, addedTo: middle)
    return compute.normalizedMatrix(middle, by: feedForwardNorm)
  }
}

/// What the two architectures call the weights of attention.
private struct AttentionNames {
  let query: String
  let key: String
  let value: String
  let output: String
  let norm: String

  init(_ architecture: TextEncoderConfiguration.Architecture) {
    switch architecture {
    case .bert:
      (query, key, value, output, norm) = ("self.query", "self.key", "self.value", "output.dense", "output.LayerNorm")
    case .mpnet:
      (query, key, value, output, norm) = ("attn.q", "attn.k", "attn.v", "attn.o", "LayerNorm")
    }
  }
}
