import Foundation
import Testing

@testable import Demonstrations

/// What OpenAdapt's own programs wrote (`Tools/demonstrations/make_fixtures.py`), read and compared with what they make of it themselves.
@Suite struct OpenAdaptFixtureTests {
  private static let folder = Recordings.packageRoot + "/Tests/Fixtures/demonstrations"

  /// What openadapt-capture makes of the events of a recording.
  private struct Expected: Decodable {
    let type: String
    let timestamp: Double
  }

  private func expected(_ name: String) throws -> [Expected] {
    let data = try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/expected.json"))
    return try #require(try JSONDecoder().decode([String: [Expected]].self, from: data)[name])
  }

  /// The same steps out of either database: a typed text is one step, and the right button and the shortcut are kept.
  private static let calls = [
    "CLICK(x=0.25, y=0.25)", "TYPE(\"Hi you\")", "KEY(\"enter\")", "RIGHT_CLICK(x=0.5, y=0.5)", "DOUBLE_CLICK(x=0.0625, y=0.1)",
    "HOTKEY(\"ctrl\", \"s\")", "DRAG(start_x=0.125, start_y=0.6, end_x=0.625, end_y=0.6)",
    "SCROLL(direction=\"down\", amount=300, x=0.3125, y=0.5)",
  ]

  @Test(arguments: ["capture", "recording"])
  func stepsArePeoplesAndTimesAreTheRecorders(_ name: String) throws {
    let imported = try DemonstrationImport.read("\(Self.folder)/\(name)")
    #expect(imported.problems.isEmpty, "\(imported.problems)")
    let episode = try #require(imported.demonstrations.first?.episode)
    #expect(episode.calls == Self.calls)
    #expect(episode.instruction == "Say hello and save" && episode.environment == "darwin")
    #expect(episode.createdAt == "2026-01-01T00:00:00.250000Z")
    // Each step begins when one of the recorder's actions does, in order.
    let times = try expected(name).map(\.timestamp)
    let found = episode.steps.compactMap { $0.timestamp.map { ($0 * 1_000).rounded() / 1_000 } }
    #expect(found == times.filter(found.contains) && found.count == 8)
    #expect(episode.steps.allSatisfy { $0.observation.screenSize == ScreenSize(width: 320, height: 200) })
    #expect(episode.steps[0].action.coordinates == Coordinates(x: 80, y: 50))
  }

  /// openadapt-ml names screens by the recorder's count of actions, which is not that of the steps.
  @Test func screensAreFoundByTheRecordersCount() throws {
    let episode = try #require(try DemonstrationImport.read("\(Self.folder)/capture").demonstrations.first?.episode)
    let times = try expected("capture").map(\.timestamp)
    for step in episode.steps {
      let number = try #require(times.firstIndex(of: ((step.timestamp ?? -1) * 1_000).rounded() / 1_000))
      let file = "\(Self.folder)/capture/screenshots/capture_a1b2c3d4_step_\(number).png"
      #expect(step.observation.screenshotBase64 == FileManager.default.contents(atPath: file)?.base64EncodedString())
    }
  }

  /// The recorder writes the program's name into a window's state, and where it is the same as before not again.
  @Test func windowsGoWithTheSteps() throws {
    let episode = try #require(try DemonstrationImport.read("\(Self.folder)/recording").demonstrations.first?.episode)
    #expect(episode.steps[0].observation.windowTitle == "Untitled" && episode.steps[0].observation.appName == "TextEdit")
    #expect(episode.steps[3].observation.windowTitle == "TextEdit Untitled 2" && episode.steps[3].observation.appName == nil)
    #expect(episode.steps.allSatisfy { $0.observation.screenshotBase64 != nil })
    #expect(Set(episode.steps.map(\.observation.screenshotBase64)).count == 8)
  }

  /// Byte for byte what pydantic writes.
  @Test func episodesAreWrittenAsPydanticWritesThem() throws {
    let text = try String(contentsOfFile: Self.folder + "/episode.json", encoding: .utf8)
    #expect(try Episode(JSONValue(parsing: Data(text.utf8))).json() == text)
  }
}
