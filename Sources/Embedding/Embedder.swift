package import Qwen3VL
import Tokenizers

/// Turns texts and pictures into vectors of unit length.
///
/// ```swift
/// let embedder = try Embedder(Model(directory: "Qwen3-VL-Embedding-2B"))
/// let vectors = try await embedder.embed([
///   Item(text: "A red helmet", instruction: "Find images matching this description."),
///   Item(image: .file("moped.jpg")),
/// ])
/// ```
public struct Embedder: Sendable {
  /// The model.
  public let model: Model
  /// Tokens per input at most.
  public let maximumLength: Int

  /// The reference's limit.
  public static let defaultMaximumLength = 8_192

  /// An embedder that uses the given model.
  public init(_ model: Model) {
    self.model = model
    maximumLength = model.options.maximumLength ?? Self.defaultMaximumLength
  }

  /// Numbers of a whole vector: the model's hidden size.
  public var dimensions: Int { model.configuration.decoder.hiddenSize }

  /// Embeds items, many at once.
  ///
  /// An item's vector does not depend on the others: it has the same bits alone, in any list and in any order.
  ///
  /// - Parameters:
  ///   - items: What to embed.
  ///   - dimensions: Numbers per vector, a Matryoshka prefix; `nil` for all.
  ///   - progress: Called with the number of items that are done.
  /// - Returns: For each item, in order, its vector or why there is none.
  /// - Throws: `ModelError` when the model has fewer dimensions, `CancellationError` when the task is cancelled.
  public func embed(
    _ items: [Item], dimensions: Int? = nil, progress: (@Sendable (Int) -> Void)? = nil
  ) async throws -> [Result<[Float], ItemError>] {
    let dimensions = try check(dimensions)
    let states = try await Batching.run(items.count, on: model, progress: progress) { index in
      do throws(ItemError) { return .success(try await prepare(items[index])) } catch { return .failure(error) }
    }
    return states.map { $0.map { Matryoshka.prefix($0, dimensions) } }
  }

  /// Embeds one item.
  ///
  /// - Throws: `ItemError` when it cannot be embedded, and what embedding a list throws.
  public func embed(_ item: Item, dimensions: Int? = nil) async throws -> [Float] {
    try await embed([item], dimensions: dimensions)[0].get()
  }

  /// The model's sequence for an item.
  package func prepare(_ item: Item) async throws(ItemError) -> ModelInput {
    let pictures = try await model.images.patches(item.images)
    let prompt = EmbeddingPrompt.build(item, pictureTokens: pictures.map { model.tokens(of: $0) }, model.marks)
    let ids = model.encode(prompt)
    let lastPictureToken = pictures.isEmpty ? nil : ids.lastIndex(of: model.marks.image)
    let kept = try Truncation.right(
      ids, to: maximumLength, suffix: model.tokenizer.suffixTokens.count, lastPictureToken: lastPictureToken)
    return ModelInput(tokens: kept, pictures: pictures)
  }

  private func check(_ dimensions: Int?) throws -> Int {
    guard let dimensions else { return self.dimensions }
    guard (1...self.dimensions).contains(dimensions) else {
      throw ModelError(
        "\(dimensions) dimensions were asked for; this model's vectors have 1 to \(self.dimensions) (64 and more are advised)")
    }
    return dimensions
  }
}

extension Model {
  /// Tokens that a picture takes in the decoder.
  func tokens(of picture: Patches) -> Int {
    picture.count / (configuration.vision.mergeSize * configuration.vision.mergeSize)
  }
}
