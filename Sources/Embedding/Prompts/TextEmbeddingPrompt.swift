/// What Qwen3-Embedding reads: no conversation, only the text, and before a query its task.
///
/// Source: the published model card.
enum TextEmbeddingPrompt {
  /// A query has its task as `instruction`, taken as it is; documents have none.
  static func build(_ texts: [String], instruction: String?, _ marks: ConversationMarks) -> Prompt {
    var prompt = Prompt(marks)
    if let instruction, !instruction.allSatisfy(\.isWhitespace) { prompt.text("Instruct: \(instruction)\nQuery:") }
    for text in texts { prompt.text(text) }
    return prompt
  }
}
