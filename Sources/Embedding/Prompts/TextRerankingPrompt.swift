/// The conversation that Qwen3-Reranker judges a query and a document in.
///
/// Unlike the multimodal reranker's, its parts stand on lines of their own and the answer begins behind an empty thought. Source: the
/// published model card.
enum TextRerankingPrompt {
  /// What a pair is judged by where the caller says nothing.
  static let defaultInstruction = "Given a web search query, retrieve relevant passages that answer the query"

  /// What stands before a pair.
  static func beginning(_ marks: ConversationMarks) -> Prompt {
    var prompt = Prompt(marks)
    prompt.begin("system")
    prompt.text(RerankingPrompt.system)
    prompt.end()
    prompt.begin("user")
    return prompt
  }

  /// The pair itself, which alone is cut where it is too long.
  static func pair(instruction: String?, query: [String], document: [String], _ marks: ConversationMarks) -> Prompt {
    var prompt = Prompt(marks)
    let given = instruction.flatMap { $0.isEmpty ? nil : $0 }
    prompt.text("<Instruct>: \(given ?? defaultInstruction)\n<Query>: \(query.joined())\n<Document>: \(document.joined())")
    return prompt
  }

  /// What stands behind it.
  static func ending(_ marks: ConversationMarks) -> Prompt {
    var prompt = Prompt(marks)
    prompt.end()
    prompt.begin("assistant")
    prompt.text("<think>\n\n</think>\n\n")
    return prompt
  }
}
