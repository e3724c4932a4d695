/// Something to embed, or one side of a pair to rerank: videos, pictures, pages and texts in any number.
///
/// The model sees videos first, then pictures, then pages of documents, then texts, each kind in the order given. An item without anything is the text `NULL`, as in the reference; an
/// empty string is an empty text.
public struct Item: Sendable {
  /// Texts.
  public var texts: [String]
  /// Pictures.
  public var images: [ImageSource]
  /// Videos.
  public var videos: [VideoInput]
  /// Pages of documents.
  public var documents: [DocumentInput]
  /// What the embedding is for; `nil` or blank for the model's default.
  ///
  /// Documents are embedded with the default, queries with the task's.
  public var instruction: String?

  /// An item of the given parts.
  public init(
    texts: [String] = [], images: [ImageSource] = [], videos: [VideoInput] = [], documents: [DocumentInput] = [],
    instruction: String? = nil
  ) {
    self.texts = texts
    self.images = images
    self.videos = videos
    self.documents = documents
    self.instruction = instruction
  }

  /// One text.
  public init(text: String, instruction: String? = nil) {
    self.init(texts: [text], instruction: instruction)
  }

  /// One picture.
  public init(image: ImageSource, instruction: String? = nil) {
    self.init(images: [image], instruction: instruction)
  }
}

extension Item {
  /// The texts, for a model that reads nothing else.
  ///
  /// - Throws: `ItemError` where there is anything else, or no text at all.
  func readableTexts() throws(ItemError) -> [String] {
    let other = !videos.isEmpty ? "a video" : !images.isEmpty ? "a picture" : !documents.isEmpty ? "a document" : nil
    if let other { throw ItemError(.unsupportedInput, "has \(other); this model reads texts only") }
    guard !texts.isEmpty else { throw ItemError(.malformedInput, "has no text") }
    return texts
  }
}
