import Foundation
import Testing

@testable import Demonstrations

@Suite struct EpisodeTests {
  /// An episode that says everything there is.
  static let full: Episode = {
    let element = UIElement(
      role: "button", name: "Sign \"in\"", value: "v", bounds: BoundingBox(x: -3, y: 2, width: 0, height: 9), elementID: "e", xpath: "//a",
      selector: "#a", automationID: "auto")
    let observation = Observation(
      screenshotPath: "a/0.png", screenshotBase64: "AAAA",
      a11yTree: ["role": .string("window"), "children": .array([.integer(1), .null])],
      dom: "<a>\n</a>", windowTitle: "Title — Ünïcode\u{7}", appName: "App", url: "https://a.example/?q=1",
      screenSize: ScreenSize(width: 10, height: 20),
      focusedElement: element, timestamp: 0.5, raw: ["k": .bool(true)])
    let action = Action(
      type: .drag, coordinates: Coordinates(x: 1, y: 2), startCoordinates: Coordinates(x: 1, y: 2), endCoordinates: Coordinates(x: 3, y: 4),
      scrollDirection: .left, scrollAmount: -7, text: "", key: "k", modifiers: ["ctrl"], element: element, url: "u", appName: "n",
      duration: 1.25,
      monitorID: 2, windowTitle: "w", normalizedCoordinates: NormalizedCoordinates(x: 0.1, y: 0.2),
      normalizedStart: NormalizedCoordinates(x: 0.1, y: 0.2), normalizedEnd: NormalizedCoordinates(x: 0.3, y: -0.4),
      raw: ["n": .number(0.1)])
    let step = Step(
      stepIndex: 0, observation: observation, action: action, reasoning: "why", reward: 0.5, done: true, timestamp: 1e9,
      durationMilliseconds: 30)
    return Episode(
      episodeID: "id", instruction: "Do it", steps: [step], taskID: "task", goal: "goal", success: false, finalReward: 1, source: .osworld,
      sourceFile: "f", createdAt: "2026-01-02T03:04:05.678901", agentModel: "m", environment: "e", tags: ["a", "b"],
      metadata: ["x": .object([:])])
  }()

  private func parse(_ text: String) throws -> Episode { try Episode(JSONValue(parsing: Data(text.utf8))) }

  @Test func thereAre24TypesOfAction() {
    #expect(ActionType.allCases.count == 24)
  }

  @Test func nothingIsLostInJSON() throws {
    #expect(try parse(Self.full.json()) == Self.full)
    #expect(try parse(Self.full.json(indent: nil)) == Self.full)
    #expect(try JSONDecoder().decode(Episode.self, from: JSONEncoder().encode(Self.full)) == Self.full)
  }

  /// pydantic writes its fields in their order, and None as null.
  @Test func jsonIsWhatPydanticWrites() throws {
    let step = Step(stepIndex: 0, observation: Observation(), action: Action(type: .type, text: ""))
    let text = try Episode(episodeID: "a", instruction: "b", steps: [step]).json(indent: nil)
    #expect(
      text == """
        {"schema_version":"1.0.0","episode_id":"a","task_id":null,"instruction":"b","goal":null,"steps":[{"step_index":0,"observation":\
        {"screenshot_path":null,"screenshot_base64":null,"a11y_tree":null,"dom":null,"window_title":null,"app_name":null,"url":null,\
        "screen_size":null,"focused_element":null,"timestamp":null,"raw":null},"action":{"type":"type","coordinates":null,\
        "start_coordinates":null,"end_coordinates":null,"scroll_direction":null,"scroll_amount":null,"text":"","key":null,"modifiers":null,\
        "element":null,"url":null,"app_name":null,"duration":null,"monitor_id":null,"window_title":null,"normalized_coordinates":null,\
        "normalized_start":null,"normalized_end":null,"raw":null},"reasoning":null,"reward":null,"done":null,"timestamp":null,\
        "duration_ms":null}],"success":null,"final_reward":null,"source":null,"source_file":null,"created_at":null,"agent_model":null,\
        "environment":null,"tags":null,"metadata":null}
        """)
    #expect(
      try Episode(episodeID: "a", instruction: "b", steps: []).json().hasPrefix(
        "{\n  \"schema_version\": \"1.0.0\",\n  \"episode_id\": \"a\","))
  }

  @Test func theOlderNamesAreRead() throws {
    let episode = try parse(
      """
      {"id": "old", "goal": "Log in", "workflow_id": "w", "summary": "s", "steps": [
        {"t": 0.0, "thought": "because", "observation": {"image_path": "0.png", "accessibility_tree": {"a": 1}, "dom_html": "<p>", "meta": {"m": 2},
          "app_name": "MyApp", "screen_size": [800, 600]},
         "action": {"type": "click", "x": 0.5, "y": 0.0, "target_role": "button", "target_name": "OK"}},
        {"t": 1.5, "observation": {}, "action": {"type": "key_press", "key": "enter", "new": [1]}},
        {"observation": {}, "action": {"type": "drag", "x": 0.1, "y": 0.2, "end_x": 0.3, "end_y": 0.4}}]}
      """)
    #expect(episode.episodeID == "old" && episode.instruction == "Log in" && episode.goal == nil)
    #expect(episode.metadata == ["workflow_id": .string("w"), "summary": .string("s")])
    let first = episode.steps[0]
    #expect(first.timestamp == 0 && first.reasoning == "because")
    #expect(
      first.observation.screenshotPath == "0.png" && first.observation.dom == "<p>" && first.observation.a11yTree == ["a": .integer(1)])
    #expect(first.observation.appName == "MyApp" && first.observation.screenSize == ScreenSize(width: 800, height: 600))
    #expect(first.observation.raw == ["m": .integer(2)])
    #expect(first.action.normalizedCoordinates == NormalizedCoordinates(x: 0.5, y: 0))
    #expect(first.action.element == UIElement(role: "button", name: "OK"))
    #expect(episode.steps.map(\.stepIndex) == [0, 1, 2])
    #expect(episode.steps[1].action.type == .key && episode.steps[1].action.raw == ["new": .array([.integer(1)])])
    #expect(episode.steps[2].action.normalizedStart == NormalizedCoordinates(x: 0.1, y: 0.2))
    #expect(episode.steps[2].action.normalizedEnd == NormalizedCoordinates(x: 0.3, y: 0.4))
  }

  static let faults: [(step: String, place: String, found: String)] = [
    (#"{"observation": {}, "action": {"type": "type"}}"#, "step 1, action.text", "needs text"),
    (#"{"observation": {}, "action": {"type": "key", "key": null}}"#, "step 1, action.key", "needs key"),
    (#"{"observation": {}, "action": {"type": "goto"}}"#, "step 1, action.url", "needs url"),
    (#"{"observation": {}, "action": {"type": "leap"}}"#, "step 1, action.type", "found \"leap\""),
    (#"{"observation": {}, "action": {"type": "click", "coordinates": {"x": 1}}}"#, "step 1, action.coordinates.y", "missing"),
    (#"{"observation": {}, "action": {"type": "click", "coordinates": {"x": -1, "y": 0}}}"#, "step 1, action.coordinates", "(-1, 0)"),
    (
      #"{"observation": {}, "action": {"type": "click", "normalized_coordinates": [1]}}"#, "step 1, action.normalized_coordinates",
      "array of 1"
    ),
    (#"{"observation": {"screen_size": "big"}, "action": {"type": "done"}}"#, "step 1, observation.screen_size", "the string \"big\""),
    (#"{"observation": {"focused_element": {"bounds": {"x": 0}}}, "action": {"type": "done"}}"#, "focused_element.bounds.y", "missing"),
    (#"{"action": {"type": "done"}}"#, "step 1, observation", "missing"),
    (
      #"{"observation": {}, "action": {"type": "scroll", "scroll_direction": "sideways"}}"#, "step 1, action.scroll_direction",
      "up, down, left, right"
    ),
    (#"{"step_index": -4, "observation": {}, "action": {"type": "done"}}"#, "step 1, step_index", "-4"),
    ("7", "step 1", "found 7"),
  ]

  @Test(arguments: faults.indices)
  func errorsNameStepAndField(_ index: Int) {
    let fault = Self.faults[index]
    let error = #expect(throws: DemonstrationError.self) {
      try parse(#"{"episode_id": "a", "instruction": "b", "steps": [{"observation": {}, "action": {"type": "done"}}, \#(fault.step)]}"#)
    }
    #expect(error?.description.contains(fault.place) == true, "\(String(describing: error))")
    #expect(error?.description.contains(fault.found) == true, "\(String(describing: error))")
    #expect(error?.step == 1)
  }

  @Test func anotherVersionIsRefusedByName() {
    let error = #expect(throws: DemonstrationError.self) {
      try parse(#"{"schema_version": "2.0.0", "episode_id": "a", "instruction": "b", "steps": []}"#)
    }
    #expect(error?.code == .unsupportedVersion && error?.description.contains("2.0.0") == true)
    #expect(throws: Never.self) { try parse(#"{"schema_version": "1.3.0", "episode_id": "a", "instruction": "b", "steps": []}"#) }
  }

  @Test func whatTheSchemaRefusesIsNotWritten() {
    let step = Step(stepIndex: 0, observation: Observation(), action: Action(type: .key))
    #expect(throws: DemonstrationError.self) { try Episode(episodeID: "a", instruction: "b", steps: [step]).json() }
    let number = Step(stepIndex: 0, observation: Observation(timestamp: .nan), action: Action(type: .done))
    #expect(throws: DemonstrationError.self) { try Episode(episodeID: "a", instruction: "b", steps: [number]).json() }
  }

  /// The published schema lacks two fields of observations; otherwise it has exactly the fields that are written.
  @Test(.enabled(if: Recordings.hasShared, Recordings.sharedComment))
  func thePublishedSchemaHasTheFieldsThatAreWritten() throws {
    let schema = try JSONValue(parsing: Data(contentsOf: URL(fileURLWithPath: Recordings.shared + "/episode.schema.json")))
    func fields(_ object: JSONValue?) -> Set<String> { Set((object?.object?["properties"]?.object ?? [:]).keys) }
    let definitions = schema.object?["$defs"]?.object
    func written(_ text: JSONText) -> Set<String> { Set((text.value.object ?? [:]).keys) }
    let full = Self.full
    #expect(written(full.ordered) == fields(schema))
    #expect(written(full.steps[0].ordered) == fields(definitions?["Step"]))
    #expect(written(full.steps[0].action.ordered) == fields(definitions?["Action"]))
    #expect(written(full.steps[0].observation.ordered) == fields(definitions?["Observation"]).union(["app_name", "url"]))
    #expect(written(full.steps[0].observation.focusedElement?.ordered ?? .null) == fields(definitions?["UIElement"]))
    #expect(definitions?["ActionType"]?.object?["enum"]?.array == ActionType.allCases.map { .string($0.rawValue) })
    #expect(definitions?["BenchmarkSource"]?.object?["enum"]?.array == EpisodeSource.allCases.map { .string($0.rawValue) })
  }
}
