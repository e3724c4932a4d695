/// One step of a demonstration: what was to be seen, and what was done then.
public struct Step: Sendable, Hashable {
  /// The step's number, counted from 0.
  public var stepIndex: Int
  /// What was to be seen before the action.
  public var observation: Observation
  /// What was done.
  public var action: Action
  /// Why it was done.
  public var reasoning: String?
  /// The reward of a benchmark for this step.
  public var reward: Double?
  /// Whether the episode ended here.
  public var done: Bool?
  /// When it was done, in seconds from the beginning or since 1970, as the source has it.
  public var timestamp: Double?
  /// How long it took, in milliseconds.
  public var durationMilliseconds: Int?

  /// A step.
  public init(
    stepIndex: Int, observation: Observation, action: Action, reasoning: String? = nil, reward: Double? = nil, done: Bool? = nil,
    timestamp: Double? = nil, durationMilliseconds: Int? = nil
  ) {
    self.stepIndex = stepIndex
    self.observation = observation
    self.action = action
    self.reasoning = reasoning
    self.reward = reward
    self.done = done
    self.timestamp = timestamp
    self.durationMilliseconds = durationMilliseconds
  }
}
