/// Recordings of openadapt-evals for Windows Agent Arena: `meta.json` with the steps in words, and screens before and after each.
public enum WAARecordingImporter: DemonstrationImporter {
  /// The format's name.
  public static let name = "WAA recording"

  /// Whether there is a `meta.json` and a screen of a step.
  public static func recognizes(_ folder: DemonstrationFolder) -> Bool {
    folder.has("meta.json") && folder.names.contains { $0.hasPrefix("step_") && $0.hasSuffix("_before.png") }
  }

  /// Reads the recording; the refined text of the steps where there is one.
  public static func read(_ folder: DemonstrationFolder, _ options: ImportOptions) throws -> ImportedDemonstrations {
    let fileName = folder.has("meta_refined.json") ? "meta_refined.json" : "meta.json"
    let file = "\(folder.path)/\(fileName)"
    do {
      var meta = try FieldReader(try folder.json(fileName))
      let taskID = try meta.string("task_id") ?? folder.name
      guard let instruction = try meta.string("instruction") else { throw meta.missing("instruction", "say in words what the task is") }
      guard let found = meta.value("steps") else { throw meta.missing("steps", "a recording has an array of steps") }
      guard case .array(let elements) = found.value else { throw found.unexpected("an array of steps") }
      var steps: [Step] = []
      for (index, element) in elements.enumerated() {
        do throws(DemonstrationError) { steps.append(try step(index, element, folder)) } catch { throw error.at(step: index) }
      }
      guard !steps.isEmpty else { throw DemonstrationError(.empty, "has no steps; record the task again") }
      steps[steps.count - 1].done = true
      var episode = Episode(episodeID: "waa_\(taskID)", instruction: instruction, steps: steps, taskID: taskID)
      episode.source = .waa
      episode.sourceFile = file
      episode.environment = "windows"
      episode.createdAt = try meta.string("recorded_at")
      _ = meta.value("num_steps")
      episode.metadata = Dictionary<String, JSONValue>?.none.adding(meta.leftovers)
      var result = ImportedDemonstrations()
      result.problems = ScreenFiles(folder: folder).resolve(&episode)
      result.demonstrations = [ImportedDemonstration(episode: episode, folder: folder.path, format: name)]
      return result
    } catch let error as DemonstrationError {
      throw error.at(file: file)
    }
  }

  private static func step(_ index: Int, _ value: JSONValue, _ folder: DemonstrationFolder) throws(DemonstrationError) -> Step {
    var fields = try FieldReader(value)
    let number = index < 10 ? "0\(index)" : "\(index)"
    let words = try fields.string("suggested_step") ?? ""
    let hint = try fields.string("action_hint")
    var action = hint.flatMap { try? PyAutoGUI.actions($0).first } ?? StepSentence.action(words)
    if hint != nil { action.raw = action.raw.adding(["description": .string(words)]) }
    action.raw = action.raw.adding(fields.leftovers)
    let screen = "step_\(number)_before.png"
    var observation = Observation(screenshotPath: screen, screenSize: ScreenFiles(folder: folder).size(of: screen))
    if folder.has("step_\(number)_after.png") { observation.raw = ["screenshot_after": .string("step_\(number)_after.png")] }
    return Step(stepIndex: index, observation: observation, action: action, reasoning: words.isEmpty ? nil : words)
  }
}
