import Foundation
import Testing

@testable import Demonstrations

/// OpenAdapt's own recordings, read where they lie.
@Suite(.enabled(if: Recordings.hasShared, Recordings.sharedComment))
struct SharedRecordingsTests {
  private func read(_ name: String) throws -> ImportedDemonstrations { try DemonstrationImport.read("\(Recordings.shared)/\(name)") }

  private func allScreensAreThere(_ imported: ImportedDemonstrations) -> Bool {
    imported.demonstrations.allSatisfy { demonstration in
      demonstration.episode.steps.allSatisfy { step in
        step.observation.screenshotPath.map { FileManager.default.fileExists(atPath: "\(demonstration.folder)/\($0)") } ?? false
      }
    }
  }

  @Test func recordingsOfWindowsAgentArena() throws {
    let imported = try read("waa_recordings")
    #expect(imported.problems.isEmpty, "\(imported.problems)")
    #expect(imported.demonstrations.map(\.episode.steps.count) == [21, 7, 3])
    #expect(allScreensAreThere(imported))
    #expect(imported.demonstrations.allSatisfy { $0.episode.source == .waa && $0.episode.environment == "windows" })
    let font = try #require(imported.demonstrations.last?.episode)
    #expect(font.instruction == "Change the font to \"Times New Roman\" throughout the text.")
    #expect(
      font.calls == [
        "HOTKEY(\"ctrl\", \"a\")", "CLICK(element=\"font dropdown in the toolbar\")", "TYPE(\"Times New Roman\", after=\"enter\")",
      ])
    #expect(font.steps[2].action.raw?["keys_after"] == .array([.string("enter")]))
    #expect(font.steps.map(\.observation.screenSize).allSatisfy { $0 != nil })
    let sheet = try #require(imported.demonstrations.first?.episode)
    #expect(
      sheet.calls.prefix(3) == [
        "RIGHT_CLICK(element=\"Sheet1\")", "CLICK_AND_TYPE(\"Year\", element=\"cell A1\")", "TYPE(\"CA changes\", before=\"tab\")",
      ])
    #expect(sheet.steps[2].action.raw?["keys_before"] == .array([.string("tab")]))
    #expect(sheet.steps[12].action.call() == "DRAG(element=\"fill handle\")")
    #expect(sheet.steps[19].action.call() == "DRAG(element=\"cells B2:D6\")")
    let padding = imported.demonstrations[1].episode
    #expect(padding.steps[1].action.text == "=TEXT(C2;\"0000000\")")
    #expect(padding.steps.map(\.action.type) == [.click, .type, .click, .drag, .click, .rightClick, .click])
  }

  @Test func aRecordingOfFlow() throws {
    let imported = try read("flow")
    #expect(imported.problems.isEmpty, "\(imported.problems)")
    let episode = try #require(imported.demonstrations.first?.episode)
    #expect(episode.episodeID == "flow_50758ec282e94c4a9f99f69ab7415678" && episode.steps.count == 18)
    #expect(allScreensAreThere(imported))
    #expect(episode.steps[0].action.coordinates == Coordinates(x: 705, y: 404))
    #expect(episode.steps[0].observation.screenSize == ScreenSize(width: 1_280, height: 800))
    #expect(episode.steps.allSatisfy { $0.observation.url == "https://demo.openemr.io/openemr/index.php" })
    #expect(episode.steps[9].action.call() == "SCROLL(direction=\"down\", amount=400)")
    #expect(episode.steps[16].action.raw?["param"] == .string("note"))
  }

  @Test func aTrace() throws {
    let imported = try read("traces")
    #expect(imported.problems.isEmpty, "\(imported.problems)")
    let episode = try #require(imported.demonstrations.first?.episode)
    #expect(episode.instruction == "Open Notepad and Type Hello World")
    #expect(episode.steps.map(\.action.type) == [.click, .click, .click, .click, .hotkey, .type])
    #expect(episode.steps[5].action.text == "Hello World")
    #expect(
      episode.steps[0].observation.screenshotPath == "step_00_reset.png" && episode.steps[5].observation.screenshotPath == "step_05.png")
    #expect(episode.steps[0].action.normalizedCoordinates == NormalizedCoordinates(x: 0.345, y: 0.9675))
  }

  @Test func demonstrationsInText() throws {
    let imported = try read("text_demos")
    #expect(imported.problems.isEmpty, "\(imported.problems)")
    #expect(imported.demonstrations.count == 16)
    for demonstration in imported.demonstrations {
      let text = try String(contentsOfFile: "\(demonstration.folder)/\(demonstration.episode.episodeID).txt", encoding: .utf8)
      #expect(demonstration.episode.steps.count == text.components(separatedBy: "ACTION:").count - 1)
      #expect(demonstration.episode.metadata?["domain"] != nil && demonstration.episode.metadata?["expected_outcome"] != nil)
      #expect(demonstration.episode.steps.last?.action.type == .done)
      #expect(demonstration.episode.steps.allSatisfy { $0.reasoning != nil && $0.action.raw?["description"] != nil })
    }
  }

  /// The older names, screens that are not there, and a password.
  @Test func theSampleOfTheOlderNames() throws {
    let imported = try read("sample_data.json")
    let episode = try #require(imported.demonstrations.first?.episode)
    #expect(episode.instruction == "Log into the application" && episode.metadata?["workflow_id"] == .string("login_workflow"))
    #expect(episode.steps.map(\.observation.appName) == Array(repeating: "MyApp", count: 6))
    #expect(episode.steps.map(\.timestamp) == [0, 1.2, 3.5, 4.8, 7.2, 9])
    #expect(episode.steps[1].action.text == "user@example.com" && episode.steps[3].action.text == "[masked]")
    #expect(!(try episode.json().contains("secretpassword")))
    #expect(imported.problems.map(\.step) == [0, 1, 2, 3, 4, 5])
    #expect(episode.steps[0].observation.raw?["missing_screenshot"] == .string("screenshots/step_0.png"))
  }

  /// Everything at once, and each of it written and read again.
  @Test func allOfItReturnsFromJSON() throws {
    let imported = try DemonstrationImport.read(Recordings.shared)
    #expect(imported.demonstrations.count >= 1)
    for demonstration in imported.demonstrations {
      #expect(try Episode(JSONValue(parsing: Data(demonstration.episode.json().utf8))) == demonstration.episode)
      for step in demonstration.episode.steps { #expect(throws: Never.self) { try Action(call: step.action.call()) } }
    }
  }
}
