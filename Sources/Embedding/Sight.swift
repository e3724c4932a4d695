import Checkpoints
import Qwen3VL
import Tokenizers

/// What a model with a vision tower needs to take pictures: its marks, and how pixels become patches.
struct Sight: Sendable {
  let configuration: Configuration
  let marks: VisionMarks
  private let images: ImageLoader

  init(_ configuration: Configuration, _ checkpoint: Checkpoint, _ tokenizer: Tokenizer, _ options: ModelOptions) throws {
    self.configuration = configuration
    func mark(_ mark: String, _ expected: Int32) throws -> Int32 {
      try tokenizer.mark(mark, configuration.decoder, checkpoint.directory, expected: expected)
    }
    marks = VisionMarks(
      start: try mark("<|vision_start|>", configuration.visionStartToken), end: try mark("<|vision_end|>", configuration.visionEndToken),
      image: try mark("<|image_pad|>", configuration.imageToken), video: try mark("<|video_pad|>", configuration.videoToken))
    images = ImageLoader(try PreprocessorFile.read(checkpoint, configuration.vision, options), options)
  }

  /// Reads, decodes, resizes and cuts an item's pictures.
  func read(_ item: Item) async throws(ItemError) -> SeenItem {
    SeenItem(texts: item.texts, pictures: try await images.patches(item.images))
  }

  /// Tokens that a picture takes in the decoder.
  func tokens(of picture: Patches) -> Int {
    picture.count / (configuration.vision.mergeSize * configuration.vision.mergeSize)
  }
}

/// An item whose pictures are patches: what its part of a prompt is made from.
struct SeenItem: Sendable {
  let texts: [String]
  var pictures: [Patches] = []

  /// All patches, in the order of their placeholders.
  var patches: [Patches] { pictures }
}

/// The tokens around and in place of pictures.
struct VisionMarks: Sendable {
  let start: Int32
  let end: Int32
  let image: Int32
  let video: Int32
}
