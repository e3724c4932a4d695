/// A recorded demonstration: a task, and the steps that carried it out.
///
/// The form is OpenAdapt's episode schema 1.0.0.
public struct Episode: Sendable, Hashable {
  /// The version of the schema that this library writes.
  public static let currentSchemaVersion = "1.0.0"

  /// The version of the schema.
  public var schemaVersion: String
  /// The demonstration's id.
  public var episodeID: String
  /// The task's id in a benchmark.
  public var taskID: String?
  /// The task, in words.
  public var instruction: String
  /// The goal, in words, where it is not the instruction.
  public var goal: String?
  /// The steps in order.
  public var steps: [Step]
  /// Whether the task was carried out.
  public var success: Bool?
  /// The reward of a benchmark at the end.
  public var finalReward: Double?
  /// Where it comes from.
  public var source: EpisodeSource?
  /// The file it comes from.
  public var sourceFile: String?
  /// When it was made: a date and time of ISO 8601, as written.
  public var createdAt: String?
  /// The model that acted.
  public var agentModel: String?
  /// The system it was recorded on.
  public var environment: String?
  /// Words to find it by.
  public var tags: [String]?
  /// What the source had besides.
  public var metadata: [String: JSONValue]?

  /// A demonstration.
  public init(
    episodeID: String, instruction: String, steps: [Step], schemaVersion: String = Episode.currentSchemaVersion, taskID: String? = nil,
    goal: String? = nil, success: Bool? = nil, finalReward: Double? = nil, source: EpisodeSource? = nil, sourceFile: String? = nil,
    createdAt: String? = nil, agentModel: String? = nil, environment: String? = nil, tags: [String]? = nil,
    metadata: [String: JSONValue]? = nil
  ) {
    self.schemaVersion = schemaVersion
    self.episodeID = episodeID
    self.taskID = taskID
    self.instruction = instruction
    self.goal = goal
    self.steps = steps
    self.success = success
    self.finalReward = finalReward
    self.source = source
    self.sourceFile = sourceFile
    self.createdAt = createdAt
    self.agentModel = agentModel
    self.environment = environment
    self.tags = tags
    self.metadata = metadata
  }
}

/// Where a demonstration comes from: a benchmark, a person, or a program that makes them.
public enum EpisodeSource: String, Sendable, Hashable, Codable, CaseIterable {
  /// Windows Agent Arena.
  case waa
  /// WebArena.
  case webarena
  /// OSWorld.
  case osworld
  /// MiniWoB.
  case miniwob
  /// A person.
  case human
  /// Made, not recorded.
  case synthetic
}
