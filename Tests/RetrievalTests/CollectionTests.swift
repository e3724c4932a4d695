import Embedding
import Foundation
import TestSupport
import Testing

@testable import Retrieval

/// The folder of a collection.
@Suite struct CollectionTests {
  @Test func namesAndPaths() throws {
    let folder = CollectionFolder(environment: ["SIGHTLINE_HOME": "/s", "XDG_DATA_HOME": "/x", "HOME": "/h"])
    #expect(try folder.path(of: "photos") == "/s/collections/photos")
    #expect(try folder.path(of: "./photos") == "./photos")
    #expect(CollectionFolder(environment: ["XDG_DATA_HOME": "/x", "HOME": "/h"]).root == "/x/sightline/collections")
    #expect(CollectionFolder(environment: ["XDG_DATA_HOME": "relative", "HOME": "/h"]).root == "/h/.sightline/collections")
    for name in ["", ".", "..", ".hidden", "a b", "a\u{0}b", String(repeating: "a", count: 101)] {
      #expect(throws: CollectionError.self) { try folder.path(of: name) }
    }
  }

  @Test func anExistingPlaceIsNotTaken() throws {
    let place = try Workplace()
    #expect(throws: CollectionError.self) { try SearchCollection.create(at: place.files, profile: Workplace.profile) }
    _ = try place.collection()
    let error = #expect(throws: CollectionError.self) { try SearchCollection.create(at: place.directory, profile: Workplace.profile) }
    #expect(error?.code == .exists)
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.root).sorted() == ["collection", "files"], "nothing is left behind")
  }

  @Test func aSlashAtTheEndOfAPathChangesNothing() async throws {
    let place = try Workplace()
    let collection = try SearchCollection.create(at: place.directory + "/", profile: Workplace.profile)
    try await collection.export(to: place.root + "/exported/")
    _ = try await SearchCollection.import(place.root + "/exported/", to: place.root + "/imported/")
    let names = try FileManager.default.contentsOfDirectory(atPath: place.root).sorted()
    #expect(names == ["collection", "exported", "files", "imported"])
  }

  /// A backup of the vectors that is older than that of the records is a fault, not something to wait for.
  @Test func lostCommitsAreSaid() async throws {
    let place = try Workplace()
    try place.write("a.txt", "one")
    try await place.index()
    let (vectors, old) = (place.directory + "/vectors", place.root + "/old")
    try FileManager.default.copyItem(atPath: vectors, toPath: old)
    try place.write("b.txt", "two")
    try await place.index()
    try FileManager.default.removeItem(atPath: vectors)
    try FileManager.default.moveItem(atPath: old, toPath: vectors)
    let error = await #expect(throws: CollectionError.self) { try await place.retriever().search(Item(text: "x")) }
    #expect(error?.description.contains("is missing") == true, "\(String(describing: error))")
  }

  @Test func damagedAndNewerManifestsAreRefused() throws {
    let place = try Workplace()
    _ = try place.collection()
    let path = place.directory + "/manifest.json"
    let good = try String(contentsOfFile: path, encoding: .utf8)
    for (text, code) in [
      ("", CollectionError.Code.damaged), ("{}", .damaged),
      (good.replacing("\"formatVersion\" : 1", with: "\"formatVersion\" : 2"), .newerFormat),
      (good.replacing("\"dimensions\" : 16", with: "\"dimensions\" : 0"), .damaged),
      (good.replacing("\"tokens\" : 32", with: "\"tokens\" : 1"), .damaged),
    ] {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      let error = #expect(throws: CollectionError.self) { try SearchCollection(opening: place.directory) }
      #expect(error?.code == code)
    }
    try good.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(throws: Never.self) { try SearchCollection(opening: place.directory) }
    #expect(throws: CollectionError.self) { try SearchCollection(opening: place.files) }
  }

  @Test func removingTakesNothingThatIsNotTheCollections() async throws {
    let place = try Workplace()
    try place.write("a.txt", "a")
    try await place.index()
    try "mine".write(toFile: place.directory + "/notes.txt", atomically: true, encoding: .utf8)
    #expect(throws: CollectionError.self) { try SearchCollection.remove(place.directory) }
    #expect(try await place.contents().count == 1)
    try FileManager.default.removeItem(atPath: place.directory + "/notes.txt")
    try SearchCollection.remove(place.directory)
    #expect(!FileManager.default.fileExists(atPath: place.directory))
    #expect(throws: CollectionError.self) { try SearchCollection.remove(place.files) }
    #expect(FileManager.default.fileExists(atPath: place.files + "/a.txt"))
  }

  @Test func anExportImportsAsTheSameCollection() async throws {
    let place = try Workplace()
    for index in 0..<20 { try place.write("\(index).txt", "number \(index)") }
    try place.write("p.png", IndexerTests.png)
    try place.write("items.jsonl", #"{"id": "x", "text": "y", "metadata": {"a": 1}}"#)
    try await place.index([place.files, place.files + "/items.jsonl"])
    let export = place.root + "/export"
    #expect(try await place.collection().export(to: export) == 22)
    #expect(try FileManager.default.contentsOfDirectory(atPath: export).sorted() == ["manifest.json", "records.jsonl", "vectors.npy"])
    await #expect(throws: CollectionError.self) { try await place.collection().export(to: export) }
    let imported = try await SearchCollection.import(export, to: place.root + "/imported")
    #expect(try await imported.verify().isEmpty)
    let retriever = try Retriever(imported, embedder: place.embedder, profile: Workplace.profile)
    var options = SearchOptions()
    options.count = 30
    let (before, after) = (
      try await place.retriever().search(Item(text: "q"), options), try await retriever.search(Item(text: "q"), options)
    )
    #expect(before.map(\.address) == after.map(\.address))
    #expect(before.map(\.similarity) == after.map(\.similarity))
    #expect(before.map(\.metadata) == after.map(\.metadata))
    _ = place.embedder.takeLog()
    let indexer = try Indexer(imported, embedder: place.embedder, profile: Workplace.profile, counting: Workplace.count)
    #expect(try await indexer.index([place.files, place.files + "/items.jsonl"]).unchanged == 22, "nothing is embedded again")
    // A file of vectors that is too short.
    try FileManager.default.removeItem(atPath: place.root + "/imported")
    let vectors = try Data(contentsOf: URL(fileURLWithPath: export + "/vectors.npy"))
    try vectors.dropLast(4).write(to: URL(fileURLWithPath: export + "/vectors.npy"))
    await #expect(throws: CollectionError.self) { try await SearchCollection.import(export, to: place.root + "/imported") }
    #expect(!FileManager.default.fileExists(atPath: place.root + "/imported"))
  }
}
