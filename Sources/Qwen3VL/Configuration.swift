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

  /// What `model_type` says.
  public static let modelType = "qwen3_vl"

  /// Reads `config.json`, strictly: nothing that the model needs has a default.
  ///
  /// - Throws: `CheckpointError` that names the field.
  public init(_ file: ConfigurationObject) throws(CheckpointError) {
    try file.require("model_type", .string(Self.modelType), because: "this is the loader of \(Self.modelType)")
    let text = try file.object("text_config")
    decoder = try DecoderConfiguration(text, hasPictures: true)
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
