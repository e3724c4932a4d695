/// How demonstrations are written for an agent.
public struct PromptOptions: Sendable {
  /// The form of the text.
  public enum Style: String, Sendable, Hashable, CaseIterable {
    /// Window and action of each step.
    case concise
    /// Screen, reason, action and result of each step.
    case verbose
    /// One line of actions.
    case minimal
    /// Goal, plan, and a trajectory of think, action and expect, with leave to deviate from it.
    case trajectory
  }

  /// What is given of a step's screen.
  public enum Screens: String, Sendable, Hashable, CaseIterable {
    /// Nothing.
    case none
    /// The path of its file.
    case paths
    /// The picture itself, as a data URI.
    case dataURIs = "data-uris"
  }

  /// The form of the text.
  public var style = Style.concise
  /// What is given of the screens of demonstrations; the current screen is given in any case.
  public var screens = Screens.none
  /// Whether each demonstration says how relevant it is.
  public var includesScores = false
  /// Tokens at most, pictures among them; nil for as many as it takes.
  public var maximumTokens: Int?
  /// What a picture given as a data URI costs, in tokens.
  public var tokensPerScreen = 1_300
  /// Counts the tokens of a text.
  public var countTokens: @Sendable (String) -> Int

  /// The defaults.
  ///
  /// - Parameter countTokens: Counts the tokens of a text; without one, four bytes are a token.
  public init(countTokens: @escaping @Sendable (String) -> Int = { ($0.utf8.count + 3) / 4 }) { self.countTokens = countTokens }
}

/// A demonstration to be shown to an agent.
public struct PromptDemonstration: Sendable {
  /// The episode.
  public var episode: Episode
  /// The folder in which the paths of its screens begin.
  public var folder: String?
  /// How relevant it is.
  public var score: Double?

  /// A demonstration.
  public init(_ episode: Episode, folder: String? = nil, score: Double? = nil) {
    self.episode = episode
    self.folder = folder
    self.score = score
  }
}
