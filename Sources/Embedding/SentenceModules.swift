import Checkpoints
import TextEncoders

/// What a folder of sentence-transformers does around its encoder: `modules.json` and the files that it leads to.
///
/// Supported is what all-MiniLM-L6-v2 and all-mpnet-base-v2 do: an encoder, the mean over all tokens, vectors of length 1.
struct SentenceModules {
  /// Tokens per text at most, those around it included.
  let maximumLength: Int

  init(_ checkpoint: Checkpoint, _ encoder: TextEncoderConfiguration) throws(CheckpointError) {
    let pooling = try Self.poolingFolder(checkpoint)
    try Self.checkPooling(try checkpoint.configurationFile(pooling + "/config.json"), encoder)
    let file = try checkpoint.configurationFile("sentence_bert_config.json")
    // Two tokens stand around every text.
    maximumLength = try file.integer("max_seq_length", in: 3...encoder.maximumLength)
    if file.has("do_lower_case") {
      try file.require("do_lower_case", .bool(false), because: "lower case is the tokenizer's business")
    }
  }

  /// The folder of the second of three modules, which must be the supported ones.
  private static func poolingFolder(_ checkpoint: Checkpoint) throws(CheckpointError) -> String {
    let path = checkpoint.directory + "/modules.json"
    let modules = try ConfigurationObject.list(contentsOf: path)
    var kinds: [String] = []
    for module in modules {
      // The kind is the class's name; in which package it lies changes with the version.
      kinds.append(String(try module.string("type").split(separator: ".").last ?? ""))
    }
    guard kinds == ["Transformer", "Pooling", "Normalize"] else {
      throw CheckpointError(
        .unsupported, file: path,
        "lists the modules \(kinds.map { String($0.prefix(40)) }); supported is a Transformer, then Pooling, then Normalize")
    }
    guard try modules[0].string("path").isEmpty else {
      throw modules[0].fault("path", "is not empty; the encoder must lie in the folder itself")
    }
    let folder = try modules[1].string("path")
    guard !folder.isEmpty, folder != ".", folder != "..", !folder.contains("/"), !folder.contains("\0") else {
      throw modules[1].fault("path", "is \"\(folder.prefix(60))\", expected the name of a folder within this one")
    }
    return folder
  }

  private static func checkPooling(_ file: ConfigurationObject, _ encoder: TextEncoderConfiguration) throws(CheckpointError) {
    let reason = "only the mean over all tokens is supported"
    // sentence-transformers 6 names the mode; before it, each mode had a switch.
    if file.has("pooling_mode") {
      try file.require("pooling_mode", .string("mean"), because: reason)
    } else {
      let mean = "pooling_mode_mean_tokens"
      try file.require(mean, .bool(true), because: reason)
      for key in file.keys where key.hasPrefix("pooling_mode_") && key != mean { try file.require(key, .bool(false), because: reason) }
    }
    let key = file.has("embedding_dimension") ? "embedding_dimension" : "word_embedding_dimension"
    let size = try file.integer(key, in: 1...1 << 30)
    guard size == encoder.hiddenSize else {
      throw file.fault(key, "is \(size), but hidden_size of config.json is \(encoder.hiddenSize)")
    }
  }
}
