import Checkpoints
import Tensors

/// The language model's part of `config.json`.
public struct DecoderConfiguration: Sendable, Equatable {
  /// Width of the residual stream.
  public let hiddenSize: Int
  /// Number of layers.
  public let layerCount: Int
  /// Query heads.
  public let headCount: Int
  /// Key and value heads; divides `headCount`.
  public let keyValueHeadCount: Int
  /// Numbers per head.
  public let headDimension: Int
  /// Width inside the feed-forward network.
  public let intermediateSize: Int
  /// Number of tokens in the vocabulary.
  public let vocabularySize: Int
  /// Added to the mean square in RMS norms.
  public let rmsNormEpsilon: Float
  /// Base of the rotary frequencies.
  public let ropeTheta: Double
  /// Rotary frequencies that follow time, height and width; together head_dim / 2.
  ///
  /// Plain RoPE is all time.
  public let mropeSection: [Int]
  /// Longest sequence that the positions were trained for.
  public let maxPositions: Int

  /// Numbers of a token's keys in one layer; of its values as well.
  var keyFeatures: Int { keyValueHeadCount * headDimension }

  /// Reads the fields of the decoder; with pictures, positions have three axes (M-RoPE), else one.
  init(_ file: ConfigurationObject, hasPictures: Bool) throws(CheckpointError) {
    hiddenSize = try file.integer("hidden_size", in: 2...65_536)
    layerCount = try file.integer("num_hidden_layers", in: 1...1_024)
    headCount = try file.integer("num_attention_heads", in: 1...1_024)
    keyValueHeadCount = try file.integer("num_key_value_heads", in: 1...1_024)
    headDimension = try file.integer("head_dim", in: 2...Configuration.maximumHeadDimension)
    intermediateSize = try file.integer("intermediate_size", in: 2...1_048_576)
    vocabularySize = try file.integer("vocab_size", in: 1...16_777_216)
    maxPositions = try file.integer("max_position_embeddings", in: 1...1 << 30)
    rmsNormEpsilon = Float(try file.positiveNumber("rms_norm_eps"))
    guard (1e-12...1e-2).contains(rmsNormEpsilon) else {
      throw file.fault("rms_norm_eps", "is \(rmsNormEpsilon), expected a number from 1e-12 to 0.01")
    }
    try file.require("hidden_act", .string("silu"), because: "only silu is supported")
    try file.require("attention_bias", .bool(false), because: "attention with biases is not supported")
    guard headCount % keyValueHeadCount == 0 else {
      throw file.fault("num_attention_heads", "is \(headCount), which num_key_value_heads = \(keyValueHeadCount) does not divide")
    }
    for (key, value) in [("hidden_size", hiddenSize), ("head_dim", headDimension), ("intermediate_size", intermediateSize)] {
      guard value % 2 == 0 else { throw file.fault(key, "is \(value), expected an even number") }
    }

    let rotary = try RotaryConfiguration(of: file, headDimension: headDimension, hasPictures: hasPictures)
    ropeTheta = rotary.theta
    mropeSection = rotary.section
  }
}

/// Rotary positions, as one of the two places says that state them.
private struct RotaryConfiguration: Equatable {
  let theta: Double
  let section: [Int]

  /// Reads all places, which must agree.
  ///
  /// Since transformers 5 everything rotary stands in `rope_parameters`; published checkpoints have `rope_theta` and, where there is
  /// more to say, `rope_scaling`.
  init(of file: ConfigurationObject, headDimension: Int, hasPictures: Bool) throws(CheckpointError) {
    let places = ["rope_parameters", "rope_scaling"].filter { file.has($0) }
    guard let first = places.first ?? (hasPictures ? "rope_scaling" : nil) else {
      (theta, section) = (try Self.theta(in: file), [headDimension / 2, 0, 0])
      return
    }
    func read(_ key: String) throws(CheckpointError) -> RotaryConfiguration {
      try RotaryConfiguration(try file.object(key), beside: file, headDimension: headDimension, hasPictures: hasPictures)
    }
    self = try read(first)
    for place in places.dropFirst() {
      guard try read(place) != self else { continue }
      throw file.fault(place, "says something else than rope_parameters; keep the one that the model was trained with")
    }
  }

  /// Below 1 the frequencies would rise, and without a bound they leave the range of f32.
  private static func theta(in place: ConfigurationObject) throws(CheckpointError) -> Double {
    let theta = try place.positiveNumber("rope_theta")
    guard (1...1e12).contains(theta) else { throw place.fault("rope_theta", "is \(theta), expected a number from 1 to 1e12") }
    return theta
  }

  /// Reads one place; `rope_theta` stands in it or in what surrounds it.
  private init(
    _ rope: ConfigurationObject, beside surroundings: ConfigurationObject, headDimension: Int, hasPictures: Bool
  ) throws(CheckpointError) {
    theta = try Self.theta(in: rope.has("rope_theta") ? rope : surroundings)
    if surroundings.has("rope_theta"), try surroundings.positiveNumber("rope_theta") != theta {
      throw rope.fault("rope_theta", "is \(theta), but the rope_theta beside it says something else")
    }
    try rope.require("rope_type", .string("default"), because: "only the default rotary positions are supported")
    guard hasPictures else {
      if rope.has("mrope_section") { throw rope.fault("mrope_section", "is there, but a model of texts has no such positions") }
      section = [headDimension / 2, 0, 0]
      return
    }
    try rope.require("mrope_interleaved", .bool(true), because: "only interleaved M-RoPE is supported")
    section = try rope.integers("mrope_section", in: 0...Configuration.maximumHeadDimension)
    let count = headDimension / 2
    guard section.count == 3, section.reduce(0, +) == count else {
      throw rope.fault("mrope_section", "is \(section), expected three numbers whose sum is head_dim / 2 = \(count)")
    }
    // Height takes the frequencies 1, 4, 7 … and width 2, 5, 8 …, which must exist.
    guard 3 * section[1] - 2 < count, 3 * section[2] - 1 < count else {
      throw rope.fault("mrope_section", "is \(section); interleaving leaves no room for that many frequencies of one axis")
    }
  }
}
