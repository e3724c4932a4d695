extension TokenizerParts {
  /// Reads the parts of a file with byte-level BPE, which must be Qwen's.
  init(bytePairEncoding root: JSONValue) throws(TokenizerError) {
    let (vocabulary, encoder) = try Self.readModel(root.requiredValue(of: "model"))
    self.init(
      vocabulary: vocabulary,
      normalizer: try Self.readNormalizer(root.requiredValue(of: "normalizer")),
      model: .bytePairEncoding(encoder, words: try Self.readPreTokenizer(root.requiredValue(of: "pre_tokenizer"))),
      decoder: try Self.readDecoder(root.requiredValue(of: "decoder")))
  }

  private static func readModel(_ model: JSONValue) throws(TokenizerError) -> (Vocabulary, BytePairEncoder) {
    try model.checkKeys([
      "type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", "byte_fallback",
      "ignore_merges", "vocab", "merges",
    ])
    for field in ["dropout", "unk_token"] {
      if let value = try model.value(of: field), !value.isNull { throw value.error(.unsupported, "is set; only null is supported") }
    }
    for field in ["continuing_subword_prefix", "end_of_word_suffix"] {
      guard let value = try model.value(of: field), !value.isNull else { continue }
      try value.check(is: "")
    }
    for field in ["byte_fallback", "ignore_merges"] { try model.value(of: field)?.check(is: false) }
    // Without an unknown token there is nothing to fuse, so either value will do.
    _ = try model.value(of: "fuse_unk")?.bool()

    let vocabularyValue = try model.requiredValue(of: "vocab")
    let vocabulary = try Vocabulary(vocabularyValue)
    let list = try model.requiredValue(of: "merges")
    let merges = try list.elements()
    guard list.count <= MergeTable.maximumCount else {
      throw list.error(.unsupported, "has \(list.count) merges; at most \(MergeTable.maximumCount) are supported")
    }
    var builder = BytePairEncoder.Builder(vocabulary, expecting: list.count)
    var pair: [UInt8] = []
    for merge in merges {
      pair.removeAll(keepingCapacity: true)
      if merge.kind == .string {
        // How files were written until 2024.
        try merge.appendString(to: &pair)
        try builder.append(line: pair[...], error: merge.error)
        continue
      }
      var tokens = try merge.elements()
      guard merge.count == 2, let left = tokens.next(), let right = tokens.next() else {
        throw merge.error(.malformed, "expected two tokens, found \(merge.count)")
      }
      try left.appendString(to: &pair)
      let split = pair.count
      try right.appendString(to: &pair)
      try builder.append(pair, split: split, error: merge.error)
    }
    return (vocabulary, try builder.encoder(error: vocabularyValue.error))
  }

  private static func readNormalizer(_ value: JSONValue) throws(TokenizerError) -> Tokenizer.Normalizer {
    if value.isNull { return .none }
    try value.requiredValue(of: "type").check(is: "NFC")
    try value.checkKeys(["type"])
    return .canonicalComposition
  }

  /// Accepts Qwen's: its pattern cuts the text into words, and `ByteLevel` then only spells their bytes.
  private static func readPreTokenizer(_ value: JSONValue) throws(TokenizerError) -> QwenPreTokenizer {
    try value.requiredValue(of: "type").check(is: "Sequence")
    try value.checkKeys(["type", "pretokenizers"])
    let list = try value.requiredValue(of: "pretokenizers")
    var steps = try list.elements()
    guard list.count == 2, let split = steps.next(), let byteLevel = steps.next() else {
      throw list.error(.unsupported, "has \(list.count) steps; supported is Split with Qwen's pattern, then ByteLevel")
    }
    try split.requiredValue(of: "type").check(is: "Split")
    try split.checkKeys(["type", "pattern", "behavior", "invert"])
    let pattern = try split.requiredValue(of: "pattern")
    try pattern.checkKeys(["Regex"])
    let expression = try pattern.requiredValue(of: "Regex")
    let found = try expression.string()
    guard found == QwenPreTokenizer.pattern else {
      let common = zip(found, QwenPreTokenizer.pattern).prefix { $0 == $1 }.count
      let difference = String(found.dropFirst(common)).quotedForMessage
      throw expression.error(.unsupported, "is another pattern than Qwen's, from \(difference) on; text would be split differently")
    }
    try split.requiredValue(of: "behavior").check(is: "Isolated")
    try split.requiredValue(of: "invert").check(is: false)
    try byteLevel.checkByteLevel()
    try byteLevel.requiredValue(of: "add_prefix_space").check(is: false)
    try byteLevel.requiredValue(of: "use_regex").check(is: false)
    return QwenPreTokenizer()
  }

  private static func readDecoder(_ value: JSONValue) throws(TokenizerError) -> Tokenizer.Decoder {
    try value.checkByteLevel()
    return .byteLevel
  }
}
