public import Checkpoints
import Dispatch
import Fetching
import Media
public import Qwen3VL
public import Tensors
import Tokenizers

/// A Qwen3-VL checkpoint, opened: its weights mapped, its tokenizer and its picture settings read.
///
/// Hand it to `Embedder` or `Reranker`.
///
/// Opening costs milliseconds plus the tokenizer's tables; weights are read from the file when they are first used. One pass runs at a
/// time, on all threads of the model; further callers wait their turn.
public final class Model: Sendable {
  /// The folder.
  public let checkpoint: Checkpoint
  /// What `config.json` says.
  public var configuration: Configuration { network.configuration }
  /// How it was opened.
  public let options: ModelOptions
  /// What carries out the operations.
  public let compute: Compute
  /// Bytes of weights that live in memory of their own because the file has them in another form than products need.
  public let convertedBytes: Int

  let network: Qwen3VLModel
  let tokenizer: Tokenizer
  let marks: ConversationMarks
  let images: ImageLoader
  /// An actor would let a second caller in at every `await`; a serial queue runs one pass to its end.
  private let queue = DispatchQueue(label: "sightline.model")

  /// Opens the checkpoint in a folder.
  ///
  /// - Throws: `CheckpointError` or `ModelError` that names the file, the field and what would be right.
  public init(directory: String, options: ModelOptions = ModelOptions()) throws {
    checkpoint = try Checkpoint(directory: directory)
    self.options = options
    compute = Compute(precision: options.precision, threads: options.threads, instructionSet: options.instructionSet)
    (network, convertedBytes) = try Qwen3VLModel.open(checkpoint, precision: options.precision)
    tokenizer = try Tokenizer(directory: directory)
    marks = try Self.marks(network.configuration, tokenizer, directory)
    let preprocessor = try PreprocessorFile.read(checkpoint, network.configuration.vision, options)
    images = ImageLoader(preprocessor, options)
  }

  /// Runs sequences in one pass.
  ///
  /// - Returns: The last hidden state of each, after the final norm.
  package func run(_ inputs: [ModelInput]) async throws(ModelInputError) -> [[Float]] {
    let result = await withCheckedContinuation { continuation in
      queue.async { [network, compute] in
        do throws(ModelInputError) {
          continuation.resume(returning: Result<_, ModelInputError>.success(try network.lastHiddenStates(of: inputs, compute)))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try result.get()
  }

  /// Runs one sequence and sees every stage.
  package func trace(_ input: ModelInput, _ observe: StageObserver) throws(ModelInputError) -> [Float] {
    try network.lastHiddenStates(of: [input], compute, observe: observe)[0]
  }

  /// The three positions of every token of a sequence.
  package func positions(of input: ModelInput) throws(ModelInputError) -> DecoderPositions {
    try network.positions(of: input)
  }

  /// Token ids of a prompt, by the policy of the options.
  func encode(_ prompt: Prompt) -> [Int32] {
    tokenizer.encode(prompt.pieces, addedTokens: options.parsesSpecialTokens ? .parse : .textOnly)
  }

  /// The tokens that structure a conversation, where the tokenizer and `config.json` agree on them.
  private static func marks(_ configuration: Configuration, _ tokenizer: Tokenizer, _ directory: String) throws -> ConversationMarks {
    func id(_ token: String, _ expected: Int32?) throws -> Int32 {
      guard let id = tokenizer.id(of: token) else {
        throw ModelError("\(directory): the tokenizer does not know \(token); it is not the tokenizer of a Qwen3-VL model")
      }
      if let expected, id != expected {
        throw ModelError("\(directory): \(token) is token \(id) in the tokenizer, but config.json says \(expected)")
      }
      guard id < configuration.decoder.vocabularySize else {
        throw ModelError("\(directory): \(token) is token \(id), outside the model's \(configuration.decoder.vocabularySize) tokens")
      }
      return id
    }
    return ConversationMarks(
      turnStart: try id("<|im_start|>", nil), turnEnd: try id("<|im_end|>", nil),
      visionStart: try id("<|vision_start|>", configuration.visionStartToken),
      visionEnd: try id("<|vision_end|>", configuration.visionEndToken), image: try id("<|image_pad|>", configuration.imageToken))
  }
}
