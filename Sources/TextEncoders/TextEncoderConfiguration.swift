public import Checkpoints
import Tensors

/// What `config.json` says of an encoder of texts.
public struct TextEncoderConfiguration: Sendable, Equatable {
  /// The kinds of encoder that this program runs.
  ///
  /// They differ in how positions enter (BERT: learned places and a token type; MPNet: learned places, and a bias by distance in every
  /// attention) and in the names of their weights.
  public enum Architecture: String, Sendable, CaseIterable {
    /// BERT, as in all-MiniLM-L6-v2.
    case bert
    /// MPNet, as in all-mpnet-base-v2.
    case mpnet
  }

  /// The kind of encoder.
  public let architecture: Architecture
  /// Width of the residual stream, and of a vector.
  public let hiddenSize: Int
  /// Number of layers.
  public let layerCount: Int
  /// Attention heads.
  public let headCount: Int
  /// Width inside the feed-forward network.
  public let intermediateSize: Int
  /// Number of tokens in the vocabulary.
  public let vocabularySize: Int
  /// Rows of the table of learned places.
  public let positionCount: Int
  /// Rows of the table of token types; 0 where there is none.
  public let tokenTypeCount: Int
  /// Added to the variance in layer norms.
  public let layerNormEpsilon: Float

  /// MPNet's padding token: places are counted from behind it, and it has none itself.
  ///
  /// Part of the architecture; `pad_token_id` must agree.
  static let paddingToken: Int32 = 1

  /// Reads `config.json`, strictly: nothing that the model needs has a default.
  ///
  /// - Throws: `CheckpointError` that names the field.
  public init(_ file: ConfigurationObject) throws(CheckpointError) {
    let name = try file.string("model_type")
    guard let architecture = Architecture(rawValue: name) else {
      let known = Architecture.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " and ")
      throw CheckpointError(.unsupported, file: file.file, "model_type is \"\(name.prefix(60))\"; supported text encoders are \(known)")
    }
    self.architecture = architecture
    hiddenSize = try file.integer("hidden_size", in: 2...65_536)
    layerCount = try file.integer("num_hidden_layers", in: 1...1_024)
    headCount = try file.integer("num_attention_heads", in: 1...1_024)
    intermediateSize = try file.integer("intermediate_size", in: 2...1_048_576)
    vocabularySize = try file.integer("vocab_size", in: 1...16_777_216)
    positionCount = try file.integer("max_position_embeddings", in: 4...1_048_576)
    layerNormEpsilon = Float(try file.positiveNumber("layer_norm_eps"))
    guard (1e-12...1e-2).contains(layerNormEpsilon) else {
      throw file.fault("layer_norm_eps", "is \(layerNormEpsilon), expected a number from 1e-12 to 0.01")
    }
    try file.require("hidden_act", .string("gelu"), because: "only gelu is supported")
    switch architecture {
    case .bert:
      tokenTypeCount = try file.integer("type_vocab_size", in: 1...1_024)
      // transformers 5 writes these no more, and knows no other values.
      if file.has("position_embedding_type") {
        try file.require("position_embedding_type", .string("absolute"), because: "only absolute positions are supported")
      }
      for key in ["is_decoder", "add_cross_attention"] where file.has(key) {
        try file.require(key, .bool(false), because: "only encoders are supported")
      }
    case .mpnet:
      tokenTypeCount = 0
      try file.require(
        "relative_attention_num_buckets", .integer(DistanceBuckets.count), because: "only \(DistanceBuckets.count) buckets are supported")
      try file.require(
        "pad_token_id", .integer(Int(Self.paddingToken)), because: "MPNet counts places from behind token \(Self.paddingToken)")
    }
    guard hiddenSize % headCount == 0, headDimension % 2 == 0, headDimension <= Compute.maximumHeadDimension else {
      throw file.fault(
        "num_attention_heads",
        "is \(headCount), expected a divisor of hidden_size = \(hiddenSize) that makes heads of an even number of at most "
          + "\(Compute.maximumHeadDimension) numbers")
    }
    guard intermediateSize % 2 == 0 else { throw file.fault("intermediate_size", "is \(intermediateSize), expected an even number") }
    guard vocabularySize > Self.paddingToken else { throw file.fault("vocab_size", "is \(vocabularySize), expected at least 2") }
  }

  /// Numbers per head.
  var headDimension: Int { hiddenSize / headCount }

  /// The place of the first token.
  var firstPosition: Int { architecture == .mpnet ? Int(Self.paddingToken) + 1 : 0 }

  /// Tokens in a sequence at most.
  public var maximumLength: Int { positionCount - firstPosition }
}
