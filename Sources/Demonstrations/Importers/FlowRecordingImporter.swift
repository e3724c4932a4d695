import Foundation

/// Recordings of openadapt-flow: `meta.json`, `events.jsonl`, and two frames for each event.
public enum FlowRecordingImporter: DemonstrationImporter {
  /// The format's name.
  public static let name = "openadapt-flow recording"

  /// Whether there are `meta.json` and `events.jsonl`.
  public static func recognizes(_ folder: DemonstrationFolder) -> Bool { folder.has("meta.json") && folder.has("events.jsonl") }

  /// Reads the recording.
  public static func read(_ folder: DemonstrationFolder, _ options: ImportOptions) throws -> ImportedDemonstrations {
    let file = "\(folder.path)/events.jsonl"
    var meta: FieldReader
    do { meta = try FieldReader(try folder.json("meta.json")) } catch { throw error.at(file: "\(folder.path)/meta.json") }
    var result = ImportedDemonstrations()
    let address = try meta.string("app_url")
    let secrets = Set(try meta.strings("secret_params") ?? [])
    let viewport = try meta.value("viewport")?.pair()
    let size = try viewport.map { (width, height) throws(DemonstrationError) in
      ScreenSize(width: try width.integer(rounding: true), height: try height.integer(rounding: true))
    }

    var steps: [Step] = []
    for (number, line) in try folder.text("events.jsonl").split(whereSeparator: \.isNewline).enumerated() {
      guard line.contains(where: { !$0.isWhitespace }) else { continue }
      try Task.checkCancellation()
      do throws(DemonstrationError) {
        let event = try JSONValue(parsing: Data(line.utf8))
        steps.append(try step(steps.count, event, folder, size: size, address: steps.last?.observation.url ?? address, secrets))
      } catch {
        result.problems.append(
          DemonstrationError(error.code, file: file, step: number, field: error.field, "\(error.reason); the step is left out"))
      }
    }
    guard !steps.isEmpty else { throw DemonstrationError(.empty, file: file, "holds no event that can be read; record the task again") }
    steps[steps.count - 1].done = true

    let id = try meta.string("id") ?? folder.name
    var episode = Episode(
      episodeID: "flow_\(id)", instruction: try meta.string("instruction", "task", "name") ?? CaptureRecording.words(of: folder.name),
      steps: steps)
    episode.source = .human
    episode.sourceFile = file
    episode.createdAt = try meta.string("created_at")
    var params = try meta.object("params") ?? [:]
    if !options.keepsSecrets { for name in secrets where params[name] != nil { params[name] = .string(SecretMasking.mask) } }
    episode.metadata = Dictionary<String, JSONValue>?.none.adding(meta.leftovers)
    if let address { episode.metadata = episode.metadata.adding(["app_url": .string(address)]) }
    if !params.isEmpty { episode.metadata = episode.metadata.adding(["params": .object(params)]) }
    if !secrets.isEmpty {
      episode.metadata = episode.metadata.adding(["secret_params": .array(secrets.sorted().map { .string($0) })])
    }
    result.problems += ScreenFiles(folder: folder).resolve(&episode)
    result.demonstrations = [ImportedDemonstration(episode: episode, folder: folder.path, format: name)]
    return result
  }

  private static func step(
    _ index: Int, _ value: JSONValue, _ folder: DemonstrationFolder, size: ScreenSize?, address: String?, _ secrets: Set<String>
  ) throws(DemonstrationError) -> Step {
    var fields = try FieldReader(value)
    let number = try fields.integer("i") ?? index
    let frame = "frames/\(String(format: "%04d", max(0, number)))"
    let screen = ScreenFiles(folder: folder).size(of: "\(frame)_before.png") ?? size
    let space = CoordinateSpace(scale: 1, size: screen)

    func point(_ x: String, _ y: String) throws(DemonstrationError) -> Point? {
      guard let left = try fields.double(x), let top = try fields.double(y) else { return nil }
      return Point(x: left, y: top)
    }
    guard let kind = try fields.string("kind") else { throw fields.missing("kind", "say what the event is") }
    var action: Action
    switch kind {
    case "click", "double_click", "right_click":
      action = Action(type: kind == "click" ? .click : kind == "double_click" ? .doubleClick : .rightClick)
      guard let place = try point("x", "y") else { throw fields.missing("x", "a \(kind) needs x and y") }
      (action.coordinates, action.normalizedCoordinates) = space.place(place)
    case "drag":
      action = Action(type: .drag)
      guard let from = try point("x", "y"), let to = try point("end_x", "end_y") else {
        throw fields.missing("end_x", "a drag needs x, y, end_x and end_y")
      }
      (action.startCoordinates, action.normalizedStart) = space.place(from)
      (action.endCoordinates, action.normalizedEnd) = space.place(to)
      (action.coordinates, action.normalizedCoordinates) = (action.startCoordinates, action.normalizedStart)
    case "type":
      let isSecret = try fields.bool("secret") ?? false
      let param = try fields.string("param")
      action = Action(type: .type, text: try fields.string("text"))
      let isHidden = isSecret || param.map(secrets.contains) == true
      // The recorder does not write secrets down at all.
      if action.text == nil { action.text = isHidden ? SecretMasking.mask : nil }
      action.raw = param.map { ["param": .string($0)] }
      if isHidden { action.raw = action.raw.adding(["secret": .bool(true)]) }
      if let label = try fields.string("field_label") { action.element = UIElement(name: label) }
    case "key", "hotkey":
      guard let key = try fields.string("key") else { throw fields.missing("key", "a \(kind) needs a key") }
      action = Chord(key, modifiers: try fields.strings("modifiers") ?? []).action
    case "scroll":
      let dx = try fields.double("dx") ?? 0
      let dy = try fields.double("dy") ?? 0
      let scroll = RecordedAction(
        kind: .scroll(try point("x", "y") ?? Point(x: 0, y: 0), dx: dx, dy: dy), start: 0, end: 0, context: EventContext())
      action = scroll.action(in: space)
      if fields.value("x") == nil { (action.coordinates, action.normalizedCoordinates) = (nil, nil) }
    default:
      throw DemonstrationError(
        .invalidField, field: "kind", "expected click, double_click, right_click, drag, type, key, hotkey or scroll, found \"\(kind)\"")
    }
    if let structural = fields.value("structural")?.value.object {
      action.element = UIElement(
        role: structural["role"]?.string, name: structural["name"]?.string, selector: structural["selector"]?.string,
        automationID: structural["automation_id"]?.string)
    }
    var observation = Observation(
      screenshotPath: "\(frame)_before.png", windowTitle: try fields.string("title_before"),
      url: try fields.string("url_before") ?? address, screenSize: screen)
    observation.raw = ["screenshot_after": .string("\(frame)_after.png")]
    let time = try fields.double("t")
    observation.timestamp = time
    action.raw = action.raw.adding(fields.leftovers)
    if let fault = action.fault(in: "action") { throw fault }
    return Step(stepIndex: index, observation: observation, action: action, timestamp: time)
  }
}
