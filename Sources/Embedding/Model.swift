public import Checkpoints
import Dispatch
public import Qwen3VL
public import Tensors
import Tokenizers

/// A checkpoint of the Qwen3 family, opened: its weights mapped, its tokenizer and its picture settings read.
///
/// Qwen3-VL models take texts, pictures and videos; Qwen3-Embedding and Qwen3-Reranker take texts. Hand it to `Embedder` or `Reranker`.
///
/// Opening costs milliseconds plus the tokenizer's tables; weights are read from the file when they are first used. One pass runs at a
/// time, on all threads of the model; further callers wait their turn.
public final class Model: Sendable {
  /// The folder.
  public let checkpoint: Checkpoint
  /// What `config.json` says of the language model.
  public var decoderConfiguration: DecoderConfiguration { network.decoderConfiguration }
  /// What `config.json` says of a model that takes pictures; `nil` for a model of texts.
  public var multimodalConfiguration: Configuration? { sight?.configuration }
  /// How it was opened.
  public let options: ModelOptions
  /// What carries out the operations.
  public let compute: Compute
  /// Bytes of weights that live in memory of their own because the file has them in another form than products need.
  public let convertedBytes: Int

  let network: any SequenceModel
  let tokenizer: Tokenizer
  let marks: ConversationMarks
  /// What reads pictures; `nil` for a model of texts.
  let sight: Sight?
  private let reuse: Reuse
  /// An actor would let a second caller in at every `await`; a serial queue runs one pass to its end.
  private let queue = DispatchQueue(label: "sightline.model")

  /// Opens the checkpoint in a folder.
  ///
  /// - Throws: `CheckpointError` or `ModelError` that names the file, the field and what would be right.
  public init(directory: String, options: ModelOptions = ModelOptions()) throws {
    checkpoint = try Checkpoint(directory: directory)
    self.options = options
    compute = Compute(
      precision: options.precision, threads: options.threads, instructionSet: options.instructionSet, profile: options.profile)
    let profile = options.profile
    var pictures: VisionCache?
    switch try checkpoint.configuration.string("model_type") {
    case Configuration.modelType:
      let opened = try profile.measure("start", "weights") { [checkpoint] in
        try Qwen3VLModel.open(checkpoint, precision: options.precision)
      }
      (network, convertedBytes) = opened
      tokenizer = try profile.measure("start", "tokenizer") { try Tokenizer(directory: directory) }
      sight = try Sight(opened.model.configuration, checkpoint, tokenizer, options)
      pictures = try Self.visionCache(checkpoint, compute, options)
    case TextConfiguration.modelType:
      (network, convertedBytes) = try Qwen3Model.open(checkpoint, precision: options.precision)
      tokenizer = try Tokenizer(directory: directory)
      sight = nil
    case let other:
      throw checkpoint.configuration.fault(
        "model_type",
        "is \"\(other)\"; this command runs \(Configuration.modelType) and \(TextConfiguration.modelType)"
          + " (encoders of sentences, bert and mpnet, embed texts only)")
    }
    let beginnings = options.beginningCacheBytes > 0 ? BeginningCache(byteLimit: options.beginningCacheBytes) : nil
    reuse = Reuse(beginnings: beginnings, pictures: pictures)
    marks = ConversationMarks(
      turnStart: try tokenizer.mark("<|im_start|>", network.decoderConfiguration, directory),
      turnEnd: try tokenizer.mark("<|im_end|>", network.decoderConfiguration, directory))
  }

  /// Where features of pictures are kept by this model in this precision on these kernels.
  private static func visionCache(
    _ checkpoint: Checkpoint, _ compute: Compute, _ options: ModelOptions
  ) throws(ModelError) -> VisionCache? {
    var folder: VisionCacheFolder?
    if let root = options.visionCacheDirectory {
      let fingerprint = try CheckpointFingerprint.compute(checkpoint.directory).prefix(32)
      folder = try VisionCacheFolder(
        root, identity: "\(fingerprint)-\(options.precision.rawValue)-\(compute.instructionSet)",
        byteLimit: options.visionCacheDirectoryBytes)
    }
    guard folder != nil || options.visionCacheBytes > 0 else { return nil }
    return VisionCache(byteLimit: options.visionCacheBytes, folder: folder)
  }

  /// Runs sequences in one pass.
  ///
  /// - Returns: The last hidden state of each, after the final norm.
  package func run(_ inputs: [ModelInput]) async throws(ModelInputError) -> [[Float]] {
    let result = await withCheckedContinuation { continuation in
      queue.async { [network, compute, reuse] in
        do throws(ModelInputError) {
          let states = try network.lastHiddenStates(of: inputs, compute, reuse: reuse, observe: .none)
          continuation.resume(returning: Result<_, ModelInputError>.success(states))
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

  /// Tokens of a text by itself, without anything around it.
  package func tokenCount(_ text: String) -> Int {
    tokenizer.encode(text, addedTokens: options.parsesSpecialTokens ? .parse : .textOnly, postProcess: false).count
  }

  /// Token ids of a prompt, by the policy of the options.
  func encode(_ prompt: Prompt, postProcess: Bool = true) -> [Int32] {
    options.profile.measure("inputs", "tokens") {
      tokenizer.encode(prompt.pieces, addedTokens: options.parsesSpecialTokens ? .parse : .textOnly, postProcess: postProcess)
    }
  }
}

extension Tokenizer {
  /// The token of a mark that structures conversations, where the tokenizer and the model agree on it; `expected` is the token that
  /// `config.json` names, where it does.
  func mark(
    _ mark: String, _ configuration: DecoderConfiguration, _ directory: String, expected: Int32? = nil
  ) throws(ModelError) -> Int32 {
    guard let id = id(of: mark) else {
      throw ModelError("\(directory): the tokenizer does not know \(mark); it is not the tokenizer of this model")
    }
    if let expected, id != expected {
      throw ModelError("\(directory): \(mark) is token \(id) in the tokenizer, but config.json says \(expected)")
    }
    guard id < configuration.vocabularySize else {
      throw ModelError("\(directory): \(mark) is token \(id), outside the model's \(configuration.vocabularySize) tokens")
    }
    return id
  }
}
