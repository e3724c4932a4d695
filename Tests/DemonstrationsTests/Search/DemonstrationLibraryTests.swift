import Foundation
import TestSupport
import Testing

@testable import Demonstrations

/// Demonstrations on disk
@Suite struct DemonstrationLibraryTests {
  @Test func whatIsAddedIsThereWithItsScreens() throws {
    let place = try LibraryPlace()
    let demonstration = try #require(try place.add("shop-cart", "terminal-disk").first)
    let record = demonstration.record
    #expect(record.id == "shop-cart" && record.task == "Put the blue backpack into the shopping cart")
    #expect(record.applications == ["Browser"] && record.domains == ["shop.example.com"] && record.platform == "linux")
    #expect(record.tags == ["gallery"] && record.steps.count == 3 && record.screens == .copied)
    #expect(record.steps[0].words == #"Click "Blue" (button) in "Backpacks - Browser""#)
    let point = try #require(record.steps[0].point)
    #expect(point.count == 2 && point.allSatisfy { (0...1).contains($0) })
    let original = try LibraryPlace.gallery("shop-cart")
    for place in 0..<3 {
      let screen = try #require(demonstration.screen(ofStep: place))
      let expected = FileManager.default.contents(atPath: "\(original.folder ?? "")/screens/0\(place).png")
      #expect(expected != nil && FileManager.default.contents(atPath: screen) == expected)
    }
    // The episode is what it was, but for where its screens lie.
    var episode = try demonstration.episode()
    for index in episode.steps.indices { episode.steps[index].observation.screenshotPath = "screens/0\(index).png" }
    #expect(episode == original.episode)
    #expect(try place.library.demonstration("terminal-disk").firstScreen == nil)
  }

  @Test func addingAgainChangesNothingAndNewContentReplaces() throws {
    let place = try LibraryPlace()
    let before = try #require(try place.add("notes-pin").first)
    #expect(try place.library.add([LibraryPlace.gallery("notes-pin")]).changes.map(\.change) == [.unchanged])
    #expect(try place.library.contents().demonstrations == [before])
    var changed = try LibraryPlace.gallery("notes-pin")
    changed.episode.instruction = "Keep a note on top"
    #expect(try place.library.add([changed]).changes.map(\.change) == [.updated])
    let after = try place.library.contents().demonstrations
    #expect(after.map(\.record.task) == ["Keep a note on top"] && after.map(\.record.revision) == [1])
    #expect(!FileManager.default.fileExists(atPath: before.folder))
    // A label alone is a change too.
    changed.labels.tags = ["new"]
    #expect(try place.library.add([changed]).changes.map(\.change) == [.updated])
    #expect(try place.library.demonstration("notes-pin").record.tags == ["new", "gallery"])
  }

  @Test func removingNamesWhatIsNotThere() throws {
    let place = try LibraryPlace()
    try place.add("notes-pin", "notes-new")
    #expect(throws: LibraryError.self) { try place.library.remove(["notes-pin", "nothing"]) }
    #expect(try place.library.contents().demonstrations.count == 2)
    try place.library.remove(["notes-pin"])
    #expect(try place.library.contents().demonstrations.map(\.record.id) == ["notes-new"])
  }

  @Test func aLibraryCanBeMoved() throws {
    let place = try LibraryPlace()
    try place.add("notes-pin")
    var referenced = try LibraryPlace.gallery("notes-new")
    let recordings = place.root + "/recordings"
    try FileManager.default.copyItem(atPath: referenced.folder ?? "", toPath: recordings)
    referenced.folder = recordings
    referenced.screens = .referenced
    _ = try place.library.add([referenced])
    let moved = place.root + "-moved"
    try FileManager.default.moveItem(atPath: place.root, toPath: moved)
    let demonstrations = try DemonstrationLibrary(opening: moved + "/library").contents().demonstrations
    #expect(demonstrations.map(\.record.screens) == [.referenced, .copied])
    for demonstration in demonstrations {
      let screen = try #require(demonstration.firstScreen)
      #expect(FileManager.default.fileExists(atPath: screen), "\(screen)")
    }
  }

  @Test func aScreenThatCannotBeUsedIsNamedAndItsStepKept() throws {
    let place = try LibraryPlace()
    var missing = try LibraryPlace.gallery("notes-pin")
    missing.episode.steps[1].observation.screenshotPath = "screens/none.png"
    var damaged = try LibraryPlace.gallery("notes-new")
    damaged.episode.steps[0].observation.screenshotPath = "episode.json"
    var outside = try LibraryPlace.gallery("notes-delete")
    outside.episode.steps[0].observation.screenshotPath = "../notes-pin/screens/00.png"
    let (changes, failures) = try place.library.add([missing, damaged, outside])
    #expect(changes.map(\.change) == [.added, .added, .added])
    #expect(failures.map(\.demonstration) == ["notes-pin", "notes-new", "notes-delete"])
    #expect(failures.map { $0.reason.hasPrefix("step \($0.demonstration == "notes-pin" ? 1 : 0):") } == [true, true, true])
    #expect(try place.library.demonstration("notes-pin").record.steps.map { $0.screen != nil } == [true, false, true])
  }

  @Test func screensWithinTheEpisodeBecomeFiles() throws {
    let place = try LibraryPlace()
    var new = try LibraryPlace.gallery("notes-new")
    let bytes = try #require(FileManager.default.contents(atPath: "\(new.folder ?? "")/screens/00.png"))
    new.folder = nil
    for index in new.episode.steps.indices {
      new.episode.steps[index].observation.screenshotPath = nil
      new.episode.steps[index].observation.screenshotBase64 = bytes.base64EncodedString()
    }
    #expect(try place.library.add([new]).failures.isEmpty)
    let demonstration = try place.library.demonstration("notes-new")
    // Equal screens are kept once.
    #expect(Set(demonstration.record.steps.map(\.screen)).count == 1)
    #expect(FileManager.default.contents(atPath: try #require(demonstration.firstScreen)) == bytes)
    #expect(try demonstration.episode().steps.allSatisfy { $0.observation.screenshotBase64 == nil })
  }

  /// As a crash between the new folder's name and the old one's removal leaves it.
  @Test func theNewerOfTwoFoldersCounts() throws {
    let place = try LibraryPlace()
    let old = try #require(try place.add("notes-pin").first)
    let kept = place.root + "/kept"
    try FileManager.default.copyItem(atPath: old.folder, toPath: kept)
    var changed = try LibraryPlace.gallery("notes-pin")
    changed.episode.instruction = "Newer"
    _ = try place.library.add([changed])
    try FileManager.default.moveItem(atPath: kept, toPath: old.folder)
    try FileManager.default.createDirectory(atPath: old.folder + "-x.partial", withIntermediateDirectories: true)
    #expect(try place.library.contents().demonstrations.map(\.record.task) == ["Newer"])
    try place.add("notes-new")
    let names = try FileManager.default.contentsOfDirectory(atPath: place.library.demonstrationsDirectory)
    #expect(names.count == 2 && !names.contains((old.folder as NSString).lastPathComponent), "\(names)")
  }

  @Test func damageIsNamedAndTheRestIsRead() throws {
    let place = try LibraryPlace()
    let demonstrations = try place.add("notes-new", "notes-pin")
    try "{".write(toFile: demonstrations[0].folder + "/record.json", atomically: true, encoding: .utf8)
    let (rest, failures) = try place.library.contents()
    #expect(rest.map(\.record.id) == ["notes-pin"] && failures.map(\.demonstration) == [demonstrations[0].folder])
    #expect(throws: LibraryError.self) { try DemonstrationLibrary(opening: place.root + "/nothing") }
    try #"{"kind": "demonstrations", "formatVersion": 9}"#.write(
      toFile: place.root + "/library/library.json", atomically: true, encoding: .utf8)
    #expect(throws: LibraryError.self) { try place.library }
  }

  @Test func aStrangersFolderIsNotTaken() throws {
    let place = try LibraryPlace()
    let folder = place.root + "/photos"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try "x".write(toFile: folder + "/a.txt", atomically: true, encoding: .utf8)
    #expect(throws: LibraryError.self) { try DemonstrationLibrary.openOrCreate(at: folder) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.txt"])
  }

  @Test func whatIsExportedCanBeImported() throws {
    let place = try LibraryPlace()
    let before = try place.add("shop-cart", "calculator-add", "music-playlist")
    let folder = place.root + "/exported"
    #expect(try place.library.export(to: folder) == 3)
    #expect(throws: LibraryError.self) { try place.library.export(to: folder) }
    #expect(throws: LibraryError.self) { try place.library.export(["nothing"], to: folder + "-2") }
    let lines = try String(contentsOfFile: folder + "/index.jsonl", encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 3)
    let imported = try DemonstrationImport.read(folder)
    #expect(imported.problems.isEmpty, "\(imported.problems)")
    let again = try DemonstrationLibrary.openOrCreate(at: place.root + "/again")
    _ = try again.add(imported.demonstrations.map { NewDemonstration($0.episode, folder: $0.folder, source: $0.folder) })
    let after = try again.contents().demonstrations
    #expect(after.map(\.record.id) == before.map(\.record.id) && after.map(\.record.task) == before.map(\.record.task))
    #expect(after.map(\.record.steps) == before.map(\.record.steps))
  }

  @Test func anotherWriterIsWaitedForByName() throws {
    let place = try LibraryPlace()
    try place.add("notes-new")
    let lock = try WriterLockHolder(place.library.directory)
    defer { withExtendedLifetime(lock) {} }
    #expect { try place.library.remove(["notes-new"]) } throws: { ($0 as? LibraryError)?.code == .busy }
  }
}
