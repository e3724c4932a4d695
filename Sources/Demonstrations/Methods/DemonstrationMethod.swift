public import Embedding

/// What is looked for: a task in words, a screen, or both, and what is known of the place.
public struct DemonstrationQuery: Sendable {
  /// The task in words; `nil` for a search by the screen alone.
  public var task: String?
  /// The screen as it is now.
  public var screen: ImageSource?
  /// The program in front: its name, its file, or its window's title.
  public var application: String?
  /// The page's address, or its server's name.
  public var domain: String?
  /// Only demonstrations of this platform, such as `windows`, `macos`, `linux`, `web`; `nil` for all.
  public var platform: String?
  /// Only demonstrations that have all of these tags.
  public var tags: [String]

  /// A query.
  public init(
    task: String? = nil, screen: ImageSource? = nil, application: String? = nil, domain: String? = nil, platform: String? = nil,
    tags: [String] = []
  ) {
    self.task = task
    self.screen = screen
    self.application = application
    self.domain = domain
    self.platform = platform
    self.tags = tags
  }

  /// The parts that similarity can be taken of.
  public enum Form: String, Sendable, Codable, CaseIterable {
    /// Words alone.
    case task
    /// A screen alone.
    case screen
    /// Words and a screen.
    case both
  }

  /// Which parts there are, for a method that sees screens or not; `nil` where nothing is left.
  func form(seesScreens: Bool) -> Form? {
    switch (task != nil, screen != nil && seesScreens) {
    case (true, true): .both
    case (true, false): .task
    case (false, true): .screen
    case (false, false): nil
    }
  }
}

/// How much of a query a demonstration meets, part by part; a part that cannot be compared is `nil`.
public struct Evidence: Sendable, Equatable {
  /// The task's words against the demonstration's.
  public var task: Double?
  /// The screen against that of the step it resembles most.
  public var screen: Double?
  /// Task and screen together against the demonstration's task and first screen.
  public var both: Double?

  /// No evidence.
  public init() {}
}

/// How much a query resembles each step of a demonstration.
public struct StepEvidence: Sendable, Equatable {
  /// Each step against the screen, or against the words where there is no screen to compare.
  public let similarities: [Double]
  /// What a screen of none of the steps is taken to resemble them by.
  public let elsewhere: Double
  /// The difference that makes a step e times as likely.
  public let scale: Double
}

extension StepEvidence {
  /// Evidence of words: the best step must stand out from the others, for most words mean some step a little.
  init(ofWords similarities: [Double]) {
    let best = similarities.max() ?? 0
    let others = similarities.count > 1 ? (similarities.reduce(0, +) - best) / Double(similarities.count - 1) : 0
    self.init(
      similarities: similarities, elsewhere: max((others + best) / 2, Self.leastWords), scale: max((best - others) / 8, Self.wordsScale))
  }

  /// Evidence of a screen.
  ///
  /// Whoever asks is most likely somewhere in the demonstration: a screen is elsewhere when it resembles the steps less than they resemble
  /// each other.
  ///
  /// - Parameters:
  ///   - similarities: Of each step.
  ///   - match: What a screen reaches at its own step.
  ///   - stranger: What it reaches at the other steps.
  init(ofScreen similarities: [Double], match: Double, stranger: Double) {
    let contrast = max(0, match - stranger)
    self.init(
      similarities: similarities, elsewhere: stranger - max(contrast / 4, Self.leastDrop), scale: max(contrast / 8, Self.screenScale))
  }

  /// Words that resemble a step less than this do not mean it.
  private static let leastWords = 0.15
  private static let wordsScale = 0.02
  private static let screenScale = 0.005
  private static let leastDrop = 0.02
}

/// A way to say how well demonstrations meet a query.
///
/// A method keeps nothing that could be out of date: what it has to compute once for a demonstration, ``update(_:progress:)`` makes, and
/// whoever asks for evidence has called that first.
public protocol DemonstrationMethod: Sendable {
  /// Which method it is.
  var name: MethodName { get }
  /// Whether screens play a part in it.
  var seesScreens: Bool { get }

  /// Computes what is missing for these demonstrations and forgets what it has of others.
  ///
  /// Cancelling keeps what is done.
  ///
  /// - Parameters:
  ///   - demonstrations: All demonstrations of the library.
  ///   - progress: Told how many of the new ones are done, and how many there are.
  /// - Returns: What could not be computed, by name; the rest is there.
  /// - Throws: `CollectionError` where vectors cannot be kept, what the model's server says, `CancellationError`.
  func update(
    _ demonstrations: [Demonstration], progress: (@Sendable (_ done: Int, _ all: Int) -> Void)?
  ) async throws -> [DemonstrationFailure]

  /// Compares a query with demonstrations.
  ///
  /// - Parameters:
  ///   - query: What is looked for; filters and bonuses play no part.
  ///   - chosen: Indices of the demonstrations to compare with.
  ///   - demonstrations: All demonstrations of the library: how rare a word is depends on all of them.
  /// - Returns: The evidence of each chosen one, in order.
  /// - Throws: `ItemError` where the query cannot be read.
  func evidence(
    for query: DemonstrationQuery, of chosen: [Int], in demonstrations: [Demonstration]
  ) async throws -> [Evidence]

  /// Compares a query with the steps of one demonstration.
  ///
  /// - Throws: `ItemError` where the query cannot be read.
  func stepEvidence(for query: DemonstrationQuery, of demonstration: Demonstration) async throws -> StepEvidence
}

/// Names of methods on the command line.
public enum MethodName: String, Sendable, Codable, CaseIterable {
  /// Cosine of word frequencies.
  case tfidf
  /// Okapi BM25.
  case bm25
  /// all-MiniLM-L6-v2, or another small encoder of sentences.
  case minilm
  /// all-mpnet-base-v2.
  case mpnet
  /// Qwen3-VL-Embedding: texts and screens.
  case qwen3vl
  /// The small model that comes with Sightline: texts and screens.
  case nano
  /// An endpoint that speaks OpenAI's embeddings API: texts.
  case openai
  /// BM25 and an embedding, weighed.
  case hybrid

  /// Whether it needs a model's folder.
  public var needsModel: Bool {
    switch self {
    case .minilm, .mpnet, .qwen3vl, .nano: true
    case .tfidf, .bm25, .openai, .hybrid: false
    }
  }
}

/// Something of a demonstration that could not be imported, read or embedded.
public struct DemonstrationFailure: Sendable, Equatable, Codable, CustomStringConvertible {
  /// The demonstration's id, or the path that was to be imported.
  public let demonstration: String
  /// One sentence for a person.
  public let reason: String

  /// A failure.
  public init(_ demonstration: String, _ reason: String) {
    self.demonstration = demonstration
    self.reason = reason
  }

  /// What a path that was to be imported failed with; of a folder, the file that the error names.
  public init(importing path: String, _ error: DemonstrationError) {
    self.init(error.file ?? path, error.withinFile)
  }

  /// Both as one line.
  public var description: String { "\(demonstration): \(reason)" }
}
