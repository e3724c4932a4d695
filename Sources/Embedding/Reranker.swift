import Checkpoints
import Foundation
package import Qwen3VL
import Tensors
import Tokenizers

/// What a reranker says of one document.
public struct RerankScore: Sendable, Equatable {
  /// How much the document meets the query, from 0 to 1: the probability of "yes" against "no".
  public let score: Double
  /// The same before the logistic function.
  public let logit: Double
}

/// Judges how well documents answer a query, each pair by itself.
///
/// The score is sigmoid((W_yes - W_no) h) for the last hidden state h, with the head in f32: the reference rounds it to bf16, which
/// makes ties.
public struct Reranker: Sendable {
  /// The model.
  public let model: Model
  /// Tokens per pair at most; a multimodal model keeps the last five beyond them.
  public let maximumLength: Int
  private let direction: [Float]

  /// The multimodal reference's limit.
  public static let defaultMaximumLength = 10_240

  /// The limit of Qwen3-Reranker's reference, its whole conversation included.
  public static let defaultMaximumTextLength = 8_192

  /// A reranker that uses the given model.
  ///
  /// - Throws: `ModelError` when the checkpoint has no output head, or its tokenizer no "yes" and "no".
  public init(_ model: Model) throws {
    guard let head = model.network.head else {
      throw ModelError(
        "\(model.checkpoint.directory): has no lm_head.weight, which an untied reranker needs; it can only be used for embedding")
    }
    guard let yes = model.tokenizer.id(of: "yes"), let no = model.tokenizer.id(of: "no"), Int(max(yes, no)) < head.rows else {
      throw ModelError("\(model.checkpoint.directory): the tokenizer has no tokens \"yes\" and \"no\", which a reranker answers with")
    }
    self.model = model
    maximumLength = model.options.maximumLength ?? (model.sight == nil ? Self.defaultMaximumTextLength : Self.defaultMaximumLength)
    direction = zip(head.row(Int(yes)), head.row(Int(no))).map { $0 - $1 }
  }

  /// Scores documents against a query.
  ///
  /// A pair's score does not depend on the other documents: it has the same bits alone, in any list and in any order.
  ///
  /// - Parameters:
  ///   - query: What is looked for. Where it has an instruction of its own, that is taken instead of `instruction`.
  ///   - documents: What was found. Their instructions are not used.
  ///   - instruction: What makes a document fit; `nil` for the reference's default.
  ///   - progress: Called with the number of documents that are done.
  /// - Returns: For each document, in order, its score or why there is none.
  /// - Throws: `ItemError` when the query cannot be read, `CancellationError` when the task is cancelled.
  public func score(
    query: Item, documents: [Item], instruction: String? = nil, progress: (@Sendable (Int) -> Void)? = nil
  ) async throws -> [Result<RerankScore, ItemError>] {
    let query = try await read(query, instruction)
    let states = try await Batching.run(documents.count, on: model, progress: progress) { index in
      do throws(ItemError) {
        return .success(try await prepare(query, documents[index]))
      } catch {
        return .failure(error)
      }
    }
    return states.map { $0.map(score) }
  }

  /// The model's sequence for a pair.
  package func prepare(_ query: Item, _ document: Item, _ instruction: String?) async throws(ItemError) -> ModelInput {
    try await prepare(try await read(query, instruction), document)
  }

  /// A query that is read, once for all documents.
  private struct ReadQuery: Sendable {
    let item: SeenItem
    let instruction: String?
    /// What every pair begins with: all tokens before the document.
    let beginning: [Int32]
  }

  private func read(_ query: Item, _ instruction: String?) async throws(ItemError) -> ReadQuery {
    let item = try await read(side: query)
    let instruction = query.instruction ?? instruction
    guard let sight = model.sight else {
      let beginning = textBeginning + textPair(instruction, item.texts, [])
      return ReadQuery(item: item, instruction: instruction, beginning: beginning)
    }
    let prompt = RerankingPrompt.beginning(instruction: instruction, query: item, model.marks, sight)
    return ReadQuery(item: item, instruction: instruction, beginning: model.encode(prompt, postProcess: false))
  }

  private func read(side: Item) async throws(ItemError) -> SeenItem {
    guard let sight = model.sight else { return SeenItem(texts: try side.readableTexts()) }
    return try await sight.read(side)
  }

  private func prepare(_ query: ReadQuery, _ document: Item) async throws(ItemError) -> ModelInput {
    let document = try await read(side: document)
    let ids: [Int32]
    if let sight = model.sight {
      let prompt = RerankingPrompt.build(
        instruction: query.instruction, query: query.item, document: document, model.marks, sight)
      ids = Truncation.keepingSpecialTokens(model.encode(prompt), to: maximumLength) { model.tokenizer.isSpecial($0) }
    } else {
      ids = try textTokens(query.instruction, query.item.texts, document.texts)
    }
    // Words join to tokens across the border, and long pairs are cut: what all pairs really share is found by comparing.
    let shared = zip(ids, query.beginning).prefix { $0 == $1 }.count
    return ModelInput(tokens: ids, pictures: query.item.patches + document.patches, sharedLength: shared)
  }

  /// The conversation about a pair of texts; of a pair that is too long the end is cut, as in the reference.
  ///
  /// Nothing follows the conversation: the published tokenizers append nothing, and the answer must come next.
  private func textTokens(_ instruction: String?, _ query: [String], _ document: [String]) throws(ItemError) -> [Int32] {
    let beginning = textBeginning
    let ending = model.encode(TextRerankingPrompt.ending(model.marks), postProcess: false)
    let room = maximumLength - beginning.count - ending.count
    guard room > 0 else { throw ItemError(.tooLong, "a limit of \(maximumLength) tokens leaves no room for the input") }
    return beginning + textPair(instruction, query, document).prefix(room) + ending
  }

  private var textBeginning: [Int32] {
    model.encode(TextRerankingPrompt.beginning(model.marks), postProcess: false)
  }

  private func textPair(_ instruction: String?, _ query: [String], _ document: [String]) -> [Int32] {
    model.encode(
      TextRerankingPrompt.pair(instruction: instruction, query: query, document: document, model.marks), postProcess: false)
  }

  private func score(_ state: [Float]) -> RerankScore {
    let logit = Matryoshka.dotProduct(direction, state)
    return RerankScore(score: 1 / (1 + exp(-logit)), logit: logit)
  }
}
