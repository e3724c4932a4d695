import Checkpoints
public import Tensors
import TextEncoders

/// Opens whatever embedder lies in a folder: Qwen3-VL-Embedding, Qwen3-Embedding, or an encoder of sentence-transformers.
///
/// - Parameters:
///   - directory: The model's folder.
///   - options: How it is opened; an encoder of sentences takes of it what it knows.
///   - precision: What operands of products are rounded to; `nil` for what suits the model: bf16, and f32 for encoders of sentences, which
///     are small and stored so.
/// - Returns: The embedder.
/// - Throws: `CheckpointError`, `ModelError` or what the tokenizer throws; each names the file, the field and what would be right.
public func openEmbedder(
  directory: String, options: ModelOptions = ModelOptions(), precision: Precision? = nil
) throws -> any ItemEmbedder {
  // What is wrong with a folder that has no such file, the model says better.
  let type = try? ConfigurationObject(contentsOf: directory + "/config.json").string("model_type")
  if type.flatMap(TextEncoderConfiguration.Architecture.init(rawValue:)) != nil {
    var sentenceOptions = SentenceEmbedderOptions()
    if let precision { sentenceOptions.precision = precision }
    sentenceOptions.threads = options.threads
    sentenceOptions.instructionSet = options.instructionSet
    sentenceOptions.maximumLength = options.maximumLength
    sentenceOptions.parsesSpecialTokens = options.parsesSpecialTokens
    return try SentenceEmbedder(directory: directory, options: sentenceOptions)
  }
  var options = options
  if let precision { options.precision = precision }
  return Embedder(try Model(directory: directory, options: options))
}
