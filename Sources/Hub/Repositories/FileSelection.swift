/// The files of a repository that a model needs.
///
/// Weights are taken as safetensors only: a pickle (`.bin`, `.pt`) can run code when it is loaded, and ONNX and GGUF are other programs' forms.
struct FileSelection: Sendable, Equatable {
  /// Configuration, tokenizer and the index of the weights.
  let configuration: [RepositoryFile]
  /// The weights.
  let weights: [RepositoryFile]

  var all: [RepositoryFile] { configuration + weights }

  /// The most bytes of a file that is not weights; the largest tokenizer known has 33 MB.
  static let largestConfiguration = 256 << 20

  static let index = "model.safetensors.index.json"

  private static let names: Set<String> = [
    "config.json", "generation_config.json",
    "tokenizer.json", "tokenizer_config.json", "vocab.json", "vocab.txt", "merges.txt", "added_tokens.json", "special_tokens_map.json",
    "chat_template.json", "chat_template.jinja",
    "preprocessor_config.json", "video_preprocessor_config.json", "processor_config.json",
    "modules.json", "sentence_bert_config.json", "config_sentence_transformers.json",
  ]

  /// Chooses from a listing.
  ///
  /// - Throws: `HubError` of the codes `noWeights` and `malformedAnswer`.
  init(_ listing: RepositoryListing, of repository: String) throws(HubError) {
    let files = listing.files
    guard files.contains(where: { $0.path == "config.json" }) else {
      throw HubError(.noWeights, "\(repository) has no config.json; it is not a model in the form of Hugging Face's transformers")
    }
    // With both, the single file is what loaders open.
    let single = files.filter { $0.path == "model.safetensors" }
    let shards = files.filter { $0.path.hasPrefix("model-") && $0.path.hasSuffix(".safetensors") && !$0.path.contains("/") }
    let index = files.filter { $0.path == Self.index }
    guard !single.isEmpty || !(shards.isEmpty || index.isEmpty) else { throw Self.noWeights(files, repository) }

    let modules = files.filter { Self.isModule($0.path) }
    configuration =
      files.filter { Self.names.contains($0.path) } + modules.filter { $0.path.hasSuffix(".json") } + (single.isEmpty ? index : [])
    weights = (single.isEmpty ? shards : single) + modules.filter { $0.path.hasSuffix(".safetensors") }
    if let large = configuration.first(where: { $0.size > Self.largestConfiguration }) {
      throw HubError(
        .malformedAnswer,
        "\(repository) lists \(shown(large.path)) with \(large.size) bytes; at most \(Self.largestConfiguration) are fetched of such a file"
      )
    }
  }

  /// Whether a file belongs to a module of sentence-transformers, such as `1_Pooling/config.json`.
  private static func isModule(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    guard parts.count == 2, parts[1] == "config.json" || parts[1] == "model.safetensors" else { return false }
    let words = parts[0].split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
    return words.count == 2 && (1...3).contains(words[0].utf8.count) && words[0].utf8.allSatisfy { (48...57).contains($0) }
  }

  private static func noWeights(_ files: [RepositoryFile], _ repository: String) -> HubError {
    let others = files.map(\.path).filter { path in
      [".bin", ".pt", ".pth", ".ckpt", ".onnx", ".gguf", ".h5", ".msgpack"].contains { path.hasSuffix($0) }
    }
    let found = others.min().map { "only \(shown($0))\(others.count > 1 ? " and \(others.count - 1) more of other forms" : "")" } ?? "none"
    return HubError(
      .noWeights,
      "\(repository) has no weights as safetensors (\(found)). Other forms are not loaded: pickles can run code. Choose a repository or revision with model.safetensors"
    )
  }
}
