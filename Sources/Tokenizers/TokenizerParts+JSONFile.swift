extension TokenizerParts {
  /// Reads a `tokenizer.json`, version 1.0.
  init(tokenizerJSON file: SourceFile) throws(TokenizerError) {
    let root = try JSONDocument(bytes: file.bytes, name: file.name).root
    try root.checkKeys([
      "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model",
    ])
    let version = try root.requiredValue(of: "version")
    try version.check(is: "1.0")
    for field in ["truncation", "padding"] {
      guard let value = try root.value(of: field), !value.isNull else { continue }
      throw value.error(
        .unsupported, "is set, but how long a sequence may be is the caller's business here; set it to null in the file")
    }

    let (vocabulary, encoder) = try Self.readModel(root.requiredValue(of: "model"))
    self.init(
      vocabulary: vocabulary,
      encoder: encoder,
      normalizer: try Self.readNormalizer(root.requiredValue(of: "normalizer")),
      preTokenizer: try Self.readPreTokenizer(root.requiredValue(of: "pre_tokenizer")),
      decoder: try Self.readDecoder(root.requiredValue(of: "decoder")))

    var tokens: [(AddedToken, JSONValue)] = []
    for value in try root.requiredValue(of: "added_tokens").elements() {
      let id = try value.requiredValue(of: "id").integer(in: 0...Vocabulary.maximumID)
      tokens.append((try AddedToken(value, id: Int32(id), otherKeys: ["id"]), value))
    }
    try add(tokens)
    try readPostProcessor(root.requiredValue(of: "post_processor"))
  }

  private static func readModel(_ model: JSONValue) throws(TokenizerError) -> (Vocabulary, BytePairEncoder) {
    try model.requiredValue(of: "type").check(is: "BPE")
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
  private static func readPreTokenizer(_ value: JSONValue) throws(TokenizerError) -> Tokenizer.PreTokenizer {
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
    return .qwen(QwenPreTokenizer())
  }

  private static func readDecoder(_ value: JSONValue) throws(TokenizerError) -> Tokenizer.Decoder {
    try value.checkByteLevel()
    return .byteLevel
  }
}

extension JSONValue {
  /// Checks the shape of a `ByteLevel` step.
  ///
  /// What its settings do depends on the place: a decoder uses none of them, a post-processor only moves offsets by them.
  func checkByteLevel() throws(TokenizerError) {
    try requiredValue(of: "type").check(is: "ByteLevel")
    try checkKeys(["type", "add_prefix_space", "trim_offsets", "use_regex"])
    for field in ["add_prefix_space", "trim_offsets", "use_regex"] { _ = try value(of: field)?.bool() }
  }

  func check(is expected: String) throws(TokenizerError) {
    let found = try string()
    guard found == expected else {
      throw error(.unsupported, "is \(found.quotedForMessage); supported is \(expected.quotedForMessage)")
    }
  }

  func check(is expected: Bool) throws(TokenizerError) {
    guard try bool() == expected else { throw error(.unsupported, "is \(!expected); supported is \(expected)") }
  }
}

extension AddedToken {
  /// Reads an added token's settings; all of them must be stated.
  init(_ value: JSONValue, id: Int32, otherKeys: [String] = []) throws(TokenizerError) {
    try value.checkKeys(["content", "single_word", "lstrip", "rstrip", "normalized", "special"] + otherKeys)
    if try value.requiredValue(of: "single_word").bool() {
      throw try value.requiredValue(of: "single_word").error(.unsupported, "is true; supported is false")
    }
    self.init(
      id: id,
      content: try value.requiredValue(of: "content").string(),
      stripsLeft: try value.requiredValue(of: "lstrip").bool(),
      stripsRight: try value.requiredValue(of: "rstrip").bool(),
      isNormalized: try value.requiredValue(of: "normalized").bool(),
      isSpecial: try value.requiredValue(of: "special").bool())
  }
}
