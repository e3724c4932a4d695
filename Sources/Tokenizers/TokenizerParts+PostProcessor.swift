extension TokenizerParts {
  // Templates in use have one to three tokens, but a short file could name a long list of ids many times.
  private static let maximumTemplateTokens = 1_024

  /// Takes from a post-processor the tokens that it puts around a single sequence.
  ///
  /// What it does to pairs, offsets and type ids does not show in the ids of a single sequence.
  mutating func readPostProcessor(_ value: JSONValue) throws(TokenizerError) {
    if value.isNull { return }
    var templates: [JSONValue] = []
    try Self.collectTemplates(value, into: &templates)
    guard let template = templates.first else { return }
    if templates.count > 1 {
      throw templates[1].error(.unsupported, "puts tokens around the text a second time; once is supported")
    }
    if try template.value(of: "cls") != nil {
      prefixTokens = [try readMark(template.requiredValue(of: "cls"))]
      suffixTokens = [try readMark(template.requiredValue(of: "sep"))]
    } else {
      try readTemplate(template)
    }
  }

  /// A token given as its spelling and its id.
  private func readMark(_ value: JSONValue) throws(TokenizerError) -> Int32 {
    var parts = try value.elements()
    guard value.count == 2, let name = parts.next(), let number = parts.next() else {
      throw value.error(.malformed, "expected a token and its id, found \(value.count) values")
    }
    let id = try number.integer(in: 0...Vocabulary.maximumID)
    guard vocabulary.id(of: Array(try name.string().utf8).span) == Int32(id) else {
      throw value.error(.inconsistent, "gives the token \(try name.string().quotedForMessage) the id \(id), which it does not have")
    }
    return Int32(id)
  }

  private static func collectTemplates(_ value: JSONValue, into templates: inout [JSONValue]) throws(TokenizerError) {
    let type = try value.requiredValue(of: "type")
    switch try type.string() {
    case "ByteLevel":
      try value.checkByteLevel()
    case "TemplateProcessing":
      try value.checkKeys(["type", "single", "pair", "special_tokens"])
      templates.append(value)
    case "BertProcessing":
      try value.checkKeys(["type", "sep", "cls"])
      _ = try value.requiredValue(of: "cls")
      templates.append(value)
    case "RobertaProcessing":
      // The two settings move offsets and nothing else.
      try value.checkKeys(["type", "sep", "cls", "trim_offsets", "add_prefix_space"])
      _ = try value.requiredValue(of: "cls")
      templates.append(value)
    case "Sequence":
      try value.checkKeys(["type", "processors"])
      for processor in try value.requiredValue(of: "processors").elements() { try collectTemplates(processor, into: &templates) }
    case let other:
      throw type.error(
        .unsupported,
        "is \(other.quotedForMessage); supported are \"ByteLevel\", \"TemplateProcessing\", \"BertProcessing\", "
          + "\"RobertaProcessing\" and \"Sequence\"")
    }
  }

  private mutating func readTemplate(_ template: JSONValue) throws(TokenizerError) {
    var idsOfToken: [[UInt8]: JSONValue] = [:]
    for (key, value) in try template.requiredValue(of: "special_tokens").members() {
      idsOfToken[Array(try key.string().utf8)] = try value.requiredValue(of: "ids")
    }
    let single = try template.requiredValue(of: "single")
    var hasSequence = false
    for piece in try single.elements() {
      try piece.checkKeys(["Sequence", "SpecialToken"])
      guard piece.count == 1 else { throw piece.error(.malformed, "expected one of \"Sequence\" and \"SpecialToken\"") }
      if let sequence = try piece.value(of: "Sequence") {
        try sequence.requiredValue(of: "id").check(is: "A")
        if hasSequence { throw piece.error(.unsupported, "has the sequence twice; once is supported") }
        hasSequence = true
        continue
      }
      let name = try piece.requiredValue(of: "SpecialToken").requiredValue(of: "id")
      guard let ids = idsOfToken[Array(try name.string().utf8)] else {
        throw name.error(.inconsistent, "is \(try name.string().quotedForMessage), which special_tokens does not have")
      }
      for value in try ids.elements() {
        guard prefixTokens.count + suffixTokens.count < Self.maximumTemplateTokens else {
          throw piece.error(.unsupported, "is where the template passes \(Self.maximumTemplateTokens) tokens")
        }
        let id = try value.integer(in: 0...Vocabulary.maximumID)
        guard vocabulary.spelling(ofID: id) != nil else { throw value.error(.inconsistent, "is \(id), an id that no token has") }
        if hasSequence {
          suffixTokens.append(Int32(id))
        } else {
          prefixTokens.append(Int32(id))
        }
      }
    }
    guard hasSequence else { throw single.error(.malformed, "has no place for the sequence A") }
  }
}
