/// A demonstration of a library: what is searched, and where its files lie.
public struct Demonstration: Sendable, Equatable {
  /// What is searched.
  public let record: DemonstrationRecord
  /// The demonstration's folder, with `episode.json` and its screens.
  public let folder: String

  /// The episode's file, in OpenAdapt's schema.
  public var episodePath: String { "\(folder)/\(DemonstrationRecord.episodeName)" }

  /// The file of a step's screen, by the step's place; `nil` for a step without one.
  public func screen(ofStep place: Int) -> String? {
    guard record.steps.indices.contains(place), let screen = record.steps[place].screen else { return nil }
    return screen.hasPrefix("/") ? screen : "\(folder)/\(screen)"
  }

  /// The first screen that there is.
  public var firstScreen: String? { record.steps.indices.lazy.compactMap { screen(ofStep: $0) }.first }
}

/// What is searched of a demonstration, made from its episode when it was imported.
public struct DemonstrationRecord: Sendable, Equatable, Codable {
  /// A step as it is compared and shown.
  public struct Step: Sendable, Equatable, Codable {
    /// The step's number in the episode.
    public let index: Int
    /// What is done, in words: `Click "Displays"`.
    public let words: String
    /// The screen before it, as a path that begins in the demonstration's folder, or an absolute one; `nil` for none.
    public let screen: String?
    /// Where the screen is touched, from 0 to 1 of its width and height; `nil` for steps that touch nothing, or nobody knows where.
    public let point: [Double]?
    /// The title of the window in front.
    public let windowTitle: String?
  }

  /// How screens are kept.
  public enum Screens: String, Sendable, Codable {
    /// Copied into the demonstration's folder.
    case copied
    /// Left where they are; paths lead from the demonstration's folder to them.
    case referenced
  }

  /// The episode's id, which is the demonstration's.
  public let id: String
  /// The task in words.
  public let task: String
  /// Programs that are in front in it.
  public let applications: [String]
  /// Web servers whose pages are in front in it.
  public let domains: [String]
  /// `windows`, `macos`, `linux` or `web`, where it is known.
  public let platform: String?
  /// The caller's labels.
  public let tags: [String]
  /// Steps, in order.
  public let steps: [Step]
  /// How its screens are kept.
  public let screens: Screens
  /// Where it was imported from.
  public let source: String
  /// SHA-256 of the episode and the bytes of its screens, in hexadecimal: equal ones are one demonstration.
  public let digest: String
  /// How often the demonstration of this id has been replaced before: of two folders left by a crash, the larger number is the newer.
  public let revision: Int

  static let fileName = "record.json"
  static let episodeName = "episode.json"
}
