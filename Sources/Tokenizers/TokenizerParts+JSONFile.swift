extension TokenizerParts {
  /// Reads a `tokenizer.json`, version 1.0.
  ///
  /// The kind of model decides what may stand beside it: byte-level BPE is Qwen's, WordPiece is BERT's.
  init(tokenizerJSON file: SourceFile, _ lengthSettings: Tokenizer.LengthSettings) throws(TokenizerError) {
    let root = try JSONDocument(bytes: file.bytes, name: file.name).root
    try root.checkKeys([
      "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model",
    ])
    let version = try root.requiredValue(of: "version")
    try version.check(is: "1.0")
    for field in ["truncation", "padding"] {
      guard let value = try root.value(of: field), !value.isNull else { continue }
      guard lengthSettings == .leftToCaller else {
        throw value.error(
          .unsupported, "is set, but how long a sequence may be is the caller's business here; set it to null in the file")
      }
      _ = try value.members()
    }

    let type = try root.requiredValue(of: "model").requiredValue(of: "type")
    switch try type.string() {
    case "BPE": try self.init(bytePairEncoding: root)
    case "WordPiece": try self.init(wordPiece: root)
    case let other: throw type.error(.unsupported, "is \(other.quotedForMessage); supported are \"BPE\" and \"WordPiece\"")
    }

    var tokens: [(AddedToken, JSONValue)] = []
    for value in try root.requiredValue(of: "added_tokens").elements() {
      let id = try value.requiredValue(of: "id").integer(in: 0...Vocabulary.maximumID)
      tokens.append((try AddedToken(value, id: Int32(id), otherKeys: ["id"]), value))
    }
    try add(tokens)
    try readPostProcessor(root.requiredValue(of: "post_processor"))
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
