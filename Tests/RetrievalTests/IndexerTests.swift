import Embedding
import Foundation
import Media
import Synchronization
import TestSupport
import Testing

@testable import Retrieval

/// What is embedded, what is kept, what goes.
@Suite struct IndexerTests {
  static let png: [UInt8] = {
    let path = "\(Fixtures.root)/oracle/images/rocket-64x128.png"
    return Array(FileManager.default.contents(atPath: path) ?? Data())
  }()

  @Test func textsAndPicturesBecomeRecordsAndUnchangedOnesAreLeftAlone() async throws {
    let place = try Workplace()
    try place.write("a.txt", "A text of a few words.")
    try place.write("long.md", (0..<10).map { "# Part \($0)\n\n" + String(repeating: "word ", count: 20) }.joined(separator: "\n\n"))
    try place.write("picture.dat", Self.png)
    try place.write("unknown.bin", [0, 1, 2, 3])
    let first = try await place.index()
    #expect((first.indexed, first.unchanged, first.skipped, first.failures.count) == (3, 0, 1, 0))
    #expect(place.embedder.takeLog().count == first.embedded)
    let contents = try await place.contents()
    #expect(contents.count == first.embedded)
    #expect(contents.contains("picture.dat"))
    #expect(contents.filter { $0.hasPrefix("long.md#bytes=") }.count == 10)
    _ = place.embedder.takeLog()
    let second = try await place.index()
    #expect((second.indexed, second.unchanged, second.embedded) == (0, 3, 0))
    #expect(place.embedder.takeLog().isEmpty)
    #expect(try await place.contents() == contents)
  }

  @Test func aChangedFileIsReplacedAndATouchedOneIsNot() async throws {
    let place = try Workplace()
    try place.write("a.txt", "The first version.")
    try place.write("b.txt", "Another one.")
    try await place.index()
    _ = place.embedder.takeLog()
    try place.write("a.txt", "The second version.")
    try place.write("b.txt", "Another one.", age: 500)
    let report = try await place.index()
    #expect((report.indexed, report.replaced, report.unchanged) == (1, 1, 1))
    #expect(place.embedder.takeLog() == ["The second version."])
    #expect(try await place.contents().count == 2)
    #expect(try await place.index().unchanged == 2)
  }

  @Test func aFileThatIsTooNewForItsTimeToTellAnythingIsComparedByContent() async throws {
    let place = try Workplace()
    // A time in the future stays too new for as long as the test runs.
    try place.write("a.txt", "one", age: -1_000)
    try await place.index()
    let time = try FileManager.default.attributesOfItem(atPath: place.files + "/a.txt")[.modificationDate]
    try place.write("a.txt", "two")
    try FileManager.default.setAttributes([.modificationDate: time as Any], ofItemAtPath: place.files + "/a.txt")
    _ = place.embedder.takeLog()
    #expect(try await place.index().replaced == 1)
    #expect(place.embedder.takeLog() == ["two"])
  }

  @Test func aRenamedFileKeepsItsVectors() async throws {
    let place = try Workplace()
    try place.write("old.txt", "What is in it.")
    try place.write("picture.png", Self.png)
    try await place.index()
    _ = place.embedder.takeLog()
    try place.rename("old.txt", to: "new.txt")
    try place.write("copy.png", Self.png)
    let report = try await place.index()
    #expect((report.renamed, report.indexed, report.unchanged) == (1, 1, 1))
    #expect(place.embedder.takeLog().count == 1, "a copy is a file of its own")
    #expect(try await place.contents() == ["copy.png", "new.txt#bytes=0-14", "picture.png"])
    // Over another file that is in the collection.
    try place.rename("copy.png", to: "copy2.png")
    try place.remove("new.txt")
    try place.rename("copy2.png", to: "new.txt")
    try await place.index(prunes: true)
    #expect(try await place.contents().count == 2)
  }

  @Test func whatIsGoneIsRemovedOnlyWithPruneAndOnlyWhereItWasLookedFor() async throws {
    let place = try Workplace()
    try place.write("x/a.txt", "a")
    try place.write("x/b.txt", "b")
    try place.write("y/c.txt", "c")
    try await place.index()
    try place.remove("x/a.txt")
    try place.remove("y/c.txt")
    #expect(try await place.index().removed == 0)
    #expect(try await place.contents().count == 3)
    let report = try await place.index([place.files + "/x"], prunes: true)
    #expect(report.removed == 1)
    #expect(try await place.contents() == ["x/b.txt#bytes=0-1", "y/c.txt#bytes=0-1"])
    try FileManager.default.removeItem(atPath: place.files + "/y")
    // A folder that is missing may be a disk that is not there.
    #expect(try await place.index([place.files + "/y"], prunes: true).removed == 0)
    #expect(try await place.index(prunes: true).removed == 1)
    #expect(try await place.contents() == ["x/b.txt#bytes=0-1"])
  }

  @Test func whatFailsIsRecordedAndTriedAgain() async throws {
    let place = try Workplace()
    try place.write("good.txt", "good")
    try place.write("bad.txt", "POISON")
    try place.write("binary.txt", [0x66, 0xff, 0xfe])
    try place.write("empty.txt", "")
    let report = try await place.index()
    #expect(report.indexed == 1)
    #expect(report.failures.map(\.source).sorted() == ["bad.txt", "binary.txt", "empty.txt"].map { "\(place.files)/\($0)" })
    #expect(report.failures.contains { $0.reason.contains("poisoned") })
    #expect(try await place.collection().statistics().failures.count == 3)
    #expect(try await place.index().failures.count == 3, "tried again")
    try place.write("bad.txt", "no longer")
    try place.write("binary.txt", "a text now")
    try place.remove("empty.txt")
    let fixed = try await place.index(prunes: true)
    #expect((fixed.indexed, fixed.failures.count) == (2, 0))
    #expect(try await place.collection().statistics().failures.isEmpty)
  }

  @Test func aFileThatBreaksKeepsItsRecordsUntilItCanBeReadAgain() async throws {
    let place = try Workplace()
    try place.write("a.txt", "It was fine.")
    try await place.index()
    try place.write("a.txt", [0xff, 0xff])
    #expect(try await place.index().failures.count == 1)
    #expect(try await place.contents() == ["a.txt#bytes=0-12"])
    try place.write("a.txt", "POISON")
    #expect(try await place.index().failures.count == 1)
    #expect(try await place.contents() == ["a.txt#bytes=0-12"])
    try place.write("a.txt", "It is fine.")
    #expect(try await place.index().replaced == 1)
    #expect(try await place.contents() == ["a.txt#bytes=0-11"])
  }

  @Test func oneBadPassageDoesNotStopTheOthersAndIsTriedAlone() async throws {
    let place = try Workplace()
    try place.write("a.md", "# One\n\n\(String(repeating: "word ", count: 20))\n\n# POISON\n\n\(String(repeating: "text ", count: 20))\n")
    let report = try await place.index()
    #expect(report.embedded == 1)
    #expect(report.failures.map(\.part) == [1])
    _ = place.embedder.takeLog()
    #expect(try await place.index().failures.map(\.part) == [1])
    #expect(place.embedder.takeLog().isEmpty, "what is there already is not embedded again")
  }

  @Test func linesKeepTheCallersIdsAndMetadata() async throws {
    let place = try Workplace()
    try place.write("red.png", Self.png)
    let lines = """
      {"id": "one", "text": "first", "metadata": {"colour": "red", "size": 3, "new": true}}
      {"id": 2, "image": "red.png", "text": ["a", "caption"]}
      {"id": "one", "text": "again"}
      {"id": "three", "text": "third", "instruction": "Find it"}
      not json
      {"text": "without an id"}
      """
    let path = try place.write("items.jsonl", lines)
    let report = try await place.index([path])
    #expect((report.indexed, report.failures.count) == (3, 3))
    #expect(report.failures.map(\.source) == [3, 4, 5].map { "\(path), line \($0)" })
    let found = try await place.retriever().search(Item(text: "x")).sorted { $0.source < $1.source }
    #expect(found.map(\.source).prefix(2) == ["2", "one"])
    #expect(found.last?.source.hasPrefix("sha256:") == true)
    #expect(found[1].metadata == ["colour": .text("red"), "size": .number(3), "new": .flag(true)])
    #expect(try await place.index([path]).unchanged == 3)
    // A line that is gone goes only when every line was understood.
    try place.write("items.jsonl", #"{"id": "one", "text": "changed"}"# + "\nnot json")
    #expect(try await place.index([path], prunes: true).removed == 0)
    try place.write("items.jsonl", #"{"id": "one", "text": "changed"}"#)
    #expect(try await place.index([path], prunes: true).removed == 2)
    #expect(try await place.contents() == ["one"])
    // A picture that a line names is looked at too.
    try place.write("items.jsonl", #"{"id": "p", "image": "red.png"}"#)
    try await place.index([path])
    try place.write("red.png", Self.png, age: 10)
    #expect(try await place.index([path]).replaced == 1)
  }

  @Test func whatFailedAndIsAgainWhatItWasKeepsItsRecord() async throws {
    let place = try Workplace()
    let good = #"{"id": "a", "text": "good"}"#
    let lines = try place.write("items.jsonl", good)
    try place.write("b.txt", "fine")
    let paths = [place.files, lines]
    try await place.index(paths)
    try place.write("items.jsonl", #"{"id": "a", "text": "POISON"}"#)
    try place.write("b.txt", "POISON", age: 900)
    #expect(try await place.index(paths).failures.count == 2)
    try place.write("items.jsonl", good)
    try place.write("b.txt", "fine", age: 800)
    _ = place.embedder.takeLog()
    let report = try await place.index(paths)
    #expect((report.unchanged, report.failures.count) == (2, 0))
    #expect(place.embedder.takeLog().isEmpty)
    #expect(try await place.contents() == ["a", "b.txt#bytes=0-4"])
    #expect(try await place.collection().statistics().failures.isEmpty)
  }

  @Test func aFileThatIsNoLongerOfAKnownKindLosesItsRecords() async throws {
    let place = try Workplace()
    try place.write("picture.dat", Self.png)
    try await place.index()
    try place.write("picture.dat", [0, 1, 2, 3], age: 500)
    let report = try await place.index()
    #expect((report.skipped, report.removed) == (1, 1))
    #expect(try await place.contents().isEmpty)
  }

  @Test func pagesAndVideosAreRecordsOfTheirOwn() async throws {
    let place = try Workplace()
    _ = try SearchCollection.create(at: place.directory, profile: Workplace.profile, segmentSeconds: 1)
    let clips = try FileManager.default.contentsOfDirectory(atPath: "\(Fixtures.root)/video/clips").filter { $0.hasSuffix(".mp4") }.sorted()
    let clip = try #require(clips.first)
    for (name, source) in [("text.pdf", "pdf/text.pdf"), ("broken.pdf", "pdf/no-pages.pdf"), ("clip", "video/clips/\(clip)")] {
      try FileManager.default.copyItem(atPath: "\(Fixtures.root)/\(source)", toPath: "\(place.files)/\(name)")
    }
    let report = try await place.index()
    #expect(report.failures.map(\.source) == [place.files + "/broken.pdf"], "\(report.failures)")
    let contents = try await place.contents()
    #expect(contents.contains("text.pdf#page=1"))
    #expect(contents.contains("clip"))
    var options = SearchOptions()
    options.count = 100
    for result in try await place.retriever().search(Item(text: "x"), options) {
      let picture = try #require(try await result.thumbnail(fitting: 40))
      #expect(max(picture.width, picture.height) <= 40)
      if case .segment = result.location { #expect(result.address.contains("#t=")) }
    }
    #expect(try await place.index().unchanged == 2)
  }

  @Test func theSameIdInTwoFilesIsOneItem() async throws {
    let place = try Workplace()
    let a = try place.write("a.jsonl", #"{"id": "x", "text": "one"}"# + "\n" + #"{"id": "y", "text": "same"}"#)
    let b = try place.write("b.jsonl", #"{"id": "x", "text": "two"}"# + "\n" + #"{"id": "y", "text": "same"}"#)
    let report = try await place.index([a, b])
    #expect((report.indexed, report.replaced, report.unchanged) == (3, 1, 1))
    #expect(try await place.contents() == ["x", "y"])
  }

  @Test func aFailureThatIsOverIsForgotten() async throws {
    let place = try Workplace()
    let path = try place.write("a.txt", "a text")
    try await place.index()
    // As a file that could not be opened for a while leaves it: nothing about the file itself has changed.
    try await CollectionWriter.open(place.collection()) { try await $0.fail(OpenSource(name: path, kind: nil), "cannot be opened") }
    #expect(try await place.collection().statistics().failures.count == 1)
    #expect(try await place.index().unchanged == 1)
    #expect(try await place.collection().statistics().failures.isEmpty)
  }

  @Test func aFolderDoesNotReadLinesButANamedFileDoes() async throws {
    let place = try Workplace()
    try place.write("items.jsonl", #"{"id": "a", "text": "b"}"#)
    try place.write("notes", "a text without an ending")
    #expect(try await place.index().skipped == 2)
    #expect(try await place.index([place.files + "/notes"]).indexed == 1)
  }

  @Test func cancellingKeepsWhatIsDoneAndTheNextRunGoesOn() async throws {
    let place = try Workplace()
    for index in 0..<200 { try place.write("\(index).txt", "text number \(index)") }
    let running = Mutex<Task<IndexReport, any Error>?>(nil)
    let (start, starter) = AsyncStream.makeStream(of: Void.self)
    // Cancelled while the first batch is embedded, which is kept all the same.
    let embedder = FakeEmbedder { running.withLock { $0?.cancel() } }
    let task = Task {
      for await _ in start { break }
      return try await place.indexer(embedder).index([place.files])
    }
    running.withLock { $0 = task }
    starter.yield()
    let report = try await task.value
    #expect(report.isInterrupted)
    #expect(report.indexed == 64)
    #expect(try await place.index().indexed == 200 - 64)
    #expect(try await place.contents().count == 200)
  }

  @Test func eventsEndWithTheReport() async throws {
    let place = try Workplace()
    for index in 0..<5 { try place.write("\(index).txt", "text number \(index)") }
    var last = IndexProgress()
    var report: IndexReport?
    for try await event in try place.indexer().events(indexing: [place.files]) {
      switch event {
      case .progress(let progress):
        #expect(progress.done >= last.done)
        last = progress
      case .finished(let finished): report = finished
      }
    }
    #expect((last.done, last.total, last.embedded) == (5, 5, 5))
    #expect(report?.indexed == 5)
  }

  @Test func anotherModelOrOtherSettingsAreRefusedInASentence() throws {
    let place = try Workplace()
    let collection = try place.collection()
    for (profile, word) in [
      (EmbeddingProfile(model: "other", fingerprint: "other", dimensions: 16), "other"),
      (EmbeddingProfile(model: "fake", fingerprint: "fake", dimensions: 16, instruction: "Find."), "instruction"),
      (EmbeddingProfile(model: "fake", fingerprint: "fake", dimensions: 16, maximumPixels: 1), "--max-pixels"),
      (EmbeddingProfile(model: "fake", fingerprint: "fake", dimensions: 16, minimumPixels: 1), "--min-pixels"),
      (EmbeddingProfile(model: "fake", fingerprint: "fake", dimensions: 16, maximumLength: 1), "--max-length"),
      (EmbeddingProfile(model: "fake", fingerprint: "fake", dimensions: 16, parsesSpecialTokens: true), "special"),
      (EmbeddingProfile(model: "fake", fingerprint: "fake", dimensions: 16, preprocessingVersion: 2), "preparation"),
    ] {
      let error = #expect(throws: CollectionError.self) {
        try Indexer(collection, embedder: place.embedder, profile: profile, counting: Workplace.count)
      }
      #expect(error?.code == .differentModel)
      #expect(error?.reason.contains(word) == true)
      #expect(throws: CollectionError.self) { try Retriever(collection, embedder: place.embedder, profile: profile) }
    }
    #expect(throws: Never.self) {
      try Retriever(
        collection, embedder: place.embedder,
        profile: EmbeddingProfile(model: "renamed", revision: "r", location: "/moved", fingerprint: "fake", dimensions: 16))
    }
  }

  @Test func aProfileGivesTheOptionsThatItWasMadeWith() throws {
    var options = ModelOptions()
    options.maximumLength = 300
    options.minimumPixels = 8_192
    options.maximumPixels = 65_536
    options.videoSampling.framesPerSecond = 0.5
    options.videoSampling.maximumFrames = 6
    options.totalVideoPixels = 200_000
    options.usesReferenceVideoBudget = true
    options.parsesSpecialTokens = true
    let directory = try TinyCheckpoint.tied.directory
    let profile = try Embedder(Model(directory: directory, options: options)).profile()
    #expect(profile.location == directory)
    let again = try Embedder(Model(directory: directory, options: ModelOptions(profile))).profile()
    #expect(profile == again)
    let usual = try Embedder(Model(directory: directory)).profile()
    #expect(profile != usual)
    let moved = EmbeddingProfile(model: "moved", revision: "r", location: "/moved", fingerprint: "f", dimensions: 4)
    #expect(moved.anonymous == EmbeddingProfile(model: "", fingerprint: "f", dimensions: 4))
    #expect(profile.anonymous != usual.anonymous)
  }

  @Test(arguments: [
    ("/a/models--Qwen--Qwen3-VL-Embedding-2B/snapshots/9f2f7e71", "Qwen/Qwen3-VL-Embedding-2B", "9f2f7e71" as String?),
    ("/a/b/../nano", "nano", nil), ("/a/snapshots/x", "x", nil), ("/models--a/snapshots/x", "x", nil),
  ])
  func aCheckpointThatWasPulledIsCalledByItsRepository(path: String, name: String, revision: String?) {
    let place = CheckpointPlace(path)
    #expect((place.name, place.revision) == (name, revision))
    #expect(place.directory == path.replacing("/b/..", with: ""))
  }
}
