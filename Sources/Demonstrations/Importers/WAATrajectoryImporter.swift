import Foundation

/// Trajectories of Windows Agent Arena: `*trajectory*.json` with an action in pyautogui's words for each step, and `result.txt`.
public enum WAATrajectoryImporter: DemonstrationImporter {
  /// The format's name.
  public static let name = "WAA trajectory"

  private static func fileName(_ folder: DemonstrationFolder) -> String? {
    let files = folder.names(ending: ".json")
    return files.first { $0.lowercased().contains("trajectory") } ?? files.first { $0.lowercased().contains("steps") }
  }

  /// Whether there is a file with `trajectory` or `steps` in its name, whose steps have actions in words.
  public static func recognizes(_ folder: DemonstrationFolder) -> Bool {
    guard let name = fileName(folder) else { return false }
    // What is no JSON is named when it is read.
    guard let value = try? folder.json(name) else { return true }
    return steps(value)?.contains { $0.object?["action"]?.string != nil } ?? false
  }

  /// Some writers put the steps beside the task in one object.
  private static func steps(_ value: JSONValue) -> [JSONValue]? {
    value.array ?? value.object?["steps"]?.array ?? value.object?["trajectory"]?.array
  }

  /// Reads the trajectory.
  ///
  /// A step whose action is not understood is named and left out.
  public static func read(_ folder: DemonstrationFolder, _ options: ImportOptions) throws -> ImportedDemonstrations {
    let fileName = fileName(folder) ?? ""
    let file = "\(folder.path)/\(fileName)"
    do {
      let value = try folder.json(fileName)
      guard let elements = steps(value) else {
        throw DemonstrationError(.malformed, "expected an array of steps, found \(value.kind)")
      }
      var task = try FieldReader(try taskInformation(folder, value))
      var result = ImportedDemonstrations()
      var steps: [Step] = []
      for (index, element) in elements.enumerated() {
        do throws(DemonstrationError) { try add(element, folder, to: &steps) } catch {
          result.problems.append(
            DemonstrationError(error.code, file: file, step: index, field: error.field, "\(error.reason); the step is left out"))
        }
      }
      guard !steps.isEmpty else { throw DemonstrationError(.empty, "has no step that can be read") }
      let id = try task.string("id", "task_id")
      guard let instruction = try task.string("instruction", "goal") ?? options.instruction else {
        throw task.missing("instruction", "put it into task.json beside the trajectory, or name it when importing")
      }
      var episode = Episode(episodeID: "waa_\(id ?? folder.name)", instruction: instruction, steps: steps, taskID: id)
      episode.source = .waa
      episode.sourceFile = file
      episode.environment = "windows"
      episode.success = try task.bool("success")
      if folder.has("result.txt") {
        let text = try folder.text("result.txt").trimmingCharacters(in: .whitespacesAndNewlines)
        if let reward = Double(text), reward.isFinite {
          episode.finalReward = reward
          episode.success = reward > 0
        }
      }
      episode.metadata = Dictionary<String, JSONValue>?.none.adding(task.leftovers)
      result.problems += ScreenFiles(folder: folder).resolve(&episode)
      result.demonstrations = [ImportedDemonstration(episode: episode, folder: folder.path, format: name)]
      return result
    } catch let error as DemonstrationError {
      throw error.at(file: file)
    }
  }

  private static func taskInformation(_ folder: DemonstrationFolder, _ value: JSONValue) throws(DemonstrationError) -> JSONValue {
    for name in ["task.json", "task_info.json", "config.json"] where folder.has(name) { return try folder.json(name) }
    var members = value.object ?? [:]
    members["steps"] = nil
    members["trajectory"] = nil
    return .object(members)
  }

  private static func add(_ value: JSONValue, _ folder: DemonstrationFolder, to steps: inout [Step]) throws(DemonstrationError) {
    var fields = try FieldReader(value)
    guard let code = try fields.string("action") else { throw fields.missing("action", "say what was done") }
    var observation = Observation(
      screenshotPath: try fields.string("screenshot_path", "screenshot"), windowTitle: try fields.string("window_title"),
      appName: try fields.string("app_name"), url: try fields.string("url"))
    let tree = fields.value("a11y_tree")?.value
    observation.a11yTree = tree?.object
    observation.raw = try fields.object("observation_raw")
    if let tree, tree.object == nil { observation.raw = observation.raw.adding(["a11y_tree": tree]) }
    observation.screenSize = observation.screenshotPath.flatMap { ScreenFiles(folder: folder).size(of: $0) }
    let reasoning = try fields.string("thought", "reasoning")
    let reward = try fields.double("reward")
    let done = try fields.bool("done")
    let timestamp = try fields.double("timestamp")
    observation.raw = observation.raw.adding(fields.leftovers)
    let actions = try PyAutoGUI.actions(code)
    for (index, action) in actions.enumerated() {
      let isLast = index == actions.count - 1
      var action = action
      action.raw = action.raw.adding(["original": .string(code)])
      steps.append(
        Step(
          stepIndex: steps.count, observation: observation, action: action, reasoning: index == 0 ? reasoning : nil,
          reward: isLast ? reward : nil, done: isLast ? done : nil, timestamp: timestamp))
    }
  }
}
