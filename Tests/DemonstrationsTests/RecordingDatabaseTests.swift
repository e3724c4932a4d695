import Foundation
import GRDB
import Media
import Testing

@testable import Demonstrations

/// `recording.db`, made as openadapt-capture 0.3 and later make it.
@Suite struct RecordingDatabaseTests {
  static let video = "\(Recordings.packageRoot)/Tests/Fixtures/video/clips/h264-bframes.mp4"

  /// A frame of the video as it is imported.
  static func frame(_ index: Int) throws -> String {
    try Base64.encode(Video(file: video).frame(at: index).jpeg(quality: 95))
  }

  private static let schema = """
    CREATE TABLE recording (id INTEGER PRIMARY KEY, timestamp NUMERIC(10,2), monitor_width INTEGER, monitor_height INTEGER,
      pixel_ratio FLOAT, double_click_interval_seconds NUMERIC, double_click_distance_pixels NUMERIC, platform VARCHAR,
      task_description VARCHAR, video_start_time NUMERIC(10,2), config JSON, original_recording_id INTEGER);
    CREATE TABLE action_event (id INTEGER PRIMARY KEY, name VARCHAR, timestamp NUMERIC(10,2), recording_id INTEGER,
      screenshot_timestamp NUMERIC(10,2), screenshot_id INTEGER, window_event_id INTEGER, mouse_x NUMERIC, mouse_y NUMERIC, mouse_dx NUMERIC,
      mouse_dy NUMERIC, mouse_button_name VARCHAR, mouse_pressed BOOLEAN, key_name VARCHAR, key_char VARCHAR, key_vk VARCHAR,
      canonical_key_name VARCHAR, canonical_key_char VARCHAR, canonical_key_vk VARCHAR, parent_id INTEGER, element_state JSON,
      structural_observation JSON, disabled BOOLEAN);
    CREATE TABLE screenshot (id INTEGER PRIMARY KEY, recording_id INTEGER, timestamp NUMERIC(10,2), png_data BLOB);
    CREATE TABLE window_event (id INTEGER PRIMARY KEY, recording_id INTEGER, timestamp NUMERIC(10,2), state JSON, title VARCHAR,
      "left" INTEGER, top INTEGER, width INTEGER, height INTEGER, window_id VARCHAR);
    CREATE TABLE browser_event (id INTEGER PRIMARY KEY, recording_id INTEGER, message JSON, timestamp NUMERIC(10,2));
    """

  /// A row of `action_event` by the columns that matter for it.
  struct Event {
    var time: Double
    var columns: [String: DatabaseValue]

    static func click(_ time: Double, _ x: Double, _ y: Double, _ button: String = "left", isDown: Bool, frame: Double? = nil) -> Event {
      Event(
        time: time,
        columns: [
          "name": "click".databaseValue, "mouse_x": x.databaseValue, "mouse_y": y.databaseValue, "mouse_button_name": button.databaseValue,
          "mouse_pressed": isDown.databaseValue, "screenshot_timestamp": frame.databaseValue,
        ])
    }

    static func key(_ time: Double, _ character: String, isDown: Bool, frame: Double? = nil) -> Event {
      let column = character.count == 1 ? "char" : "name"
      return Event(
        time: time,
        columns: [
          "name": (isDown ? "press" : "release").databaseValue, "key_\(column)": character.databaseValue,
          "canonical_key_\(column)": character.databaseValue, "screenshot_timestamp": frame.databaseValue,
        ])
    }

    func with(_ column: String, _ value: String?) -> Event {
      var event = self
      event.columns[column] = value.databaseValue
      return event
    }
  }

  static func make(
    _ folder: String, _ events: [Event], config: String? = "null", ratio: Double? = nil, size: (Int, Int) = (1_920, 1_080),
    _ more: (Database) throws -> Void = { _ in }
  ) throws {
    try Recordings.database("\(folder)/recording.db") { database in
      try database.execute(sql: schema)
      try database.execute(
        sql: "INSERT INTO recording VALUES (1, 1000, ?, ?, ?, 0.5, 5, 'win32', 'Save the note', 1000, ?, NULL)",
        arguments: [size.0, size.1, ratio, config])
      for event in events {
        let names = event.columns.keys.sorted()
        try database.execute(
          sql: """
            INSERT INTO action_event (timestamp, recording_id, \(names.joined(separator: ", ")))
            VALUES (?, 1, \(names.map { _ in "?" }.joined(separator: ", ")))
            """,
          arguments: StatementArguments([event.time.databaseValue] + names.map { event.columns[$0] ?? .null }))
      }
      try more(database)
    }
  }

  @Test func framesWindowsAndElementsGoWithTheSteps() throws {
    try Recordings.withFolder { folder in
      let observed = """
        {"schema_version": "openadapt.capture.structural-observation/v1", "element": {"automation_id": "save", "role": "button", "name": "Save",
        "bounds": {"left": 90, "top": 40, "right": 130, "bottom": 60}}, "process": {"process_name": "notepad.exe"},
        "window": {"title": "Untitled - Notepad"}}
        """
      try Self.make(
        folder,
        [
          .click(1_001, 100, 50, isDown: true, frame: 1_000.5).with("structural_observation", observed),
          .click(1_001.1, 100, 50, isDown: false, frame: 1_000.9).with("structural_observation", "null"),
          .key(1_002, "o", isDown: true, frame: 1_001.5), .key(1_002.1, "o", isDown: false, frame: 1_001.5),
          .key(1_002.2, "k", isDown: true, frame: 1_002.2), .key(1_002.3, "k", isDown: false, frame: 1_002.2),
          .click(1_003, 7, 7, isDown: true).with("disabled", "1"),
          .click(1_004, 300, 200, isDown: true, frame: 1_003.5), .click(1_004.1, 600, 200, isDown: false, frame: 1_004),
        ], ratio: 1
      ) { database in
        for (time, grey) in [(1_000.5, 1), (1_000.9, 2), (1_001.5, 3), (1_002.2, 4)] {
          try database.execute(
            sql: "INSERT INTO screenshot (recording_id, timestamp, png_data) VALUES (1, ?, ?)",
            arguments: [time, Data(Recordings.png(width: 1_920, height: 1_080, grey: UInt8(grey)))])
        }
        try database.execute(
          sql: """
            INSERT INTO window_event (recording_id, timestamp, state, title) VALUES
            (1, 1001.2, '{"meta": {"kCGWindowOwnerName": "Google Chrome"}}', 'Google Chrome Inbox'), (1, 1003, NULL, 'Paint')
            """)
        try database.execute(
          sql: "INSERT INTO browser_event (recording_id, timestamp, message) VALUES (1, 1001.3, ?)",
          arguments: [#"{"message": {"eventType": "browser.navigate", "url": "https://mail.example/in"}}"#])
      }
      let before = try Recordings.contents(of: folder)
      let imported = try DemonstrationImport.read(folder)
      #expect(try Recordings.contents(of: folder) == before)
      let episode = try #require(imported.demonstrations.first?.episode)
      #expect(imported.demonstrations.first?.format == RecordingDatabaseImporter.name)
      #expect(episode.steps.map(\.action.type) == [.click, .type, .drag])
      #expect(episode.steps[1].action.text == "ok" && episode.instruction == "Save the note")
      let click = episode.steps[0]
      #expect(click.observation.appName == "notepad.exe" && click.observation.windowTitle == "Untitled - Notepad")
      #expect(click.action.element?.name == "Save" && click.action.element?.automationID == "save")
      #expect(click.action.element?.bounds == BoundingBox(x: 90, y: 40, width: 40, height: 20))
      #expect(click.action.coordinates == Coordinates(x: 100, y: 50))
      #expect(episode.steps.map(\.observation.windowTitle) == ["Untitled - Notepad", "Inbox", "Paint"])
      #expect(episode.steps.map(\.observation.appName) == ["notepad.exe", "Google Chrome", nil])
      #expect(episode.steps.map(\.observation.url) == [nil, "https://mail.example/in", "https://mail.example/in"])
      // The screen before: that of the first event of each. The drag is bound to a frame that was never kept.
      let screens = episode.steps.map { $0.observation.screenshotBase64.flatMap { Data(base64Encoded: $0) }.map(Array.init) }
      #expect(screens == [Recordings.png(width: 1_920, height: 1_080, grey: 1), Recordings.png(width: 1_920, height: 1_080, grey: 3), nil])
      #expect(imported.problems.map(\.step) == [2] && imported.problems.first?.code == .unreadable)
    }
  }

  static let spaces: [(config: String?, ratio: Double?, monitor: (Int, Int), place: Coordinates)] = [
    // Logical points, physical screen; logical screen; ratio in the configuration; none at all.
    (nil, 2, (400, 300), Coordinates(x: 200, y: 100)), (nil, 2, (200, 150), Coordinates(x: 200, y: 100)),
    (#"{"pixel_ratio": 2.0}"#, nil, (400, 300), Coordinates(x: 200, y: 100)), (nil, nil, (200, 150), Coordinates(x: 200, y: 100)),
    (nil, nil, (400, 300), Coordinates(x: 100, y: 50)),
    // Already those of the frame, whatever the ratio says.
    (
      #"{"capture_desktop": {"coordinate_space": "virtual_desktop_pixels", "viewport": [400, 300]}}"#, 2, (400, 300),
      Coordinates(x: 100, y: 50)
    ),
    (#"{"capture_window": {"coordinate_space": "window_pixels", "viewport": [400, 300]}}"#, 2, (400, 300), Coordinates(x: 100, y: 50)),
    // The desktop in points, its frames in pixels.
    (#"{"capture_desktop": {"viewport": [200, 150]}}"#, 2, (200, 150), Coordinates(x: 200, y: 100)),
  ]

  @Test(arguments: spaces.indices)
  func placesArePixelsOfTheScreenshot(_ index: Int) throws {
    let space = Self.spaces[index]
    try Recordings.withFolder { folder in
      try Self.make(
        folder, [.click(1_001, 100, 50, isDown: true, frame: 1_000), .click(1_001.1, 100, 50, isDown: false, frame: 1_000)],
        config: space.config, ratio: space.ratio, size: space.monitor
      ) { database in
        try database.execute(
          sql: "INSERT INTO screenshot (recording_id, timestamp, png_data) VALUES (1, 1000, ?)",
          arguments: [Data(Recordings.png(width: 400, height: 300))])
      }
      let step = try #require(try DemonstrationImport.read(folder).demonstrations.first?.episode.steps.first)
      #expect(step.action.coordinates == space.place)
      #expect(step.observation.screenSize == ScreenSize(width: 400, height: 300))
      #expect(step.action.normalizedCoordinates == NormalizedCoordinates(x: Double(space.place.x) / 400, y: Double(space.place.y) / 300))
    }
  }

  /// A video with the recorder's box of times behind it.
  static func timed(_ json: String) throws -> Data {
    let identity: [UInt8] = [0xD8, 0xE9, 0x0F, 0x06, 0x20, 0xB4, 0x4E, 0x0C, 0xB4, 0x49, 0x4F, 0x70, 0x65, 0x6E, 0x41, 0x64]
    let size = UInt32(24 + json.utf8.count)
    let length = [24, 16, 8, 0].map { (shift: UInt32) in UInt8(truncatingIfNeeded: size >> shift) }
    let head = length + Array("uuid".utf8) + identity
    return try Data(contentsOf: URL(fileURLWithPath: video)) + Data(head) + Data(json.utf8)
  }

  @Test func framesComeFromTheVideoByItsBox() throws {
    try Recordings.withFolder { folder in
      try Self.make(
        folder,
        [
          .click(1_001, 10, 10, isDown: true, frame: 1_000.25), .click(1_001.1, 10, 10, isDown: false, frame: 1_000.25),
          .key(1_002, "enter", isDown: true, frame: 1_001.75), .key(1_002.1, "enter", isDown: false, frame: 1_001.75),
          .key(1_003, "tab", isDown: true, frame: 1_002.5), .key(1_003.1, "tab", isDown: false, frame: 1_002.5),
        ])
      let box =
        #"{"schema":"openadapt.capture-video-timing/v1","fps":"24/1","frames":[[0,0.0],[5,0.7]],"captures":[[2,1000.25],[5,1001.75]]}"#
      try Self.timed(box).write(to: URL(fileURLWithPath: "\(folder)/oa_recording-1000.mp4"))
      let imported = try DemonstrationImport.read(folder)
      let episode = try #require(imported.demonstrations.first?.episode)
      #expect(try episode.steps.map(\.observation.screenshotBase64) == [Self.frame(2), Self.frame(5), nil])
      #expect(imported.problems.map(\.step) == [2])
      // Without `captures`, the nearest frame within half a second counts.
      try Self.timed(#"{"schema":"openadapt.capture-video-timing/v1","fps":"24/1","frames":[[3,0.8],[4,2.2]]}"#)
        .write(to: URL(fileURLWithPath: "\(folder)/oa_recording-1000.mp4"))
      var times = try Recordings.contents(of: folder)
      times["recording.db"] = nil
      try FileManager.default.removeItem(atPath: "\(folder)/recording.db")
      try Self.make(
        folder,
        [
          .click(1_001, 10, 10, isDown: true), .click(1_001.1, 10, 10, isDown: false), .key(1_002, "enter", isDown: true),
          .key(1_003, "tab", isDown: true),
        ])
      let nearest = try #require(try DemonstrationImport.read(folder).demonstrations.first?.episode)
      #expect(try nearest.steps.map(\.observation.screenshotBase64) == [Self.frame(3), Self.frame(4), nil])
    }
  }

  @Test(arguments: [
    #"{"schema":"other/v1","frames":[]}"#, #"{"schema":"openadapt.capture-video-timing/v1","frames":[[1,0.0],[1,0.5]]}"#,
    #"{"schema":"openadapt.capture-video-timing/v1","frames":[[0,"a"]]}"#, "no JSON",
  ])
  func aBoxThatIsWrongIsNamed(_ box: String) throws {
    try Recordings.withFolder { folder in
      try Self.timed(box).write(to: URL(fileURLWithPath: "\(folder)/a.mp4"))
      #expect(throws: DemonstrationError.self) { try VideoTiming(file: "\(folder)/a.mp4") }
      try Recordings.write(Array(Self.timed("{}").prefix(1_000)), to: "\(folder)/cut.mp4")
      #expect(throws: DemonstrationError.self) { try VideoTiming(file: "\(folder)/cut.mp4") }
    }
  }

  @Test func eventsThatLackSomethingAreNamed() throws {
    try Recordings.withFolder { folder in
      var noButton = Event.click(1_001, 1, 1, isDown: true)
      noButton.columns["mouse_button_name"] = nil
      var noPlace = Event.click(1_002, 1, 1, isDown: true)
      noPlace.columns["mouse_x"] = nil
      var noKey = Event.key(1_003, "a", isDown: true)
      noKey.columns = noKey.columns.filter { !$0.key.contains("key") }
      try Self.make(
        folder,
        [
          noButton, noPlace, noKey, Event.key(1_004, "a", isDown: true).with("name", "sing"), .key(1_005, "f", isDown: true),
        ])
      let imported = try DemonstrationImport.read(folder)
      #expect(imported.demonstrations.first?.episode.calls == ["TYPE(\"f\")"])
      #expect(
        imported.problems.prefix(4).map(\.field) == [
          "action_event.mouse_button_name", "action_event.mouse_x", "action_event.key_name", "action_event.name",
        ])
    }
  }

  /// What a hostile schema computes could take forever; no recorder has views.
  @Test(arguments: [
    "DROP TABLE action_event; CREATE VIEW action_event AS WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT x FROM r",
    "ALTER TABLE action_event ADD COLUMN extra AS (hex(zeroblob(400000000)))",
  ])
  func onlyPlainTablesAreRead(_ sql: String) throws {
    try Recordings.withFolder { folder in
      try Self.make(folder, [.key(1_001, "f", isDown: true)]) { try $0.execute(sql: sql) }
      let imported = try DemonstrationImport.read(folder)
      #expect(imported.demonstrations.isEmpty)
      #expect(imported.problems.map(\.field) == ["action_event"])
    }
  }

  /// Older recorders have fewer columns and tables.
  @Test func columnsMayBeMissing() throws {
    try Recordings.withFolder("write-a-note") { folder in
      try Recordings.database("\(folder)/recording.db") { database in
        try database.execute(
          sql: """
            CREATE TABLE recording (id INTEGER PRIMARY KEY, timestamp NUMERIC, monitor_width INTEGER, monitor_height INTEGER);
            CREATE TABLE action_event (id INTEGER PRIMARY KEY, name VARCHAR, timestamp NUMERIC, key_char VARCHAR);
            INSERT INTO recording VALUES (1, 1000, 100, 100);
            INSERT INTO action_event VALUES (1, 'press', 1001, 'x');
            """)
      }
      let episode = try #require(try DemonstrationImport.read(folder).demonstrations.first?.episode)
      #expect(episode.calls == ["TYPE(\"x\")"] && episode.instruction == "Write a note")
    }
  }
}
