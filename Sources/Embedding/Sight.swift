import Checkpoints
import Media
import Qwen3VL
import Tensors
import Tokenizers

/// What a model with a vision tower needs to take pictures: its marks, and how pixels become patches.
struct Sight: Sendable {
  let configuration: Configuration
  let marks: VisionMarks
  private let images: ImageLoader
  private let videos: VideoLoader
  private let documents: DocumentLoader
  private let profile: Profile?

  init(_ configuration: Configuration, _ checkpoint: Checkpoint, _ tokenizer: Tokenizer, _ options: ModelOptions) throws {
    self.configuration = configuration
    func mark(_ mark: String, _ expected: Int32) throws -> Int32 {
      try tokenizer.mark(mark, configuration.decoder, checkpoint.directory, expected: expected)
    }
    marks = VisionMarks(
      start: try mark("<|vision_start|>", configuration.visionStartToken), end: try mark("<|vision_end|>", configuration.visionEndToken),
      image: try mark("<|image_pad|>", configuration.imageToken), video: try mark("<|video_pad|>", configuration.videoToken))
    profile = options.profile
    let preprocessor = try PreprocessorFile.read(checkpoint, configuration.vision, options)
    images = ImageLoader(preprocessor, options)
    videos = VideoLoader(
      VideoPreprocessor(
        images: preprocessor, totalPixels: options.totalVideoPixels, referenceBudget: options.usesReferenceVideoBudget),
      images, options)
    documents = DocumentLoader(preprocessor, options, tokens: options.maximumLength ?? Reranker.defaultMaximumLength)
  }

  /// Reads, decodes, resizes and cuts an item's videos, pictures and pages.
  func read(_ item: Item) async throws(ItemError) -> SeenItem {
    let start = ContinuousClock.now
    defer { profile?.note("inputs", "pictures, pages and videos", since: start) }
    let videos = try await videos.videos(item.videos)
    let pictures = try await images.patches(item.images)
    return SeenItem(texts: item.texts, videos: videos, pictures: pictures + (try await documents.patches(item.documents)))
  }

  /// Tokens that a picture takes in the decoder.
  func tokens(of picture: Patches) -> Int {
    picture.count / (configuration.vision.mergeSize * configuration.vision.mergeSize)
  }
}

/// An item whose pictures are patches: what its part of a prompt is made from.
struct SeenItem: Sendable {
  let texts: [String]
  var videos: [SeenVideo] = []
  var pictures: [Patches] = []

  /// All patches, in the order of their placeholders.
  var patches: [Patches] { videos.flatMap(\.pairs) + pictures }
}

/// The tokens around and in place of pictures.
struct VisionMarks: Sendable {
  let start: Int32
  let end: Int32
  let image: Int32
  let video: Int32
}
