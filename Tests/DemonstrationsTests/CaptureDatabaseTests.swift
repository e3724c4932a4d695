import Foundation
import GRDB
import Testing

@testable import Demonstrations

/// `capture.db`, made as openadapt-capture 0.2 makes it.
@Suite struct CaptureDatabaseTests {
  /// Tables as the recorder creates them, one capture of a screen of twice as many pixels as points, and events.
  static func make(_ folder: String, id: String = "31807990", _ events: [(Double, String, [String: Any])]) throws {
    try Recordings.database("\(folder)/capture.db") { database in
      try database.execute(
        sql: """
          CREATE TABLE capture (id TEXT PRIMARY KEY, started_at REAL NOT NULL, ended_at REAL, platform TEXT NOT NULL, screen_width INTEGER,
            screen_height INTEGER, pixel_ratio REAL DEFAULT 1.0, task_description TEXT, double_click_interval_seconds REAL,
            double_click_distance_pixels REAL, video_start_time REAL, audio_start_time REAL, metadata TEXT);
          CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp REAL NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL,
            parent_id INTEGER REFERENCES events(id));
          """)
      try database.execute(
        sql: "INSERT INTO capture VALUES (?, 1000, 2000, 'darwin', 800, 600, 2.0, 'Turn off Night Shift', 0.5, 5, NULL, NULL, '{\"a\":1}')",
        arguments: [id])
      for (time, type, data) in events {
        let text = String(decoding: try JSONSerialization.data(withJSONObject: data), as: UTF8.self)
        try database.execute(sql: "INSERT INTO events (timestamp, type, data) VALUES (?, ?, ?)", arguments: [time, type, text])
      }
    }
  }

  static func press(_ time: Double, _ character: String) -> [(Double, String, [String: Any])] {
    let data = ["key_char": character, "canonical_key_char": character]
    return [(time, "key.down", data), (time + 0.03, "key.up", data)]
  }

  static var events: [(Double, String, [String: Any])] {
    [
      (999, "mouse.down", ["x": 1, "y": 1, "button": "left"]),
      (1_001, "mouse.move", ["x": 190, "y": 140]),
      (1_002, "mouse.down", ["x": 200, "y": 150, "button": "right"]), (1_002.05, "mouse.up", ["x": 200, "y": 150, "button": "right"]),
    ] + press(1_003, "h") + press(1_003.2, "i") + [
      (1_004, "key.down", ["key_name": "enter", "canonical_key_name": "enter"]), (1_004.1, "key.up", ["key_name": "enter"]),
      (1_005, "mouse.scroll", ["x": 10, "y": 20, "dx": 0, "dy": -3]),
    ]
  }

  @Test func eventsBecomeSteps() throws {
    try Recordings.withFolder { folder in
      try Self.make(folder, Self.events)
      // The recorder's own count of actions: the click 0, h 1, i 2, enter 3, scroll 4.
      for (number, grey) in [(0, 10), (1, 20), (2, 30), (3, 40)] {
        try Recordings.write(
          Recordings.png(width: 800, height: 600, grey: UInt8(grey)), to: "\(folder)/screenshots/capture_31807990_step_\(number).png")
      }
      let before = try Recordings.contents(of: folder)
      let imported = try DemonstrationImport.read(folder)
      #expect(try Recordings.contents(of: folder) == before)
      #expect(imported.problems.isEmpty, "\(imported.problems)")
      let episode = try #require(imported.demonstrations.first?.episode)
      #expect(imported.demonstrations.first?.format == CaptureDatabaseImporter.name)
      #expect(episode.episodeID == "capture_31807990" && episode.instruction == "Turn off Night Shift" && episode.environment == "darwin")
      #expect(episode.metadata?["capture_metadata"] == .object(["a": .integer(1)]))
      // Points become pixels: 200 of 400 points are half of 800 pixels.
      #expect(episode.steps[0].action.coordinates == Coordinates(x: 400, y: 300))
      #expect(
        episode.calls == [
          "RIGHT_CLICK(x=0.5, y=0.5)", "TYPE(\"hi\")", "KEY(\"enter\")", "SCROLL(direction=\"down\", amount=300, x=0.025, y=0.0667)",
        ])
      #expect(episode.steps.allSatisfy { $0.observation.screenSize == ScreenSize(width: 800, height: 600) })
      let screens = episode.steps.map { $0.observation.screenshotBase64.flatMap { Data(base64Encoded: $0) }.map(Array.init) }
      let greys = [10, 20, 40, 40].map { Recordings.png(width: 800, height: 600, grey: UInt8($0)) }
      #expect(screens == greys)
      #expect(episode.steps.map(\.timestamp) == [2, 3, 4, 5])
    }
  }

  @Test func aRecordingWithoutFramesIsNamedAndKept() throws {
    try Recordings.withFolder { folder in
      try Self.make(folder, Self.events)
      let imported = try DemonstrationImport.read(folder)
      #expect(imported.demonstrations.first?.episode.steps.count == 4)
      #expect(imported.problems.map(\.code) == [.empty])
      #expect(imported.problems.first?.description.contains("capture.db") == true)
    }
  }

  /// Frames are found by the recorder's own note of each, which no clock in the video repeats.
  @Test func framesComeFromTheVideo() throws {
    try Recordings.withFolder { folder in
      var events = Self.events
      for index in 0..<6 {
        events.append(
          (1_001.5 + Double(index), "screen.frame", ["video_timestamp": Double(index), "image_path": "", "width": 1, "height": 1]))
      }
      try Self.make(folder, events)
      try FileManager.default.copyItem(
        atPath: "\(Recordings.packageRoot)/Tests/Fixtures/video/clips/h264-bframes.mp4", toPath: "\(folder)/video.mp4")
      let imported = try DemonstrationImport.read(folder)
      #expect(imported.problems.isEmpty, "\(imported.problems)")
      let expected = try [0, 1, 2, 3].map { try RecordingDatabaseTests.frame($0) }
      #expect(try #require(imported.demonstrations.first).episode.steps.map(\.observation.screenshotBase64) == expected)
    }
  }

  @Test func badEventsAreNamedAndTheRestImported() throws {
    try Recordings.withFolder { folder in
      try Self.make(
        folder,
        Self.events + [
          (1_006, "mouse.down", ["x": 1, "button": "left"]), (1_007, "mouse.fly", [:]), (1_008, "key.down", [:]),
          (1_009, "mouse.singleclick", ["x": 1, "y": 2, "button": "left"]), (1_010, "key.type", ["text": "ok\n"]),
        ])
      let imported = try DemonstrationImport.read(folder)
      #expect(imported.problems.prefix(3).map(\.field) == ["events.data.y", "events.type", "events.data.key_name"])
      #expect(imported.demonstrations.first?.episode.calls.suffix(3) == ["CLICK(x=0.0025, y=0.0067)", "TYPE(\"ok\")", "KEY(\"enter\")"])
    }
  }

  @Test func aDamagedDatabaseIsNamed() throws {
    try Recordings.withFolder { folder in
      try Self.make(folder, Self.events)
      let path = "\(folder)/capture.db"
      let whole = try #require(FileManager.default.contents(atPath: path))
      for damaged in [Data("no database".utf8), whole.prefix(5_000), Data(), whole.prefix(100) + Data(repeating: 7, count: 8_000)] {
        try damaged.write(to: URL(fileURLWithPath: path))
        let imported = try DemonstrationImport.read(folder)
        #expect(imported.demonstrations.isEmpty)
        #expect(imported.problems.count == 1 && imported.problems.first?.file?.hasSuffix("capture.db") == true, "\(imported.problems)")
      }
    }
  }

  /// SQLite makes files beside a database in WAL mode even to read it; a recorder that died leaves such a log.
  @Test func nothingIsMadeBesideADatabaseWithALog() throws {
    try Recordings.withFolder { folder in
      try Self.make(folder, [])
      try Recordings.withFolder("writer") { writer in
        try FileManager.default.copyItem(atPath: "\(folder)/capture.db", toPath: "\(writer)/capture.db")
        let queue = try DatabaseQueue(path: "\(writer)/capture.db")
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
        try queue.write { database in
          for (time, type, data) in Self.events {
            let text = String(decoding: try JSONSerialization.data(withJSONObject: data), as: UTF8.self)
            try database.execute(sql: "INSERT INTO events (timestamp, type, data) VALUES (?, ?, ?)", arguments: [time, type, text])
          }
        }
        // As a crash leaves them: the events are in the log only.
        for suffix in ["", "-wal"] {
          try? FileManager.default.removeItem(atPath: "\(folder)/capture.db\(suffix)")
          try FileManager.default.copyItem(atPath: "\(writer)/capture.db\(suffix)", toPath: "\(folder)/capture.db\(suffix)")
        }
        try queue.close()
      }
      let before = try Recordings.contents(of: folder)
      #expect(before.keys.sorted() == ["capture.db", "capture.db-wal"])
      let imported = try DemonstrationImport.read(folder)
      #expect(imported.demonstrations.first?.episode.steps.count == 4)
      #expect(try Recordings.contents(of: folder) == before)
    }
  }
}
