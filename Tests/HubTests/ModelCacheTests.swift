import Foundation
import TestSupport
import Testing

@testable import Hub

/// What is in a cache, and how it goes again.
@Suite(.timeLimit(.minutes(5))) struct ModelCacheTests {
  private static let second = String(repeating: "cd", count: 20)

  /// Two revisions that share all but one shard.
  private func twoRevisions() async throws -> Stage {
    let stage = try Stage()
    _ = try await stage.pull()
    var files = LocalHub.model
    let index = try #require(files.firstIndex { $0.path == "model-00001-of-00002.safetensors" })
    files[index].content = LocalHub.bytes(100_000, seed: 5)
    stage.server.publish(files, commit: Self.second)
    _ = try await stage.pull()
    return stage
  }

  @Test func listsEverySnapshotWithItsSize() async throws {
    let stage = try await twoRevisions()
    let models = ModelCache(directory: stage.cache).list()
    #expect(models.map(\.repository) == ["acme/tiny-model", "acme/tiny-model"])
    #expect(models.map(\.commit) == [LocalHub.commit, Self.second])
    #expect(models.map(\.revisions) == [[], ["main"]])
    #expect(models[0].bytes - models[1].bytes == 200_000)
    #expect(models.allSatisfy { $0.lastUse.map { $0.timeIntervalSince1970 > 1_600_000_000 } ?? false })
  }

  @Test func anEmptyCacheIsNoFailure() {
    #expect(ModelCache(directory: "/nowhere").list().isEmpty)
  }

  @Test func removingARevisionKeepsWhatTheOtherNeeds() async throws {
    let stage = try await twoRevisions()
    let cache = ModelCache(directory: stage.cache)
    let other = try cache.directory(of: stage.reference)
    let before = stage.contents(other)
    let freed = try cache.remove(ModelReference(parsing: "acme/tiny-model@\(LocalHub.commit)"))
    #expect(freed == 300_000)
    #expect(cache.list().map(\.commit) == [Self.second])
    #expect(stage.contents(other) == before)
    #expect(!stage.blobs().contains(try LocalHub.File.named("model-00001-of-00002.safetensors").sha256))
    #expect(try cache.remove(ModelReference(parsing: "acme/tiny-model@main")) > 300_000)
    #expect(cache.list().isEmpty)
    #expect(!FileManager.default.fileExists(atPath: stage.folder))
  }

  @Test func removingAModelRemovesAllOfIt() async throws {
    let stage = try await twoRevisions()
    let cache = ModelCache(directory: stage.cache)
    try cache.remove(stage.reference)
    let left = try FileManager.default.contentsOfDirectory(atPath: stage.cache).filter {
      $0.hasPrefix("models--") || $0.hasPrefix(".removed")
    }
    #expect(left.isEmpty)
    let error = #expect(throws: HubError.self) { try cache.remove(stage.reference) }
    #expect(error?.code == .notCached)
  }

  @Test func aLinkToElsewhereMakesNothingElsewhereGo() async throws {
    let stage = try await twoRevisions()
    let outside = stage.cache + "/precious"
    try "precious".write(toFile: outside, atomically: true, encoding: .utf8)
    let snapshot = "\(stage.folder)/snapshots/\(LocalHub.commit)"
    for (name, target) in [("a", outside), ("b", "../../blobs/.."), ("c", "../../blobs/../../precious"), ("d", "/")] {
      try FileManager.default.createSymbolicLink(atPath: "\(snapshot)/\(name)", withDestinationPath: target)
    }
    try ModelCache(directory: stage.cache).remove(ModelReference(parsing: "acme/tiny-model@\(LocalHub.commit)"))
    #expect(FileManager.default.fileExists(atPath: outside))
    #expect(try ModelCache(directory: stage.cache).directory(of: stage.reference).hasSuffix(Self.second))
  }

  @Test func whatIsMissingIsToldByName() async throws {
    let stage = try Stage()
    let snapshot = try await stage.pull()
    let cache = ModelCache(directory: stage.cache)
    let weights = try LocalHub.File.named("model-00002-of-00002.safetensors")
    try FileManager.default.removeItem(atPath: "\(stage.folder)/blobs/\(weights.sha256)")
    let error = #expect(throws: HubError.self) { try cache.directory(of: stage.reference) }
    #expect(error?.code == .notCached)
    #expect(error?.description.contains(weights.path) == true)
    #expect(try await stage.pull().directory == snapshot.directory)
    #expect(try cache.directory(of: stage.reference) == snapshot.directory)
  }

  @Test func anUnknownRevisionNamesThoseThatAreThere() async throws {
    let stage = try Stage()
    _ = try await stage.pull()
    let error = try #require(
      #expect(throws: HubError.self) {
        try ModelCache(directory: stage.cache).directory(of: ModelReference(parsing: "acme/tiny-model@v2"))
      })
    #expect(error.description.contains("acme/tiny-model@main"), "\(error)")
    #expect(error.description.contains("sightline pull acme/tiny-model@v2"))
  }

  /// A folder that huggingface_hub made with `Tools/hub/shared_cache.py`; see the README beside it.
  @Test func aCacheOfHuggingFacesOwnToolsIsUsedAsItIs() throws {
    let cache = ModelCache(directory: Fixtures.root + "/hub/cache")
    let models = cache.list()
    #expect(models.map(\.repository) == ["acme/tiny-model"])
    #expect(models.first?.revisions == ["main"])
    #expect(models.first?.commit == LocalHub.commit)
    let directory = try cache.directory(of: ModelReference(parsing: "acme/tiny-model"))
    #expect(FileManager.default.contents(atPath: directory + "/config.json") == Data(#"{"model_type": "test"}"#.utf8))
  }

  @Test func locksAreHeldOnceAndLetGo() throws {
    let path = "\(Fixtures.temporary)/lock-\(UInt64.random(in: .min ... .max))"
    var first = try FileLock.take(path)
    #expect(first != nil)
    #expect(try FileLock.take(path) == nil)
    withExtendedLifetime(first) {}
    first = nil
    #expect(try FileLock.take(path) != nil)
  }
}
