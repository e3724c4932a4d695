/// Something to embed, or one side of a pair to rerank: texts and pictures in any number.
///
/// The model sees pictures before texts, each kind in the order given. An item without anything is the text `NULL`, as in the reference; an
/// empty string is an empty text.
public struct Item: Sendable {
  /// Texts.
  public var texts: [String]
  /// Pictures.
  public var images: [ImageSource]
  /// What the embedding is for; `nil` or blank for the model's default.
  ///
  /// Documents are embedded with the default, queries with the task's.
  public var instruction: String?

  /// An item of texts and pictures.
  public init(texts: [String] = [], images: [ImageSource] = [], instruction: String? = nil) {
    self.texts = texts
    self.images = images
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
    guard images.isEmpty else { throw ItemError(.unsupportedInput, "has a picture; this model reads texts only") }
    guard !texts.isEmpty else { throw ItemError(.malformedInput, "has no text") }
    return texts
  }
}
