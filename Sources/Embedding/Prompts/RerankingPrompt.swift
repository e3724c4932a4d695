/// The conversation that a query and a document are judged in.
enum RerankingPrompt {
  /// What a pair is judged by where the caller says nothing.
  static let defaultInstruction = "Given a search query, retrieve relevant candidates that answer the query."

  /// What every pair is judged with, also by the rerankers of texts.
  static let system =
    "Judge whether the Document meets the requirements based on the Query and the Instruct provided. "
    + "Note that the answer can only be \"yes\" or \"no\"."

  static func build(
    instruction: String?, query: SeenItem, document: SeenItem, _ marks: ConversationMarks, _ sight: Sight
  ) -> Prompt {
    var prompt = beginning(instruction: instruction, query: query, marks, sight)
    prompt.text("\n<Document>:")
    prompt.content(document, sight)
    prompt.end()
    prompt.begin("assistant")
    return prompt
  }

  /// What stands before every document.
  static func beginning(instruction: String?, query: SeenItem, _ marks: ConversationMarks, _ sight: Sight) -> Prompt {
    var prompt = Prompt(marks)
    prompt.begin("system")
    prompt.text(system)
    prompt.end()
    prompt.begin("user")
    let given = instruction.flatMap { $0.isEmpty ? nil : $0 }
    prompt.text("<Instruct>: \(given ?? defaultInstruction)")
    prompt.text("<Query>:")
    prompt.content(query, sight)
    return prompt
  }
}
