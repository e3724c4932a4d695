public import Checkpoints
import Dispatch
public import Tensors
public import TextEncoders
import Tokenizers

/// How an encoder of sentences is opened.
public struct SentenceEmbedderOptions: Sendable {
  /// What operands of matrix products are rounded to.
  ///
  /// These models are small and their weights are f32. As they are, vectors equal those of sentence-transformers to a cosine of
  /// 1 - 3e-11 (the worst of 32 sentences and both models); in bf16 it falls to 0.99996 for all-MiniLM-L6-v2 and 0.9992 for
  /// all-mpnet-base-v2.
  public var precision: Precision = .float32
  /// Threads to use; `nil` for one per processor.
  public var threads: Int?
  /// The kernels to use; `nil` for the fastest that this processor can run.
  public var instructionSet: InstructionSet?
  /// Tokens per text at most; `nil` for what the model's folder says (256 for all-MiniLM-L6-v2, 384 for all-mpnet-base-v2).
  public var maximumLength: Int?
  /// Whether special tokens written out in texts (`[SEP]`) act as such, as in the reference.
  ///
  /// Off, they are plain text.
  public var parsesSpecialTokens = false

  /// sentence-transformers' options, but for special tokens in texts.
  public init() {}
}

/// Turns texts into vectors of unit length, with a BERT or MPNet encoder of sentence-transformers.
///
/// ```swift
/// let embedder = try SentenceEmbedder(directory: "all-MiniLM-L6-v2")
/// let vector = try await embedder.embed(Item(text: "A red helmet"))
/// ```
///
/// An item is one text: a text longer than the limit is cut on the right, as in the reference. These models read no pictures, know no
/// instructions and were trained on single texts, so an item with any of those, or with several texts, fails by name; it is never embedded
/// as something else than it is.
///
/// One pass runs at a time, on all threads; further callers wait their turn.
public final class SentenceEmbedder: ItemEmbedder {
  /// The folder.
  public let checkpoint: Checkpoint
  /// The folder's path.
  public var directory: String { checkpoint.directory }
  /// What `config.json` says.
  public var configuration: TextEncoderConfiguration { network.configuration }
  /// What carries out the operations.
  public let compute: Compute
  /// Bytes of weights that live in memory of their own because the file has them in another form than products need.
  public let convertedBytes: Int
  /// Tokens per text at most, those around it included.
  public let maximumLength: Int

  private let network: TextEncoder
  private let tokenizer: Tokenizer
  /// Whether special tokens written out in texts act as such.
  public let parsesSpecialTokens: Bool
  /// As for `Model`: runs one pass to its end.
  private let queue = DispatchQueue(label: "sightline.sentences")

  /// Opens the folder of a model as sentence-transformers saves it.
  ///
  /// - Throws: `CheckpointError`, `TokenizerError` or `ModelError` that names the file, the field and what would be right.
  public init(directory: String, options: SentenceEmbedderOptions = SentenceEmbedderOptions()) throws {
    checkpoint = try Checkpoint(directory: directory)
    (network, convertedBytes) = try TextEncoder.open(checkpoint, precision: options.precision)
    compute = Compute(precision: options.precision, threads: options.threads, instructionSet: options.instructionSet)
    let modules = try SentenceModules(checkpoint, network.configuration)
    // The file's own length settings are those of its training; sentence-transformers sets them aside too.
    tokenizer = try Tokenizer(directory: directory, lengthSettings: .leftToCaller)
    parsesSpecialTokens = options.parsesSpecialTokens
    maximumLength = options.maximumLength ?? modules.maximumLength
    guard (1...network.configuration.maximumLength).contains(maximumLength) else {
      throw ModelError("a limit of \(maximumLength) tokens was asked for; this model has 1 to \(network.configuration.maximumLength)")
    }
    guard tokenizer.vocabularySize <= network.configuration.vocabularySize else {
      throw ModelError(
        "\(directory): the tokenizer has \(tokenizer.vocabularySize) tokens, but the model \(network.configuration.vocabularySize); "
          + "they do not belong together")
    }
  }

  /// Numbers of a whole vector: the encoder's hidden size.
  public var dimensions: Int { configuration.hiddenSize }

  /// Embeds items, many at once; see `ItemEmbedder`.
  ///
  /// A prefix of a vector is a vector as with sentence-transformers' `truncate_dim`, brought to length 1; these models were not trained for
  /// it.
  public func embed(
    _ items: [Item], dimensions: Int? = nil, progress: (@Sendable (Int) -> Void)? = nil
  ) async throws -> [Result<[Float], ItemError>] {
    let dimensions = try check(dimensions)
    let means = try await Batching.run(items.count, on: self, progress: progress) { index in
      do throws(ItemError) { return .success(try self.tokens(of: items[index])) } catch { return .failure(error) }
    }
    return means.map { $0.map { Matryoshka.prefix($0, dimensions) } }
  }

  /// The encoder's sequence for an item.
  package func tokens(of item: Item) throws(ItemError) -> [Int32] {
    let texts = try item.readableTexts()
    guard texts.count == 1 else {
      throw ItemError(.unsupportedInput, "has \(texts.count) texts; this model embeds one text at a time")
    }
    if let instruction = item.instruction, instruction.contains(where: { !$0.isWhitespace }) {
      throw ItemError(.unsupportedInput, "has an instruction; this model knows none, leave it out")
    }
    let ids = tokenizer.encode(texts[0], addedTokens: addedTokens)
    return try Truncation.right(ids, to: maximumLength, suffix: tokenizer.suffixTokens.count, lastPictureToken: nil)
  }

  /// Tokens of a text by itself, without anything around it.
  public func tokenCount(_ text: String) -> Int {
    tokenizer.encode(text, addedTokens: addedTokens, postProcess: false).count
  }

  private var addedTokens: Tokenizer.AddedTokenPolicy { parsesSpecialTokens ? .parse : .textOnly }
}

extension SentenceEmbedder: PassRunner {
  typealias Input = [Int32]
  typealias InputError = TextInputError

  func cost(of input: [Int32]) -> PassCost { PassCost(tokens: input.count, keys: input.count) }

  func run(_ inputs: [[Int32]]) async throws(TextInputError) -> [[Float]] {
    let result = await withCheckedContinuation { continuation in
      queue.async { [network, compute] in
        do throws(TextInputError) {
          continuation.resume(returning: Result<_, TextInputError>.success(try network.meanStates(of: inputs, compute)))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try result.get()
  }
}
