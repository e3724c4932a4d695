import Foundation
import Testing

@testable import Demonstrations

/// Formats that are files of JSON and text beside pictures.
@Suite struct FolderImporterTests {
  private func read(
    _ files: [String: String], screens: [String] = [], _ options: ImportOptions = ImportOptions()
  ) throws -> ImportedDemonstrations {
    try Recordings.withFolder { folder in
      for (name, text) in files { try Recordings.write(text, to: "\(folder)/\(name)") }
      for name in screens { try Recordings.write(Recordings.png(width: 640, height: 480), to: "\(folder)/\(name)") }
      return try DemonstrationImport.read(folder, options: options)
    }
  }

  @Test func flowRecordingsAreRead() throws {
    let events = """
      {"i": 0, "kind": "click", "x": 320, "y": 120, "t": 1.5, "structural": {"selector": "#user", "role": "textbox", "name": "Username"}, "url_before": "https://a.example/login", "title_before": "Log in"}
      {"i": 1, "kind": "type", "text": "phil", "t": 2.0, "param": "user", "field_label": "Username", "viewport_before": [640, 480]}
      {"i": 2, "kind": "type", "t": 3.0, "param": "password", "secret": true}
      {"i": 3, "kind": "jump", "t": 3.5}
      not json
      {"i": 5, "kind": "key", "key": "Control+Enter", "t": 4.0}
      {"i": 6, "kind": "scroll", "dx": 0, "dy": -400, "t": 5.0}
      {"i": 7, "kind": "drag", "x": 0, "y": 0, "end_x": 64, "end_y": 48, "t": 6.0}
      {"i": 8, "kind": "hotkey", "modifiers": ["ctrl"], "key": "s", "t": 7.0}
      """
    let meta = """
      {"id": "abc", "created_at": "2026-07-08T16:48:10+00:00", "viewport": [640, 480], "app_url": "https://a.example/",
       "params": {"user": "phil", "password": "hunter22"}, "secret_params": ["password"], "extra": 5}
      """
    let screens = (0..<9).flatMap { ["frames/000\($0)_before.png", "frames/000\($0)_after.png"] }
    let imported = try read(["meta.json": meta, "events.jsonl": events], screens: screens)
    let demonstration = try #require(imported.demonstrations.first)
    let episode = demonstration.episode
    #expect(demonstration.format == FlowRecordingImporter.name && episode.episodeID == "flow_abc")
    #expect(
      episode.calls == [
        "CLICK(x=0.5, y=0.25, element=\"Username\", role=\"textbox\")", "TYPE(\"phil\", element=\"Username\")", "TYPE(\"[masked]\")",
        "HOTKEY(\"ctrl\", \"enter\")", "SCROLL(direction=\"up\", amount=400)", "DRAG(start_x=0, start_y=0, end_x=0.1, end_y=0.1)",
        "HOTKEY(\"ctrl\", \"s\")",
      ])
    #expect(imported.problems.map(\.step) == [3, 4])
    #expect(episode.steps[0].observation.windowTitle == "Log in" && episode.steps[0].observation.url == "https://a.example/login")
    #expect(episode.steps[1].action.raw?["viewport_before"] != nil && episode.metadata?["extra"] == .integer(5))
    #expect(episode.steps[3].observation.screenshotPath == "frames/0005_before.png")
    #expect(!(try episode.json().contains("hunter22")))
    #expect(episode.metadata?["params"] == .object(["user": .string("phil"), "password": .string("[masked]")]))
    var keeping = ImportOptions()
    keeping.keepsSecrets = true
    let kept = try read(["meta.json": meta, "events.jsonl": events], screens: screens, keeping)
    #expect(try #require(kept.demonstrations.first).episode.json().contains("hunter22"))
  }

  @Test func trajectoriesAreRead() throws {
    let imported = try read(
      [
        "trajectory.json": """
        [{"screenshot_path": "/home/agent/results/0.png", "action": "pyautogui.click(64, 48)", "thought": "Open it", "window_title": "W",
          "a11y_tree": "<xml/>", "reward": 0.5},
         {"screenshot_path": "1.png", "action": "pyautogui.think()"},
         {"screenshot_path": "gone.png", "action": "pyautogui.write('a'); pyautogui.press('enter')"}, {"action": "DONE", "done": true}]
        """, "task.json": #"{"id": "t-1", "instruction": "Do it", "domain": "notepad"}"#, "result.txt": "1.0\n",
      ], screens: ["0.png", "1.png"])
    let episode = try #require(imported.demonstrations.first?.episode)
    #expect(episode.episodeID == "waa_t-1" && episode.taskID == "t-1" && episode.success == true && episode.finalReward == 1)
    #expect(episode.metadata?["domain"] == .string("notepad"))
    #expect(episode.calls == ["CLICK(x_pixels=64, y_pixels=48)", "TYPE(\"a\")", "KEY(\"enter\")", "DONE()"])
    #expect(episode.steps[0].observation.screenshotPath == "0.png")
    #expect(episode.steps[0].observation.raw?["a11y_tree"] == .string("<xml/>"))
    // What was not understood is named and never typed.
    #expect(imported.problems.map(\.code) == [.invalidField, .unreadable, .unreadable])
    #expect(imported.problems.first?.step == 1 && imported.problems.first?.reason.contains("pyautogui.think") == true)
  }

  @Test func demoLibrariesAreRead() throws {
    let demo = """
      {"task_id": "notepad_1", "demo_id": "%", "description": "Write a note", "created_at": "2026-03-01T00:00:00+00:00",
       "metadata": {"resolution": {"width": 1280, "height": 720}}, "steps": [
        {"step_index": 0, "screenshot_path": "step_000.png", "action_type": "click", "action_description": "CLICK(0.5, 0.25)",
         "target_description": "Start", "action_value": "", "x": 0.5, "y": 0.25, "description": "Start button in the taskbar", "metadata": {}},
        {"step_index": 1, "screenshot_path": "../../../secret.png", "action_type": "key", "action_description": "Press Enter",
         "target_description": "", "action_value": "Enter", "x": null, "y": null, "description": "", "metadata": {"a": 1}}]}
      """
    let imported = try read(
      [
        "notepad_1/aaa/demo.json": demo.replacing("%", with: "aaa"), "notepad_1/bbb/demo.json": demo.replacing("%", with: "aaa"),
        "notepad_1/ccc/demo.json": "{",
      ], screens: ["notepad_1/aaa/step_000.png", "secret.png"])
    #expect(imported.demonstrations.map(\.episode.episodeID) == ["notepad_1_aaa"])
    let episode = try #require(imported.demonstrations.first?.episode)
    #expect(episode.steps[0].observation.screenshotPath == "step_000.png")
    #expect(episode.steps[0].action.element?.name == "Start button in the taskbar")
    // The resolution is that of the screen; the test's own picture is smaller.
    #expect(episode.steps[0].action.coordinates == Coordinates(x: 640, y: 180))
    #expect(
      episode.steps[1].action
        == Action(type: .key, key: "enter", raw: ["description": .string("Press Enter"), "metadata": .object(["a": .integer(1)])]))
    #expect(imported.problems.contains { $0.code == .unsafePath && $0.step == 1 })
    #expect(imported.problems.contains { $0.code == .duplicateID && $0.file?.contains("bbb") == true })
    #expect(imported.problems.contains { $0.code == .malformed && $0.file?.contains("ccc") == true })
  }

  @Test func retrievalFoldersAreRead() throws {
    let imported = try read(
      [
        "one/task.txt": "Turn on dark mode\n",
        "two/metadata.json": #"{"goal": "Open mail", "app_name": "Mail", "domain": "mail.example", "tags": ["x"]}"#,
        "three/readme.txt": "nothing",
      ], screens: ["one/screenshots/001.png", "two/screenshot.png"])
    #expect(imported.demonstrations.map(\.episode.instruction) == ["Turn on dark mode", "Open mail"])
    #expect(
      imported.demonstrations.map { $0.episode.steps.first?.observation.screenshotPath } == ["screenshots/001.png", "screenshot.png"])
    let second = try #require(imported.demonstrations.last?.episode)
    #expect(second.metadata?["domain"] == .string("mail.example") && second.tags == ["x"] && second.steps[0].observation.appName == "Mail")
  }

  @Test func textDemonstrationsAreRead() throws {
    let imported = try read(
      [
        "a.txt": """
        TASK: Save the note
        DOMAIN: notepad

        PRECONDITIONS: Notepad is open

        STEPS:
        1. Click on "Save"
           REASONING: It saves,
           as its name says
           ACTION: CLICK(x=0.03, y=0.04)

        2. Press it
           ACTION: HOTKEY("ctrl", "s")
        3. Verify
           ACTION: FLY(1)
        EXPECTED_OUTCOME: Saved
        """, "b.txt": "just notes", "c.txt": "TASK:\n",
      ], screens: ["a.png"])
    let episode = try #require(imported.demonstrations.first?.episode)
    #expect(imported.demonstrations.count == 1 && episode.episodeID == "a" && episode.instruction == "Save the note")
    #expect(
      episode.metadata == [
        "domain": .string("notepad"), "preconditions": .string("Notepad is open"), "expected_outcome": .string("Saved"),
      ])
    #expect(episode.calls.prefix(2) == ["CLICK(x=0.03, y=0.04)", "HOTKEY(\"ctrl\", \"s\")"])
    #expect(
      episode.steps[0].reasoning == "It saves,\nas its name says"
        && episode.steps[0].action.raw?["description"] == .string("Click on \"Save\""))
    #expect(episode.steps[0].observation.screenshotPath == "a.png")
    #expect(imported.problems.map(\.code) == [.invalidField, .missingField] && imported.problems.first?.step == 2)
  }

  @Test func episodeFilesAreRead() throws {
    let good = #"{"schema_version": "1.0.0", "episode_id": "%", "instruction": "i", "steps": []}"#
    let imported = try read([
      "1.json": good.replacing("%", with: "a"),
      "2.json": "[\(good.replacing("%", with: "b")), \(good.replacing("1.0.0", with: "9.0.0")), {\"id\": \"c\", \"steps\": []}]",
      "3.json": "{\"episodes\": [\(good.replacing("%", with: "a"))]}", "4.json": "{\"other\": 1}",
    ])
    #expect(imported.demonstrations.map(\.episode.episodeID) == ["a", "b"])
    #expect(imported.problems.map(\.code) == [.unsupportedVersion, .missingField, .duplicateID])
    #expect(imported.problems[1].field == "episodes[2].instruction" && imported.problems[1].file?.hasSuffix("2.json") == true)
  }

  @Test func screensStayInsideTheFolder() throws {
    try Recordings.withFolder { folder in
      let outside = "\(folder)-outside"
      try Recordings.write(Recordings.png(width: 1, height: 1), to: "\(outside)/secret.png")
      try FileManager.default.createSymbolicLink(atPath: "\(folder)/link.png", withDestinationPath: "\(outside)/secret.png")
      try FileManager.default.createSymbolicLink(atPath: "\(folder)/linked", withDestinationPath: outside)
      try Recordings.write(Recordings.png(width: 1, height: 1), to: "\(folder)/in/side.png")
      try FileManager.default.createSymbolicLink(atPath: "\(folder)/near.png", withDestinationPath: "\(folder)/in/side.png")
      let place = try DemonstrationFolder(folder)
      for name in [
        "link.png", "linked/secret.png", "../recording-outside/secret.png", "in/../../recording-outside/secret.png",
        "\(outside)/secret.png", "", "in", "a\0b",
      ] {
        #expect(throws: DemonstrationError.self, "\(name)") { try place.file(name) }
      }
      #expect(try place.file("near.png") == place.path + "/in/side.png")
      #expect(try place.file("./in//side.png") == place.path + "/in/side.png")
      try FileManager.default.removeItem(atPath: outside)
    }
  }

  @Test func nothingKnownIsSaid() throws {
    let error = #expect(throws: DemonstrationError.self) { try read(["a.md": "x", "deep/b.md": "y"]) }
    #expect(error?.code == .unrecognized)
    #expect(throws: DemonstrationError.self) { try DemonstrationImport.read("/nowhere/at/all") }
  }

  @Test func oneFileIsADemonstrationToo() throws {
    try Recordings.withFolder { folder in
      try Recordings.write("TASK: a\n1. Wait", to: "\(folder)/a.txt")
      try Recordings.write("TASK: b\n1. Wait", to: "\(folder)/b.txt")
      #expect(try DemonstrationImport.read("\(folder)/b.txt").demonstrations.map(\.episode.episodeID) == ["b"])
      #expect(try DemonstrationImport.detect("\(folder)/b.txt") == TextDemonstrationImporter.self)
    }
  }
}
