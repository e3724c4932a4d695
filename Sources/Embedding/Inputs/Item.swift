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
