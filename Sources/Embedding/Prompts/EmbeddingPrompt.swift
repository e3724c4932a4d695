/// The conversation that an item is embedded as.
enum EmbeddingPrompt {
  /// What documents, and queries without a task of their own, are embedded with.
  static let defaultInstruction = "Represent the user's input."

  static func build(_ item: SeenItem, instruction: String?, _ marks: ConversationMarks, _ sight: Sight) -> Prompt {
    var prompt = Prompt(marks)
    prompt.begin("system")
    prompt.text(self.instruction(instruction))
    prompt.end()
    prompt.begin("user")
    prompt.content(item, sight)
    prompt.end()
    prompt.begin("assistant")
    return prompt
  }

  /// The instruction as the model was trained to read it: without blanks around it, and with a full stop unless it ends in punctuation
  /// (any Unicode category P).
  ///
  /// The default is used for a blank one.
  static func instruction(_ given: String?) -> String {
    var scalars = (given ?? "").unicodeScalars[...]
    while let first = scalars.first, isBlank(first) { scalars.removeFirst() }
    while let last = scalars.last, isBlank(last) { scalars.removeLast() }
    guard let last = scalars.last else { return defaultInstruction }
    return String(scalars) + (isPunctuation(last) ? "" : ".")
  }

  /// What Python's `str.strip` removes: Unicode white space, and the four separators of ASCII.
  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || (0x1c...0x1f).contains(scalar.value)
  }

  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
      .otherPunctuation:
      true
    default: false
    }
  }
}
