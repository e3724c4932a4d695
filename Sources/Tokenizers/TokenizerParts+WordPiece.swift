extension TokenizerParts {
  /// Code points in a word at most that a file may state; published files state 100.
  private static let maximumWordLength = 10_000

  /// Reads the parts of a file with WordPiece, which must be BERT's.
  init(wordPiece root: JSONValue) throws(TokenizerError) {
    let (vocabulary, encoder) = try Self.readWordPieces(root.requiredValue(of: "model"))
    let words = try root.requiredValue(of: "pre_tokenizer")
    try words.requiredValue(of: "type").check(is: "BertPreTokenizer")
    try words.checkKeys(["type"])
    self.init(
      vocabulary: vocabulary,
      normalizer: .bert(try BertNormalizer(root.requiredValue(of: "normalizer"))),
      model: .wordPiece(encoder, words: BertPreTokenizer()),
      decoder: .wordPiece(try WordPieceDecoder(root.requiredValue(of: "decoder"))))
  }

  private static func readWordPieces(_ model: JSONValue) throws(TokenizerError) -> (Vocabulary, WordPieceEncoder) {
    try model.checkKeys(["type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "vocab"])
    let vocabulary = try Vocabulary(model.requiredValue(of: "vocab"))
    let unknown = try model.requiredValue(of: "unk_token")
    guard let unknownToken = vocabulary.id(of: Array(try unknown.string().utf8).span) else {
      throw unknown.error(.inconsistent, "is \(try unknown.string().quotedForMessage), which the vocabulary does not have")
    }
    let prefix = Array(try model.requiredValue(of: "continuing_subword_prefix").string().utf8)
    let length = try model.requiredValue(of: "max_input_chars_per_word").integer(in: 1...maximumWordLength)
    return (vocabulary, WordPieceEncoder(vocabulary, unknownToken: unknownToken, prefix: prefix, maximumWordLength: length))
  }
}

extension BertNormalizer {
  /// Reads the normaliser's settings; all of them must be stated.
  init(_ value: JSONValue) throws(TokenizerError) {
    try value.requiredValue(of: "type").check(is: "BertNormalizer")
    try value.checkKeys(["type", "clean_text", "handle_chinese_chars", "strip_accents", "lowercase"])
    let makesLowercase = try value.requiredValue(of: "lowercase").bool()
    let accents = try value.requiredValue(of: "strip_accents")
    self.init(
      cleansText: try value.requiredValue(of: "clean_text").bool(),
      separatesIdeographs: try value.requiredValue(of: "handle_chinese_chars").bool(),
      // Left open, accents go where capitals go, as in the original.
      stripsAccents: accents.isNull ? makesLowercase : try accents.bool(),
      makesLowercase: makesLowercase)
  }
}

extension WordPieceDecoder {
  init(_ value: JSONValue) throws(TokenizerError) {
    try value.requiredValue(of: "type").check(is: "WordPiece")
    try value.checkKeys(["type", "prefix", "cleanup"])
    self.init(prefix: Array(try value.requiredValue(of: "prefix").string().utf8), cleansUp: try value.requiredValue(of: "cleanup").bool())
  }
}
