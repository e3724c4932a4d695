package import Qwen3VL
import Tokenizers

/// Turns items into vectors of unit length, with a model of the Qwen3 family.
///
/// ```swift
/// let embedder = try Embedder(Model(directory: "Qwen3-VL-Embedding-2B"))
/// let vectors = try await embedder.embed([
///   Item(text: "A red helmet", instruction: "Find images matching this description."),
///   Item(image: .file("moped.jpg")),
/// ])
/// ```
public struct Embedder: ItemEmbedder {
  /// The model.
  public let model: Model
  /// Tokens per input at most.
  public let maximumLength: Int

  /// The reference's limit.
  public static let defaultMaximumLength = 8_192

  /// What a multimodal model embeds documents with.
  package static let documentInstruction = EmbeddingPrompt.defaultInstruction

  /// An embedder that uses the given model.
  public init(_ model: Model) {
    self.model = model
    maximumLength = model.options.maximumLength ?? Self.defaultMaximumLength
  }

  /// Numbers of a whole vector: the model's hidden size.
  public var dimensions: Int { model.decoderConfiguration.hiddenSize }

  /// Embeds items, many at once; see `ItemEmbedder`.
  public func embed(
    _ items: [Item], dimensions: Int? = nil, progress: (@Sendable (Int) -> Void)? = nil
  ) async throws -> [Result<[Float], ItemError>] {
    let dimensions = try check(dimensions)
    let states = try await Batching.run(items.count, on: model, progress: progress) { index in
      do throws(ItemError) { return .success(try await prepare(items[index])) } catch { return .failure(error) }
    }
    return states.map { $0.map { Matryoshka.prefix($0, dimensions) } }
  }

  /// The model's sequence for an item.
  package func prepare(_ item: Item) async throws(ItemError) -> ModelInput {
    guard let sight = model.sight else { return try prepare(item.readableTexts(), item.instruction) }
    let seen = try await sight.read(item)
    let ids = model.encode(EmbeddingPrompt.build(seen, instruction: item.instruction, model.marks, sight))
    let lastPictureToken = ids.lastIndex { $0 == sight.marks.image || $0 == sight.marks.video }
    let kept = try Truncation.right(
      ids, to: maximumLength, suffix: model.tokenizer.suffixTokens.count, lastPictureToken: seen.patches.isEmpty ? nil : lastPictureToken)
    // Inputs of one instruction share the system turn, which ends where the user's begins.
    let systemTurn = kept.indices.filter { kept[$0] == model.marks.turnStart }.dropFirst().first ?? 0
    return ModelInput(tokens: kept, pictures: seen.patches, sharedLength: systemTurn)
  }

  private func prepare(_ texts: [String], _ instruction: String?) throws(ItemError) -> ModelInput {
    let ids = model.encode(TextEmbeddingPrompt.build(texts, instruction: instruction, model.marks))
    let suffix = model.tokenizer.suffixTokens.count
    return ModelInput(tokens: try Truncation.right(ids, to: maximumLength, suffix: suffix, lastPictureToken: nil))
  }
}
