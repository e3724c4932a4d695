import Foundation
import TestSupport
import Testing

@testable import Hub

/// What a pull brings, and where it puts it.
@Suite(.timeLimit(.minutes(5))) struct PullTests {
  private static let needed: Set<String> = [
    "config.json", "tokenizer.json", "1_Pooling/config.json", "modules.json", "model.safetensors.index.json",
    "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
  ]

  @Test(arguments: HubSource.allCases) func whatIsNeededIsThereInTheLayoutOfTheHub(_ source: HubSource) async throws {
    let stage = try Stage()
    let snapshot = try await stage.pull(source)
    let expected = Dictionary(uniqueKeysWithValues: LocalHub.model.filter { Self.needed.contains($0.path) }.map { ($0.path, $0.content) })
    #expect(stage.contents(snapshot.directory) == expected)
    #expect(snapshot.bytes == expected.values.reduce(0) { $0 + $1.count })
    #expect(snapshot.revisions == [source.mainRevision])
    let cache = try stage.configuration(source).cacheDirectory
    let folder = "\(cache)/models--acme--tiny-model"
    if source == .huggingFace { #expect(snapshot.commit == LocalHub.commit) }
    #expect(snapshot.directory == "\(folder)/snapshots/\(snapshot.commit)")
    #expect(try String(contentsOfFile: "\(folder)/refs/\(source.mainRevision)", encoding: .utf8) == snapshot.commit)
    let weights = try LocalHub.File.named("model-00001-of-00002.safetensors")
    let manager = FileManager.default
    #expect(try manager.destinationOfSymbolicLink(atPath: "\(snapshot.directory)/\(weights.path)") == "../../blobs/\(weights.sha256)")
    let pooling = try manager.destinationOfSymbolicLink(atPath: "\(snapshot.directory)/1_Pooling/config.json")
    #expect(pooling.hasPrefix("../../../blobs/"))
    #expect(try manager.contentsOfDirectory(atPath: folder + "/blobs").allSatisfy { [40, 64].contains($0.count) })
  }

  @Test func nothingIsFetchedTwice() async throws {
    let stage = try Stage()
    let first = try await stage.pull()
    _ = stage.server.takeRequests()
    #expect(try await stage.pull().directory == first.directory)
    #expect(stage.server.takeRequests().allSatisfy { $0.path.hasPrefix("/api/") })
  }

  @Test func anotherRevisionFetchesOnlyWhatChanged() async throws {
    let stage = try Stage()
    let first = try await stage.pull()
    var files = LocalHub.model
    let index = try #require(files.firstIndex { $0.path == "tokenizer.json" })
    files[index].content = Array(#"{"new": 1}"#.utf8)
    let commit = String(repeating: "ab", count: 20)
    stage.server.publish(files, commit: commit)
    _ = stage.server.takeRequests()
    let second = try await stage.pull()
    #expect(second.commit == commit)
    #expect(
      stage.server.takeRequests().filter { !$0.path.hasPrefix("/api/") }.map(\.path) == [
        "/acme/tiny-model/resolve/\(commit)/tokenizer.json"
      ])
    #expect(stage.contents(first.directory)["tokenizer.json"] == Array("{}".utf8))
    let cache = ModelCache(directory: stage.cache)
    #expect(try cache.directory(of: stage.reference) == second.directory)
    #expect(try cache.directory(of: ModelReference(parsing: "acme/tiny-model@\(LocalHub.commit)")) == first.directory)
  }

  @Test func progressEndsAtAllBytesAndFiles() async throws {
    let stage = try Stage()
    let last = Latest()
    _ = try await stage.hub().pull(stage.reference) { last.set($0) }
    let total = LocalHub.model.filter { Self.needed.contains($0.path) }.reduce(0) { $0 + $1.content.count }
    #expect(last.value == PullProgress(doneBytes: total, totalBytes: total, reusedBytes: 0, doneFiles: 7, totalFiles: 7))
    _ = try await stage.hub().pull(stage.reference) { last.set($0) }
    #expect(last.value == PullProgress(doneBytes: total, totalBytes: total, reusedBytes: total, doneFiles: 7, totalFiles: 7))
  }

  @Test func offlineFindsWhatIsThereAndAsksNobody() async throws {
    let stage = try Stage()
    let missing = try await stage.failure(.huggingFace, ["HF_HUB_OFFLINE": "1"])
    #expect(missing.code == .offline)
    #expect(missing.description.contains("sightline pull acme/tiny-model"))
    let snapshot = try await stage.pull()
    _ = stage.server.takeRequests()
    #expect(try await stage.pull(.huggingFace, ["HF_HUB_OFFLINE": "yes"]).directory == snapshot.directory)
    #expect(stage.server.takeRequests().isEmpty)
  }

  @Test func weightsOfOtherFormsAreNamedAndNotFetched() async throws {
    let stage = try Stage(LocalHub.model.filter { !$0.path.contains("safetensors") })
    let error = try await stage.failure()
    #expect(error.code == .noWeights)
    #expect(error.description.contains("no weights as safetensors (only \"onnx/model.onnx\" and 1 more"), "\(error)")
    #expect(stage.blobs().isEmpty)
  }

  @Test func aSingleFileOfWeightsComesBeforeShards() async throws {
    let single = LocalHub.File("model.safetensors", [1, 2, 3], isLarge: true)
    let stage = try Stage(LocalHub.model + [single])
    let files = stage.contents(try await stage.pull().directory).keys
    #expect(files.contains("model.safetensors"))
    #expect(!files.contains { $0.hasPrefix("model-") || $0.hasSuffix("index.json") })
  }

  @Test func anIndexThatNamesShardsThatAreNotThereIsRefused() async throws {
    let stage = try Stage(LocalHub.model.filter { $0.path != "model-00002-of-00002.safetensors" })
    let error = try await stage.failure()
    #expect(error.description.contains("model-00002-of-00002.safetensors"), "\(error)")
    #expect(throws: HubError.self) { try ModelCache(directory: stage.cache).directory(of: stage.reference) }
  }

  @Test func aDiskThatIsTooSmallIsToldBeforehand() async throws {
    let stage = try Stage()
    let error = await #expect(throws: HubError.self) { try await stage.hub(freeBytes: 400_000).pull(stage.reference) }
    #expect(error?.code == .diskFull)
    #expect(error?.description.contains("only 400000 bytes free") == true)
    #expect(stage.blobs().isEmpty)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "this system has no /dev/full"))
  func aDiskThatFillsUpIsToldInASentence() throws {
    let file = try OpenFile("/dev/full")
    let error = #expect(throws: HubError.self) { try [1, 2, 3].withUnsafeBytes { try file.write($0) } }
    #expect(error?.code == .diskFull)
    #expect(error?.description.contains("disk is full") == true)
  }
}

/// The last value that was told.
final class Latest: @unchecked Sendable {
  private let lock = NSLock()
  private var latest: PullProgress?

  func set(_ progress: PullProgress) { lock.withLock { latest = progress } }
  var value: PullProgress? { lock.withLock { latest } }
}
