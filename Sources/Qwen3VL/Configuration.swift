public import Checkpoints
import Tensors

/// What `config.json` says of a Qwen3-VL model.
public struct Configuration: Sendable, Equatable {
  /// The vision tower.
  public let vision: VisionConfiguration
  /// The language model.
  public let decoder: DecoderConfiguration
  /// The token that stands for one merged patch of an image.
  public let imageToken: Int32
  /// The token that stands for one merged patch of a video frame.
  public let videoToken: Int32
  /// The token before an image or a frame.
  public let visionStartToken: Int32
  /// The token behind it.
  public let visionEndToken: Int32
  /// Whether the output head is the token embedding.
  public let tiesWordEmbeddings: Bool

  /// Reads `config.json`, strictly: nothing that the model needs has a default.
  ///
  /// - Throws: `CheckpointError` that names the field.
  public init(_ file: ConfigurationObject) throws(CheckpointError) {
    try file.require("model_type", .string("qwen3_vl"), because: "this program runs qwen3_vl")
    let text = try file.object("text_config")
    decoder = try DecoderConfiguration(text)
    vision = try VisionConfiguration(try file.object("vision_config"))
    imageToken = try Self.token("image_token_id", file, decoder)
    videoToken = try Self.token("video_token_id", file, decoder)
    visionStartToken = try Self.token("vision_start_token_id", file, decoder)
    visionEndToken = try Self.token("vision_end_token_id", file, decoder)
    tiesWordEmbeddings = try Self.tiesWordEmbeddings(file, text)
    guard imageToken != videoToken else {
      throw file.fault("video_token_id", "is \(videoToken), and so is image_token_id; each needs a token of its own")
    }
    guard vision.outputSize == decoder.hiddenSize else {
      throw file.fault(
        "vision_config.out_hidden_size",
        "is \(vision.outputSize), but text_config.hidden_size is \(decoder.hiddenSize); they must be equal")
    }
    // The last layer runs for last tokens only, so it has no place to take pictures up.
    guard vision.deepstackBlocks.count < decoder.layerCount else {
      throw file.fault(
        "vision_config.deepstack_visual_indexes",
        "names \(vision.deepstackBlocks.count) blocks; a decoder of \(decoder.layerCount) layers takes up at most \(decoder.layerCount - 1)"
      )
    }
  }

  /// Largest head, of the decoder and of the vision tower.
  static let maximumHeadDimension = Compute.maximumHeadDimension

  private static func token(
    _ key: String, _ file: ConfigurationObject, _ decoder: DecoderConfiguration
  ) throws(CheckpointError) -> Int32 {
    Int32(try file.integer(key, in: 0...decoder.vocabularySize - 1))
  }

  private static func tiesWordEmbeddings(_ file: ConfigurationObject, _ text: ConfigurationObject) throws(CheckpointError) -> Bool {
    let key = "tie_word_embeddings"
    guard file.has(key) else { return try text.bool(key) }
    let tied = try file.bool(key)
    if text.has(key), try text.bool(key) != tied {
      throw file.fault(key, "is \(tied), but text_config.\(key) says the opposite")
    }
    return tied
  }
}

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
  public let mropeSection: [Int]
  /// Longest sequence that the positions were trained for.
  public let maxPositions: Int

  init(_ file: ConfigurationObject) throws(CheckpointError) {
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

    // Since transformers 5 everything rotary stands in `rope_parameters`; published checkpoints have `rope_scaling` and `rope_theta`.
    let key = file.has("rope_parameters") ? "rope_parameters" : "rope_scaling"
    let rotary = try RotaryConfiguration(try file.object(key), beside: file, headDimension: headDimension)
    if key == "rope_parameters", file.has("rope_scaling") {
      guard try RotaryConfiguration(try file.object("rope_scaling"), beside: file, headDimension: headDimension) == rotary else {
        throw file.fault("rope_scaling", "says something else than rope_parameters; keep the one that the model was trained with")
      }
    }
    ropeTheta = rotary.theta
    mropeSection = rotary.section
  }
}

/// Rotary positions, as one of the two places says that state them.
private struct RotaryConfiguration: Equatable {
  let theta: Double
  let section: [Int]

  /// Reads one place; `rope_theta` stands in it or in what surrounds it.
  init(_ rope: ConfigurationObject, beside surroundings: ConfigurationObject, headDimension: Int) throws(CheckpointError) {
    let place = rope.has("rope_theta") ? rope : surroundings
    theta = try place.positiveNumber("rope_theta")
    // Below 1 the frequencies would rise, and without a bound they leave the range of f32.
    guard (1...1e12).contains(theta) else { throw place.fault("rope_theta", "is \(theta), expected a number from 1 to 1e12") }
    if surroundings.has("rope_theta"), try surroundings.positiveNumber("rope_theta") != theta {
      throw rope.fault("rope_theta", "is \(theta), but the rope_theta beside it says something else")
    }
    try rope.require("rope_type", .string("default"), because: "only the default rotary positions are supported")
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

/// The vision tower's part of `config.json`.
public struct VisionConfiguration: Sendable, Equatable {
  /// Width of the residual stream.
  public let hiddenSize: Int
  /// Number of blocks.
  public let blockCount: Int
  /// Attention heads.
  public let headCount: Int
  /// Width inside the feed-forward network.
  public let intermediateSize: Int
  /// Width of what the decoder gets.
  public let outputSize: Int
  /// Side of a patch in pixels.
  public let patchSize: Int
  /// Frames in a patch.
  public let temporalPatchSize: Int
  /// Colours of a pixel.
  public let channels: Int
  /// Patches per side that are merged to one token.
  public let mergeSize: Int
  /// Learned positions, a square.
  public let positionCount: Int
  /// Blocks whose output is handed to the first decoder layers, in order.
  public let deepstackBlocks: [Int]

  /// Base of the rotary frequencies.
  ///
  /// Published configurations do not state it: it is part of the architecture.
  static let ropeTheta: Double = 10_000

  /// Epsilon of all layer norms.
  ///
  /// Part of the architecture as well.
  static let layerNormEpsilon: Float = 1e-6

  init(_ file: ConfigurationObject) throws(CheckpointError) {
    hiddenSize = try file.integer("hidden_size", in: 4...65_536)
    blockCount = try file.integer("depth", in: 1...1_024)
    headCount = try file.integer("num_heads", in: 1...1_024)
    intermediateSize = try file.integer("intermediate_size", in: 2...1_048_576)
    outputSize = try file.integer("out_hidden_size", in: 2...65_536)
    patchSize = try file.integer("patch_size", in: 1...256)
    temporalPatchSize = try file.integer("temporal_patch_size", in: 1...16)
    channels = try file.integer("in_channels", in: 3...3)
    // The merger kernel joins four patches; every published checkpoint has 2.
    mergeSize = try file.integer("spatial_merge_size", in: 2...2)
    positionCount = try file.integer("num_position_embeddings", in: 1...1_048_576)
    deepstackBlocks = try file.integers("deepstack_visual_indexes", in: 0...blockCount - 1)
    try file.require("hidden_act", .string("gelu_pytorch_tanh"), because: "only gelu_pytorch_tanh is supported")
    guard hiddenSize % headCount == 0, hiddenSize / headCount % 4 == 0 else {
      throw file.fault("hidden_size", "is \(hiddenSize), expected a multiple of 4 * num_heads = \(4 * headCount)")
    }
    guard hiddenSize / headCount <= Configuration.maximumHeadDimension else {
      throw file.fault(
        "num_heads",
        "is \(headCount), which makes heads of \(hiddenSize / headCount) numbers; at most \(Configuration.maximumHeadDimension) are supported"
      )
    }
    for (key, value) in [("intermediate_size", intermediateSize), ("out_hidden_size", outputSize), ("patch_size", patchSize)] {
      guard value % 2 == 0 else { throw file.fault(key, "is \(value), expected an even number") }
    }
    let side = Int(Double(positionCount).squareRoot())
    guard side * side == positionCount else {
      throw file.fault("num_position_embeddings", "is \(positionCount), expected a square number")
    }
    guard zip(deepstackBlocks, deepstackBlocks.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw file.fault("deepstack_visual_indexes", "is \(deepstackBlocks), expected block numbers in rising order")
    }
  }

  /// Numbers of one patch: channels * temporal_patch_size * patch_size * patch_size.
  public var patchFeatures: Int { channels * temporalPatchSize * patchSize * patchSize }

  /// Numbers per head.
  var headDimension: Int { hiddenSize / headCount }

  /// Learned positions per side.
  var positionSide: Int { Int(Double(positionCount).squareRoot()) }
}
