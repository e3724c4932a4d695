/// Demonstrations of openadapt-evals' `DemoLibrary`: a folder for each task, in it one for each demonstration with `demo.json` and its screens.
public enum DemoLibraryImporter: DemonstrationImporter {
  /// The format's name.
  public static let name = "DemoLibrary"

  private static let fileName = "demo.json"

  /// Whether there is a `demo.json`.
  public static func recognizes(_ folder: DemonstrationFolder) -> Bool { folder.has(fileName) }

  /// Reads one demonstration.
  public static func read(_ folder: DemonstrationFolder, _ options: ImportOptions) throws -> ImportedDemonstrations {
    let file = "\(folder.path)/\(fileName)"
    do {
      var fields = try FieldReader(try folder.json(fileName))
      let taskID = try fields.string("task_id")
      let id = try fields.string("demo_id") ?? folder.name
      guard let instruction = try fields.string("description", "instruction") ?? options.instruction else {
        throw fields.missing("description", "say in words what the task is")
      }
      let metadata = try fields.object("metadata")
      let resolution = metadata?["resolution"]?.object
      let size = RecordingDatabaseImporter.screenSize(width: resolution?["width"]?.double, height: resolution?["height"]?.double)
      guard let found = fields.value("steps") else { throw fields.missing("steps", "a demonstration has an array of steps") }
      guard case .array(let elements) = found.value else { throw found.unexpected("an array of steps") }
      var steps: [Step] = []
      for (index, element) in elements.enumerated() {
        do throws(DemonstrationError) { steps.append(try step(element, index, size, folder)) } catch { throw error.at(step: index) }
      }
      guard !steps.isEmpty else { throw DemonstrationError(.empty, "has no steps") }
      var episode = Episode(episodeID: taskID.map { "\($0)_\(id)" } ?? id, instruction: instruction, steps: steps, taskID: taskID)
      episode.sourceFile = file
      episode.createdAt = try fields.string("created_at")
      episode.metadata = metadata.adding(fields.leftovers)
      var result = ImportedDemonstrations()
      result.problems = ScreenFiles(folder: folder).resolve(&episode)
      result.demonstrations = [ImportedDemonstration(episode: episode, folder: folder.path, format: name)]
      return result
    } catch let error as DemonstrationError {
      throw error.at(file: file)
    }
  }

  private static func step(
    _ value: JSONValue, _ position: Int, _ size: ScreenSize?, _ folder: DemonstrationFolder
  ) throws(DemonstrationError) -> Step {
    var fields = try FieldReader(value)
    guard let type = fields.value("action_type") else { throw fields.missing("action_type", "say what kind of action it is") }
    var action = Action(type: try ActionType(type))
    let value = try fields.string("action_value") ?? ""
    switch action.type {
    case .type, .clickAndType: action.text = value
    case .key, .hotkey:
      let chord = Chord(value.isEmpty ? "unknown" : value)
      action = chord.action
    case .goto: action.url = value
    case .openApp, .closeApp: action.appName = value
    case .scroll: action.scrollDirection = ScrollDirection(rawValue: value.lowercased())
    case .wait: action.duration = Double(value)
    default: break
    }
    if let x = try fields.double("x"), let y = try fields.double("y") {
      action.normalizedCoordinates = NormalizedCoordinates(x: x, y: y)
      if let size, let left = Int(exactly: (x * Double(size.width)).rounded()), let top = Int(exactly: (y * Double(size.height)).rounded()),
        left >= 0, top >= 0
      {
        action.coordinates = Coordinates(x: left, y: top)
      }
      if action.type == .drag { (action.startCoordinates, action.normalizedStart) = (action.coordinates, action.normalizedCoordinates) }
    }
    let description = try fields.string("description").flatMap { $0.isEmpty ? nil : $0 }
    let target = try fields.string("target_description").flatMap { $0.isEmpty ? nil : $0 }
    if let name = description ?? target { action.element = UIElement(name: name) }
    let words = try fields.string("action_description").flatMap { $0.isEmpty ? nil : $0 }
    if let words { action.raw = ["description": .string(words)] }
    if description != nil, let target { action.raw = action.raw.adding(["target_description": .string(target)]) }
    let path = try fields.string("screenshot_path").flatMap { $0.isEmpty ? nil : $0 }
    let index = try fields.integer("step_index") ?? position
    action.raw = action.raw.adding(fields.leftovers)
    return Step(
      stepIndex: max(0, index),
      observation: Observation(screenshotPath: path, screenSize: path.flatMap { ScreenFiles(folder: folder).size(of: $0) } ?? size),
      action: action, reasoning: words)
  }
}
