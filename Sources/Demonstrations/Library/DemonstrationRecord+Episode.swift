import Foundation

/// What a caller knows of a demonstration beside its episode.
public struct DemonstrationLabels: Sendable, Equatable {
  /// Programs, beside those that the episode names.
  public var applications: [String] = []
  /// Web servers, beside those of the episode's addresses.
  public var domains: [String] = []
  /// The platform, instead of what the episode says.
  public var platform: String?
  /// Labels, beside the episode's.
  public var tags: [String] = []

  /// Nothing is known.
  public init() {}
}

extension DemonstrationRecord {
  /// What is searched of an episode.
  ///
  /// - Parameters:
  ///   - episode: The episode.
  ///   - screens: For each step, in order, the path of its screen; `nil` for none.
  ///   - labels: What the caller adds.
  ///   - form: How screens are kept.
  ///   - source: Where it comes from.
  ///   - digest: Of its content.
  ///   - revision: How often its id was replaced before.
  init(
    _ episode: Episode, screens: [String?], labels: DemonstrationLabels, form: Screens, source: String, digest: String, revision: Int
  ) {
    let observations = episode.steps.map(\.observation)
    let domains =
      observations.compactMap(\.url) + episode.steps.compactMap(\.action.url).filter { !$0.isEmpty }
    id = episode.episodeID
    task = Self.task(episode)
    applications = Self.unique(labels.applications + Self.applications(episode))
    self.domains = Self.unique(
      labels.domains.map { WebDomain($0).name } + domains.compactMap { WebDomain(url: $0)?.name } + Self.stated(episode).domains)
    platform = labels.platform ?? Self.platform(episode, applications, self.domains)
    tags = Self.unique(labels.tags + (episode.tags ?? []))
    steps = zip(episode.steps, screens).map { step, screen in
      Step(
        index: step.stepIndex, words: StepWords.of(step), screen: screen, point: Self.point(step),
        windowTitle: step.observation.windowTitle)
    }
    self.screens = form
    self.source = source
    self.digest = digest
    self.revision = revision
  }

  /// The instruction and, where it says something else, the goal.
  private static func task(_ episode: Episode) -> String {
    let texts = [episode.instruction, episode.goal ?? ""].map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    return unique(texts).joined(separator: "\n")
  }

  /// Programs that are in front: as observed, or the ends of windows' titles where nobody says; and those that are opened.
  private static func applications(_ episode: Episode) -> [String] {
    episode.steps.flatMap { step -> [String] in
      let observed = step.observation.appName ?? step.observation.windowTitle.flatMap(titleEnd)
      return [observed, step.action.type == .openApp ? step.action.appName : nil].compactMap { $0 }
    } + stated(episode).applications
  }

  /// `Notepad` of `Untitled - Notepad`: a title's end behind a dash is the program by custom.
  private static func titleEnd(_ title: String) -> String? {
    let parts = title.replacing(#/ [\u{2013}\u{2014}] /#, with: " - ").components(separatedBy: " - ")
    return parts.count > 1 ? parts.last : nil
  }

  /// What importers note under `domain` and `app_name`: a server's name has a dot, anything else is a program.
  private static func stated(_ episode: Episode) -> (applications: [String], domains: [String]) {
    let noted = ["app_name", "domain", "app_url"].compactMap { episode.metadata?[$0]?.string }
    let domains = noted.filter { $0.contains(".") || $0.contains("://") }
    return (noted.filter { !domains.contains($0) }, domains.map { WebDomain($0).name })
  }

  /// The platform by the first of: the environment's name, pages, programs that only one platform has.
  private static func platform(_ episode: Episode, _ applications: [String], _ domains: [String]) -> String? {
    let environment = (episode.environment ?? "").lowercased()
    for (word, platform) in [("win32", "windows"), ("windows", "windows"), ("darwin", "macos"), ("macos", "macos"), ("linux", "linux")]
    where environment.contains(word) { return platform }
    if !domains.isEmpty { return "web" }
    let names = applications.map { ApplicationName($0) }
    for (platform, known) in platformPrograms where known.contains(where: { program in names.contains(ApplicationName(program)) }) {
      return platform
    }
    return nil
  }

  private static let platformPrograms = [
    ("macos", ["System Settings", "Finder", "Safari", "Preview", "TextEdit"]),
    ("windows", ["Settings", "File Explorer", "Microsoft Edge", "Notepad", "Control Panel"]),
  ]

  /// Where a step touches the screen, as fractions; from pixels where the screen's size is known.
  private static func point(_ step: Demonstrations.Step) -> [Double]? {
    let action = step.action
    if let point = action.normalizedCoordinates ?? action.normalizedStart { return [point.x, point.y] }
    guard let place = action.coordinates ?? action.startCoordinates, let size = step.observation.screenSize, size.width > 0, size.height > 0
    else { return nil }
    return [Double(place.x) / Double(size.width), Double(place.y) / Double(size.height)]
  }

  /// Texts that are not empty, each once, in order.
  private static func unique(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { !$0.isEmpty && seen.insert($0).inserted }
  }
}
