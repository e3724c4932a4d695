extension TokenizerParts {
  /// Reads the layout from before `tokenizer.json`: `vocab.json`, `merges.txt` and `tokenizer_config.json`, and where the last does
  /// not describe the added tokens, `added_tokens.json` and `special_tokens_map.json`.
  ///
  /// These files say nothing of normaliser, pattern and decoder; `tokenizer_class` implies them, so it must be Qwen's.
  init(
    vocabulary: SourceFile, merges: SourceFile, configuration: SourceFile, addedTokens: SourceFile?, specialTokens: SourceFile?
  ) throws(TokenizerError) {
    let settings = try JSONDocument(bytes: configuration.bytes, name: configuration.name).root
    let tokenizerClass = try settings.requiredValue(of: "tokenizer_class")
    let name = try tokenizerClass.string()
    guard ["Qwen2Tokenizer", "Qwen2TokenizerFast"].contains(name) else {
      throw tokenizerClass.error(
        .unsupported, "is \(name.quotedForMessage); without tokenizer.json only \"Qwen2Tokenizer\" is supported")
    }
    for field in ["add_prefix_space", "add_bos_token", "add_eos_token", "split_special_tokens"] {
      guard let value = try settings.value(of: field), !value.isNull else { continue }
      try value.check(is: false)
    }

    let vocabularyValue = try JSONDocument(bytes: vocabulary.bytes, name: vocabulary.name).root
    let tokens = try Vocabulary(vocabularyValue)
    self.init(
      vocabulary: tokens,
      normalizer: .canonicalComposition,
      model: .bytePairEncoding(
        try Self.readMerges(merges, tokens, error: vocabularyValue.error), words: QwenPreTokenizer()),
      decoder: .byteLevel)

    var added: [(token: AddedToken, origin: JSONValue)]
    if let described = try settings.value(of: "added_tokens_decoder") {
      added = try Self.readDescribedTokens(described)
    } else if let addedTokens {
      let root = try JSONDocument(bytes: addedTokens.bytes, name: addedTokens.name).root
      var special = try Self.namedSpecialTokens(settings).map(\.content)
      if let specialTokens {
        special += try Self.namedSpecialTokens(JSONDocument(bytes: specialTokens.bytes, name: specialTokens.name).root).map(\.content)
      }
      added = try Self.readBareTokens(root, special: Set(special.map { Array($0.utf8) }))
    } else {
      added = []
    }
    added.sort { $0.token.id < $1.token.id }
    try add(added)
    let special = Set(added.lazy.filter(\.token.isSpecial).map { Array($0.token.content.utf8) })
    for (content, origin) in try Self.namedSpecialTokens(settings) where !special.contains(Array(content.utf8)) {
      throw origin.error(.inconsistent, "names \(content.quotedForMessage), which is not among the special added tokens")
    }
  }

  private static func readMerges(
    _ file: SourceFile, _ vocabulary: Vocabulary, error: (TokenizerError.Kind, String) -> TokenizerError
  ) throws(TokenizerError) -> BytePairEncoder {
    guard String(validating: file.bytes, as: UTF8.self) != nil else {
      throw TokenizerError(kind: .malformed, file: file.name, field: "", message: "is not valid UTF-8")
    }
    let count = file.bytes.count { $0 == 0x0A } + 1
    guard count <= MergeTable.maximumCount else {
      throw TokenizerError(kind: .unsupported, file: file.name, field: "", message: "has more than \(MergeTable.maximumCount) merges")
    }
    var builder = BytePairEncoder.Builder(vocabulary, expecting: count)
    var rest = file.bytes[...]
    var number = 0
    while !rest.isEmpty {
      var line = rest.prefix { $0 != 0x0A }
      rest = rest.dropFirst(line.count + 1)
      number += 1
      if line.starts(with: "#version".utf8) { continue }
      if line.last == 0x0D { line.removeLast() }
      try builder.append(line: line) { kind, message in
        TokenizerError(kind: kind, file: file.name, field: "line \(number)", message: message)
      }
    }
    return try builder.encoder(error: error)
  }

  /// `added_tokens_decoder`: ids as keys, all settings as values.
  private static func readDescribedTokens(_ object: JSONValue) throws(TokenizerError) -> [(token: AddedToken, origin: JSONValue)] {
    var tokens: [(token: AddedToken, origin: JSONValue)] = []
    for (key, value) in try object.members() {
      let name = try key.string()
      guard let id = Int32(name), (0...Int32(Vocabulary.maximumID)).contains(id), String(id) == name else {
        throw value.error(.malformed, "expected an id from 0 to \(Vocabulary.maximumID) as key, found \(name.quotedForMessage)")
      }
      tokens.append((try AddedToken(value, id: id), value))
    }
    return tokens
  }

  /// `added_tokens.json`, which has only names and ids.
  ///
  /// The reference looks for those that are not special in normalised text.
  private static func readBareTokens(
    _ object: JSONValue, special: Set<[UInt8]>
  ) throws(TokenizerError) -> [(token: AddedToken, origin: JSONValue)] {
    var tokens: [(token: AddedToken, origin: JSONValue)] = []
    for (key, value) in try object.members() {
      let content = try key.string()
      let id = Int32(try value.integer(in: 0...Vocabulary.maximumID))
      let isSpecial = special.contains(Array(content.utf8))
      tokens.append((AddedToken(id: id, content: content, isNormalized: !isSpecial, isSpecial: isSpecial), value))
    }
    return tokens
  }

  /// The tokens that the configuration names by their role, each as a string or as an object with `content`.
  private static func namedSpecialTokens(_ settings: JSONValue) throws(TokenizerError) -> [(content: String, origin: JSONValue)] {
    var values: [JSONValue] = []
    for role in ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"] {
      if let value = try settings.value(of: role), !value.isNull { values.append(value) }
    }
    for list in ["additional_special_tokens", "extra_special_tokens"] {
      guard let value = try settings.value(of: list), !value.isNull else { continue }
      // Written as a list or, by newer versions, by role.
      values += value.kind == .object ? try value.members().map(\.value) : Array(try value.elements())
    }
    var tokens: [(content: String, origin: JSONValue)] = []
    for value in values {
      tokens.append((try (value.kind == .object ? value.requiredValue(of: "content") : value).string(), value))
    }
    return tokens
  }
}
