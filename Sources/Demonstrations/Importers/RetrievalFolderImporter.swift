import Foundation

/// A demonstration's folder as openadapt-retrieval indexes it: a task and a screen or two, without steps.
public enum RetrievalFolderImporter: DemonstrationImporter {
  /// The format's name.
  public static let name = "openadapt-retrieval folder"

  private static let screens = [
    "screenshot.png", "screenshot.jpg", "screenshots/000.png", "screenshots/001.png",
  ]

  /// Whether there is a `task.txt`, or a `metadata.json` beside a screen.
  public static func recognizes(_ folder: DemonstrationFolder) -> Bool {
    folder.has("task.txt") || (folder.has("metadata.json") && screen(folder) != nil)
  }

  private static func screen(_ folder: DemonstrationFolder) -> String? { screens.first { (try? folder.file($0)) != nil } }

  /// Reads the task, and the screen as an episode of one step that only looks.
  public static func read(_ folder: DemonstrationFolder, _ options: ImportOptions) throws -> ImportedDemonstrations {
    var fields = try FieldReader(folder.has("metadata.json") ? try folder.json("metadata.json") : .object([:]))
    let stated = try fields.string("task", "instruction", "goal")
    let written = folder.has("task.txt") ? try folder.text("task.txt").trimmingCharacters(in: .whitespacesAndNewlines) : nil
    guard let instruction = written ?? stated ?? options.instruction, !instruction.isEmpty else {
      throw fields.missing("task", "put it into task.txt").at(file: folder.path)
    }
    let path = screen(folder)
    var observation = Observation(screenshotPath: path, appName: try fields.string("app_name"))
    observation.screenSize = path.flatMap { ScreenFiles(folder: folder).size(of: $0) }
    var episode = Episode(
      episodeID: try fields.string("demo_id") ?? folder.name, instruction: instruction,
      steps: path == nil && observation.appName == nil
        ? [] : [Step(stepIndex: 0, observation: observation, action: Action(type: .screenshot))])
    episode.environment = try fields.string("platform")
    episode.tags = try fields.strings("tags")
    episode.sourceFile = "\(folder.path)/\(folder.has("task.txt") ? "task.txt" : "metadata.json")"
    episode.metadata = Dictionary<String, JSONValue>?.none.adding(fields.leftovers)
    var result = ImportedDemonstrations()
    result.problems = ScreenFiles(folder: folder).resolve(&episode)
    result.demonstrations = [ImportedDemonstration(episode: episode, folder: folder.path, format: name)]
    return result
  }
}
