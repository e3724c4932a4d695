import Checkpoints
import Tensors

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
