extension Episode {
  /// Reads an episode of schema 1.x, or one with the older field names.
  ///
  /// Members that the schema does not know go to ``metadata``, as those of observations and actions go to their `raw`.
  ///
  /// - Throws: ``DemonstrationError`` that names step and field.
  public init(_ value: JSONValue) throws(DemonstrationError) {
    var fields = try FieldReader(value)
    let version = try fields.string("schema_version") ?? Self.currentSchemaVersion
    guard version.split(separator: ".").first == "1" else {
      throw DemonstrationError(
        .unsupportedVersion, field: "schema_version",
        "expected version 1 of the schema, found \(version); convert the episode to \(Self.currentSchemaVersion)")
    }
    guard let episodeID = try fields.string("episode_id", "id") else { throw fields.missing("episode_id", "give the episode an id") }
    // The older files have a goal only; where there are both, they differ.
    var instruction = try fields.string("instruction")
    var goal = try fields.string("goal")
    if instruction == nil { swap(&instruction, &goal) }
    guard let instruction else { throw fields.missing("instruction", "say in words what the task is") }
    guard let stepsValue = fields.value("steps") else { throw fields.missing("steps", "an episode without steps has an empty array") }
    guard case .array(let elements) = stepsValue.value else { throw stepsValue.unexpected("an array of steps") }
    var steps: [Step] = []
    for (position, element) in elements.enumerated() {
      do throws(DemonstrationError) {
        steps.append(try Step(element, position: position))
      } catch {
        throw error.at(step: position)
      }
    }

    self.init(episodeID: episodeID, instruction: instruction, steps: steps, schemaVersion: version, goal: goal)
    taskID = try fields.string("task_id")
    success = try fields.bool("success")
    finalReward = try fields.double("final_reward")
    source = try fields.choice("source")
    sourceFile = try fields.string("source_file")
    createdAt = try fields.string("created_at")
    agentModel = try fields.string("agent_model")
    environment = try fields.string("environment")
    tags = try fields.strings("tags")
    metadata = try fields.object("metadata").adding(fields.leftovers)
  }
}

extension Step {
  init(_ value: JSONValue, position: Int) throws(DemonstrationError) {
    var fields = try FieldReader(value)
    guard let observation = fields.value("observation") else {
      throw fields.missing("observation", "a step without one has an empty object")
    }
    guard let action = fields.value("action") else { throw fields.missing("action", "say what was done") }
    let stepIndex = try fields.integer("step_index") ?? position
    guard stepIndex >= 0 else { throw DemonstrationError(.invalidField, field: "step_index", "expected 0 or more, found \(stepIndex)") }
    self.init(stepIndex: stepIndex, observation: try Observation(observation), action: try Action(action))
    reasoning = try fields.string("reasoning", "thought")
    reward = try fields.double("reward")
    done = try fields.bool("done")
    timestamp = try fields.double("timestamp", "t")
    durationMilliseconds = try fields.integer("duration_ms")
    self.observation.raw = self.observation.raw.adding(fields.leftovers)
  }
}

extension Observation {
  init(_ found: FieldReader.Found) throws(DemonstrationError) {
    var fields = try found.reader()
    self.init()
    screenshotPath = try fields.string("screenshot_path", "image_path")
    screenshotBase64 = try fields.string("screenshot_base64")
    // Some sources give the tree as a text of XML, which the schema has no place for.
    let tree = fields.value("a11y_tree", "accessibility_tree")
    a11yTree = tree?.value.object
    dom = try fields.string("dom", "dom_html")
    windowTitle = try fields.string("window_title")
    appName = try fields.string("app_name")
    url = try fields.string("url")
    if let (width, height) = try fields.value("screen_size")?.pair() {
      screenSize = ScreenSize(width: try width.integer(rounding: true), height: try height.integer(rounding: true))
    }
    focusedElement = try fields.element("focused_element")
    timestamp = try fields.double("timestamp")
    raw = try fields.object("raw", "meta").adding(fields.leftovers)
    if let tree, a11yTree == nil { raw = raw.adding(["a11y_tree": tree.value]) }
  }
}

extension Action {
  init(_ found: FieldReader.Found) throws(DemonstrationError) {
    var fields = try found.reader()
    guard let type = fields.value("type") else { throw fields.missing("type", "say what kind of action it is") }
    self.init(type: try ActionType(type))
    coordinates = try fields.coordinates("coordinates")
    startCoordinates = try fields.coordinates("start_coordinates")
    endCoordinates = try fields.coordinates("end_coordinates")
    scrollDirection = try fields.choice("scroll_direction")
    scrollAmount = try fields.value("scroll_amount")?.integer(rounding: true)
    text = try fields.string("text")
    key = try fields.string("key")
    modifiers = try fields.strings("modifiers")
    element = try fields.element("element")
    url = try fields.string("url")
    appName = try fields.string("app_name")
    duration = try fields.double("duration")
    monitorID = try fields.integer("monitor_id")
    windowTitle = try fields.string("window_title")
    normalizedCoordinates = try fields.normalized("normalized_coordinates")
    normalizedStart = try fields.normalized("normalized_start")
    normalizedEnd = try fields.normalized("normalized_end")
    try takeOlderFields(&fields)
    raw = try fields.object("raw").adding(fields.leftovers)
    if let fault = fault(in: found.path) { throw fault }
  }

  /// The names before schema 1.0.0: places are pairs of fractions, and the element is a role and a name.
  private mutating func takeOlderFields(_ fields: inout FieldReader) throws(DemonstrationError) {
    if let x = try fields.double("x"), let y = try fields.double("y"), coordinates == nil, normalizedCoordinates == nil {
      normalizedCoordinates = NormalizedCoordinates(x: x, y: y)
    }
    if let x = try fields.double("end_x"), let y = try fields.double("end_y"), endCoordinates == nil, normalizedEnd == nil {
      normalizedEnd = NormalizedCoordinates(x: x, y: y)
    }
    if type == .drag, normalizedEnd != nil, normalizedStart == nil { normalizedStart = normalizedCoordinates }
    let role = try fields.string("target_role")
    let name = try fields.string("target_name")
    if element == nil, role != nil || name != nil { element = UIElement(role: role, name: name) }
  }
}

extension UIElement {
  init(_ fields: FieldReader) throws(DemonstrationError) {
    var fields = fields
    self.init(
      role: try fields.string("role"), name: try fields.string("name"), value: try fields.string("value"),
      bounds: try fields.box("bounds"), elementID: try fields.string("element_id"), xpath: try fields.string("xpath"),
      selector: try fields.string("selector"), automationID: try fields.string("automation_id"))
  }
}

extension ActionType {
  /// Reads a type in the schema's words, in any case, or in the words of the programs that wrote episodes before it.
  init(_ found: FieldReader.Found) throws(DemonstrationError) {
    let text = try found.string()
    let older: [String: ActionType] = [
      "key_press": .key, "press": .key, "doubleclick": .doubleClick, "rightclick": .rightClick, "left_click": .click, "navigate": .goto,
    ]
    let word = text.lowercased()
    guard let type = ActionType(rawValue: word) ?? older[word] else {
      throw DemonstrationError(
        .invalidField, field: found.path,
        "expected one of \(Self.allCases.map(\.rawValue).joined(separator: ", ")), found \"\(text)\"")
    }
    self = type
  }
}

extension FieldReader {
  mutating func choice<Choice>(_ name: String) throws(DemonstrationError) -> Choice?
  where Choice: RawRepresentable<String> & CaseIterable {
    guard let found = value(name) else { return nil }
    let text = try found.string()
    guard let choice = Choice(rawValue: text.lowercased()) else {
      throw DemonstrationError(
        .invalidField, field: found.path,
        "expected \(Choice.allCases.map(\.rawValue).joined(separator: ", ")), found \"\(text)\"")
    }
    return choice
  }

  mutating func coordinates(_ name: String) throws(DemonstrationError) -> Coordinates? {
    guard let found = value(name) else { return nil }
    let x: Found
    let y: Found
    if case .array = found.value {
      (x, y) = try found.pair()
    } else {
      var fields = try found.reader()
      guard let first = fields.value("x") else { throw fields.missing("x", "give both coordinates") }
      guard let second = fields.value("y") else { throw fields.missing("y", "give both coordinates") }
      (x, y) = (first, second)
    }
    let place = Coordinates(x: try x.integer(rounding: true), y: try y.integer(rounding: true))
    guard place.x >= 0, place.y >= 0 else {
      throw DemonstrationError(.invalidField, field: found.path, "expected coordinates of at least 0, found (\(place.x), \(place.y))")
    }
    return place
  }

  mutating func normalized(_ name: String) throws(DemonstrationError) -> NormalizedCoordinates? {
    guard let (x, y) = try value(name)?.pair() else { return nil }
    return NormalizedCoordinates(x: try x.double(), y: try y.double())
  }

  mutating func element(_ name: String) throws(DemonstrationError) -> UIElement? {
    guard let fields = try value(name)?.reader() else { return nil }
    return try UIElement(fields)
  }

  fileprivate mutating func box(_ name: String) throws(DemonstrationError) -> BoundingBox? {
    guard var fields = try value(name)?.reader() else { return nil }
    var numbers: [Int] = []
    for name in ["x", "y", "width", "height"] {
      guard let number = try fields.value(name)?.integer(rounding: true) else { throw fields.missing(name, "give x, y, width and height") }
      numbers.append(number)
    }
    guard numbers[2] >= 0, numbers[3] >= 0 else {
      throw DemonstrationError(.invalidField, field: fields.path, "expected width and height of at least 0")
    }
    return BoundingBox(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
  }
}

extension DemonstrationError {
  /// The same error, with the step it is about.
  func at(step: Int) -> DemonstrationError {
    var error = self
    error.step = step
    return error
  }

  /// The same error, with the file it is about unless it names one.
  func at(file: String) -> DemonstrationError {
    var error = self
    error.file = error.file ?? file
    return error
  }
}

extension Dictionary<String, JSONValue>? {
  /// With members that are not there already; nil where there are none.
  func adding(_ others: [String: JSONValue]) -> [String: JSONValue]? {
    guard !others.isEmpty else { return self }
    return (self ?? [:]).merging(others) { own, _ in own }
  }
}
