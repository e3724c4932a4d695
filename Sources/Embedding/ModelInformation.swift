import Checkpoints
import Qwen3VL
import Tensors

/// What a model is and what it needs.
public struct ModelInformation: Sendable, Encodable {
  /// The folder.
  public let directory: String
  /// Numbers in all weights.
  public let parameters: Int
  /// Numbers per vector.
  public let dimensions: Int
  /// Layers, heads and key/value heads of the decoder.
  public let decoder: String
  /// Blocks, heads and taps of the vision tower; `nil` for a model of texts.
  public let vision: String?
  /// Tokens in the vocabulary.
  public let vocabularySize: Int
  /// Whether the output head is the token embedding, a tensor of its own, or missing (embedding only).
  public let outputHead: String
  /// Longest sequence that the positions were trained for.
  public let maximumPositions: Int
  /// Bytes of weights in the mapped files.
  ///
  /// They are read when first used, and the system may drop them again.
  public let mappedBytes: Int
  /// Bytes of weights that were converted and live in memory of their own.
  public let convertedBytes: Int
  /// Bytes of intermediate results for one picture of the most pixels that are accepted, about; `nil` for a model of texts.
  public let workingBytes: Int?
  /// What operands of products are rounded to.
  public let precision: String
  /// The kernels in use.
  public let instructionSet: String
  /// Threads in use.
  public let threads: Int
}

extension Model {
  /// What this model is and what it needs.
  public var information: ModelInformation {
    let decoder = decoderConfiguration
    let vision = multimodalConfiguration?.vision
    return ModelInformation(
      directory: checkpoint.directory,
      parameters: checkpoint.parameters,
      dimensions: decoder.hiddenSize,
      decoder:
        "\(decoder.layerCount) layers of \(decoder.hiddenSize), \(decoder.headCount) heads, \(decoder.keyValueHeadCount) key/value heads of \(decoder.headDimension)",
      vision: vision.map { "\($0.blockCount) blocks of \($0.hiddenSize), \($0.headCount) heads, DeepStack after \($0.deepstackBlocks)" },
      vocabularySize: decoder.vocabularySize,
      outputHead: network.tiesWordEmbeddings
        ? "tied to the token embedding" : network.head == nil ? "none (embedding only)" : "own",
      maximumPositions: decoder.maxPositions,
      mappedBytes: checkpoint.tensorBytes,
      convertedBytes: convertedBytes,
      workingBytes: vision.map { workingBytes($0, patches: options.maximumPixels / ($0.patchSize * $0.patchSize)) },
      precision: options.precision.rawValue,
      instructionSet: compute.instructionSet.description,
      threads: compute.threads)
  }

  /// Bytes that a picture's pass through the tower holds at its widest, in the feed-forward network or in attention.
  private func workingBytes(_ vision: VisionConfiguration, patches: Int) -> Int {
    let operand = options.precision == .float32 ? 4 : 2
    // The patches as they came, and the residual stream.
    let always = 4 * vision.patchFeatures + 4 * vision.hiddenSize
    // The normed input, one f32 product before it is rearranged, and queries, keys, values and the result.
    let attention = vision.hiddenSize * (4 + 5 * operand)
    let feedForward = operand * (vision.hiddenSize + vision.intermediateSize)
    return patches * (always + max(attention, feedForward))
  }
}
