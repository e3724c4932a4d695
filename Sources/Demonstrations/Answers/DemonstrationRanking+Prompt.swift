extension DemonstrationRanking {
  /// The demonstrations that fit as text for an agent; empty where nothing fits.
  ///
  /// - Parameters:
  ///   - task: What is to be done now; `nil` for the demonstrations alone.
  ///   - options: Style and budget.
  /// - Returns: The text of the prompt.
  /// - Throws: `LibraryError` for an episode that cannot be read, ``DemonstrationError`` for a budget that does not hold the task.
  package func prompt(for task: String?, _ options: PromptOptions) throws -> String {
    let fitting = matches.filter(fits)
    guard !fitting.isEmpty else { return "" }
    let demonstrations = try fitting.map {
      PromptDemonstration(try $0.demonstration.episode(), folder: $0.demonstration.folder, score: $0.score)
    }
    return try DemonstrationPrompt(demonstrations, task: task, options: options).text
  }
}
