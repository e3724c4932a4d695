/// Demonstrations, the task and the current screen, written for an agent.
///
/// Where a budget does not hold everything, pictures of middle steps go first, then the steps themselves, then demonstrations, the least
/// relevant before the others; the text says what is missing. The current screen is never left out.
public struct DemonstrationPrompt: Sendable, Equatable {
  /// A piece, in the order in which an agent is to read them.
  public enum Part: Sendable, Equatable {
    /// A text.
    case text(String)
    /// A picture: a path or a data URI.
    case screen(String)
  }

  /// Steps of a demonstration that the budget does not hold.
  public struct Omission: Sendable, Equatable {
    /// The demonstration's id.
    public let episodeID: String
    /// The numbers of the steps, counted from 1 as in the text; all of them where the demonstration itself is left out.
    public let steps: [Int]
    /// The numbers of steps that are there without their pictures.
    public let screens: [Int]
  }

  /// The pieces.
  public let parts: [Part]
  /// What is left out.
  public let omissions: [Omission]
  /// Tokens in all, as counted.
  public let tokens: Int

  /// All of it as one text; a picture stands in it as `[Screenshot: …]`, without the data of a data URI.
  public var text: String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .screen(let screen): "[Screenshot: \(screen.hasPrefix("data:") ? "attached" : screen)]"
      }
    }.joined(separator: "\n")
  }

  /// The pieces as the `content` of a message in the form of OpenAI's API: objects of type `text` and `image_url`.
  public var content: JSONValue {
    .array(
      parts.map { part in
        switch part {
        case .text(let text): .object(["type": .string("text"), "text": .string(text)])
        case .screen(let screen): .object(["type": .string("image_url"), "image_url": .object(["url": .string(screen)])])
        }
      })
  }

  /// Writes a prompt.
  ///
  /// - Parameters:
  ///   - demonstrations: The most relevant first.
  ///   - task: What is to be done now; nil for the demonstrations alone.
  ///   - currentScreen: The screen as it is now: a path or a data URI. It comes last, before the question.
  ///   - options: Style and budget.
  /// - Throws: ``DemonstrationError`` for a screen that is not there, and with the code `limitExceeded` for a budget that does not hold the
  ///   current screen and the task.
  public init(
    _ demonstrations: [PromptDemonstration], task: String? = nil, currentScreen: String? = nil, options: PromptOptions = PromptOptions()
  ) throws(DemonstrationError) {
    var drafts: [PromptDraft] = []
    for demonstration in demonstrations { drafts.append(try PromptDraft(demonstration, options)) }
    var layout = PromptLayout(drafts: drafts, task: task, currentScreen: currentScreen, options: options)
    try layout.fit()
    parts = layout.parts
    tokens = layout.tokens
    omissions = layout.drafts.compactMap(\.omission)
  }
}
