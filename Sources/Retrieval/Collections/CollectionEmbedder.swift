public import Embedding

/// An embedder whose vectors a collection can keep.
public protocol CollectionEmbedder: ItemEmbedder {
  /// All that its vectors depend on.
  func profile() throws(CollectionError) -> EmbeddingProfile

  /// Tokens of a text by itself, without anything around it.
  func tokenCount(_ text: String) -> Int

  /// What a query is embedded with where it brings no instruction; `nil` for a model that knows none.
  var queryInstruction: String? { get }
}

extension Embedder: CollectionEmbedder {
  /// The model, and how it is used.
  public func profile() throws(CollectionError) -> EmbeddingProfile { try EmbeddingProfile(self) }

  /// Tokens of a text by itself.
  public func tokenCount(_ text: String) -> Int { model.tokenCount(text) }

  /// The task of a search.
  public var queryInstruction: String? {
    model.multimodalConfiguration == nil ? Retriever.defaultTextInstruction : Retriever.defaultInstruction
  }
}

extension SentenceEmbedder: CollectionEmbedder {
  /// The model, and how it is used.
  public func profile() throws(CollectionError) -> EmbeddingProfile {
    let place = CheckpointPlace(directory)
    return EmbeddingProfile(
      model: place.name, revision: place.revision, location: place.directory, fingerprint: try EmbeddingProfile.fingerprint(directory),
      dimensions: dimensions, instruction: "", maximumLength: maximumLength, minimumPixels: nil, maximumPixels: nil, videos: nil,
      parsesSpecialTokens: parsesSpecialTokens)
  }

  /// `nil`: these models know no instructions.
  public var queryInstruction: String? { nil }
}
