import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Hub

/// Servers and networks that fail, and what a later try makes of it.
@Suite(.timeLimit(.minutes(5))) struct DownloadFaultTests {
  private let weights: LocalHub.File

  init() throws {
    weights = try LocalHub.File.named("model-00001-of-00002.safetensors")
  }

  @Test func aConnectionThatBreaksIsTakenUpAgainWhereItEnded() async throws {
    let stage = try Stage()
    let weights = weights
    // Far more breaks than tries in a row: each brings something.
    stage.server.setFault { $0.isBody(of: weights) && $1.status != 302 ? stage.broken(weights, $0, $1, after: 30_000) : $1 }
    let snapshot = try await stage.pull()
    #expect(stage.contents(snapshot.directory)[weights.path] == weights.content)
    let ranges = stage.server.takeRequests().filter { $0.path.hasPrefix("/store/\(weights.sha256)") }.map { $0.headers["range"] }
    #expect(ranges == [nil] + (1..<10).map { "bytes=\($0 * 30_000)-" })
  }

  @Test func aServerThatBreaksAtTheSamePlaceIsGivenUp() async throws {
    let stage = try Stage()
    let weights = weights
    stage.server.setFault { request, answer in
      guard request.isBody(of: weights) else { return answer }
      return stage.broken(weights, request, answer, after: request.headers["range"] == nil ? 1000 : 0)
    }
    let error = try await stage.failure()
    #expect(error.code == .unreachable)
    #expect(error.description.contains("what has come is kept"), "\(error)")
    #expect(stage.waits.withLock { $0 } == [1, 2, 4, 8, 16].map { .seconds($0) })
    #expect(try FileManager.default.attributesOfItem(atPath: "\(stage.folder)/blobs/\(weights.partial)")[.size] as? Int == 1000)
  }

  @Test func aLaterPullGoesOnWithTheSameVersion() async throws {
    let stage = try Stage()
    try await stage.leavePartial(of: weights, 120_000)
    let snapshot = try await stage.pull()
    #expect(stage.contents(snapshot.directory)[weights.path] == weights.content)
    let request = try #require(stage.server.takeRequests().first { $0.path.hasPrefix("/store/\(weights.sha256)") })
    #expect(request.headers["range"] == "bytes=120000-")
    #expect(request.headers["if-range"] == "\"\(weights.sha256)\"")
    #expect(stage.blobs().allSatisfy { !$0.contains("incomplete") })
  }

  @Test func anotherVersionBetweenTriesStartsAgain() async throws {
    let stage = try Stage()
    try await stage.leavePartial(of: weights, 120_000)
    var files = LocalHub.model
    let index = try #require(files.firstIndex { $0.path == weights.path })
    files[index].content = LocalHub.bytes(310_000, seed: 9)
    stage.server.publish(files)
    let snapshot = try await stage.pull()
    #expect(stage.contents(snapshot.directory)[weights.path] == files[index].content)
    let request = try #require(stage.server.takeRequests().first { $0.path.hasPrefix("/store/\(files[index].sha256)") })
    #expect(request.headers["range"] == nil)
  }

  @Test func aServerWithAnotherVersionSendsTheWholeAndThatIsTaken() async throws {
    let stage = try Stage()
    // What lies here is of a version that the server, which takes If-Range seriously, does not have any more.
    try await stage.leavePartial(of: weights, 120_000, corrupting: true, tag: "\"other\"")
    let snapshot = try await stage.pull()
    #expect(stage.contents(snapshot.directory)[weights.path] == weights.content)
    #expect(stage.server.takeRequests().filter { $0.path.hasPrefix("/store/\(weights.sha256)") }.count == 1)
  }

  @Test func aRottenPartIsFoundByTheDigestAndFetchedAgain() async throws {
    let stage = try Stage()
    try await stage.leavePartial(of: weights, 120_000, corrupting: true)
    let snapshot = try await stage.pull()
    #expect(stage.contents(snapshot.directory)[weights.path] == weights.content)
    let ranges = stage.server.takeRequests().filter { $0.path.hasPrefix("/store/\(weights.sha256)") }.map { $0.headers["range"] }
    #expect(ranges == ["bytes=120000-", nil])
  }

  @Test(arguments: [300_000, 300_001]) func aPartAsLongAsTheWholeOrLonger(_ length: Int) async throws {
    let stage = try Stage()
    try FileManager.default.createDirectory(atPath: stage.folder + "/blobs", withIntermediateDirectories: true)
    try Data((weights.content + [0]).prefix(length)).write(to: URL(fileURLWithPath: "\(stage.folder)/blobs/\(weights.partial)"))
    let snapshot = try await stage.pull()
    #expect(stage.contents(snapshot.directory)[weights.path] == weights.content)
    let bodies = stage.server.takeRequests().filter { $0.path.hasPrefix("/store/\(weights.sha256)") }
    #expect(bodies.count == (length == 300_000 ? 0 : 1))
  }

  @Test func aWrongDigestIsRefusedAndThrownAway() async throws {
    let stage = try Stage()
    let weights = weights
    stage.server.setFault { request, answer in
      guard request.isBody(of: weights), answer.status == 200 else { return answer }
      var answer = answer
      answer.body[17] ^= 1
      return answer
    }
    let error = try await stage.failure()
    #expect(error.code == .wrongContent)
    #expect(error.description.contains("another digest"))
    #expect(!stage.blobs().contains(weights.sha256))
    #expect(!FileManager.default.fileExists(atPath: stage.folder + "/snapshots/\(LocalHub.commit)"))
    stage.server.setFault(nil)
    #expect(stage.contents(try await stage.pull().directory)[weights.path] == weights.content)
  }

  @Test func aWrongDigestOfASmallFileIsRefused() async throws {
    let stage = try Stage()
    let small = try LocalHub.File.named("config.json")
    stage.server.setFault { request, answer in
      guard request.isBody(of: small) else { return answer }
      return LocalServer.Answer(status: 200, body: answer.body.reversed())
    }
    #expect(try await stage.failure().code == .wrongContent)
  }

  @Test(arguments: [299_999, 300_001, 1 << 40]) func aServerThatAnnouncesAnotherSizeIsRefused(_ size: Int) async throws {
    let stage = try Stage()
    let weights = weights
    stage.server.setFault { request, answer in
      guard request.isBody(of: weights), answer.status == 200 else { return answer }
      var answer = answer
      answer.announcedLength = size
      return answer
    }
    let error = try await stage.failure()
    #expect(error.code == .wrongContent)
    #expect(error.description.contains("\(size) bytes"), "\(error)")
  }

  @Test func aRangeThatWasNotAskedForIsRefused() async throws {
    let stage = try Stage()
    try await stage.leavePartial(of: weights, 120_000)
    let weights = weights
    stage.server.setFault { request, answer in
      guard request.isBody(of: weights), answer.status == 206 else { return answer }
      var answer = answer
      answer.headers["Content-Range"] = "bytes 0-299999/300000"
      return answer
    }
    #expect(try await stage.failure().description.contains("bytes 0-299999/300000"))
  }

  @Test func aServerWithFewerBytesThanAreHereStartsAgain() async throws {
    let stage = try Stage()
    try await stage.leavePartial(of: weights, 120_000)
    let weights = weights
    stage.server.setFault { request, answer in
      request.isBody(of: weights) && request.headers["range"] != nil ? LocalServer.Answer(status: 416) : answer
    }
    #expect(stage.contents(try await stage.pull().directory)[weights.path] == weights.content)
  }

  @Test func aFileThatChangesAfterTheListingIsToldBeforeItsBytesCome() async throws {
    let stage = try Stage()
    let weights = weights
    stage.server.setFault { request, answer in
      guard request.path.hasSuffix(weights.path) else { return answer }
      var answer = answer
      answer.headers["X-Linked-Etag"] = "\"\(String(repeating: "b", count: 64))\""
      return answer
    }
    let error = try await stage.failure()
    #expect(error.code == .wrongContent)
    #expect(error.description.contains("has changed at the hub"))
    #expect(try FileManager.default.attributesOfItem(atPath: "\(stage.folder)/blobs/\(weights.partial)")[.size] as? Int == 0)
  }

  @Test(arguments: [500, 502, 503, 504, 408]) func aServerThatFailsForAWhileIsAskedAgain(_ status: Int) async throws {
    let stage = try Stage()
    let left = Mutex(8)
    stage.server.setFault { _, answer in
      left.withLock { left in
        left -= 1
        return left >= 0 && left % 2 == 0 ? LocalServer.Answer(status: status) : answer
      }
    }
    _ = try await stage.pull()
    #expect(stage.waits.withLock { $0.filter { $0 >= .seconds(1) }.count } == 4)
  }

  @Test func aServerThatIsTooBusyIsWaitedForAsLongAsItAsks() async throws {
    let stage = try Stage()
    let isFirst = Mutex(true)
    stage.server.setFault { _, answer in
      isFirst.withLock { first in
        defer { first = false }
        return first ? LocalServer.Answer(status: 429, headers: ["Retry-After": "77"]) : answer
      }
    }
    _ = try await stage.pull()
    #expect(stage.waits.withLock { $0 }.first == .seconds(77))
  }

  @Test func aServerThatAsksForTooLongAWaitIsTold() async throws {
    let stage = try Stage()
    stage.server.setFault { _, _ in LocalServer.Answer(status: 429, headers: ["Retry-After": "3600"]) }
    let error = try await stage.failure()
    #expect(error.code == .rateLimited)
    #expect(error.description.contains("try again in 3600 seconds"))
    #expect(stage.waits.withLock { $0 }.isEmpty)
  }

  @Test(arguments: [
    (401, HubError.Code.accessDenied, "private or gated"), (403, .accessDenied, "accept its terms"),
    (404, .notFound, "has no acme/tiny-model"),
  ])
  func refusalsAreToldAtOnce(_ status: Int, _ code: HubError.Code, _ words: String) async throws {
    let stage = try Stage()
    stage.server.setFault { _, _ in LocalServer.Answer(status: status) }
    let error = try await stage.failure()
    #expect(error.code == code)
    #expect(error.description.contains(words), "\(error)")
    #expect(stage.server.takeRequests().count == 1)
  }

  @Test func aGatedFileIsToldThoughTheListingIsOpen() async throws {
    let stage = try Stage()
    stage.server.setFault { $0.path.contains("/resolve/") ? LocalServer.Answer(status: 403) : $1 }
    #expect(try await stage.failure(.huggingFace, ["HF_TOKEN": "hf_secret"]).description.contains("refuses the token"))
  }

  @Test func anUnknownRevisionOfModelScope() async throws {
    let stage = try Stage()
    let reference = try ModelReference(parsing: "acme/tiny-model@nowhere")
    let error = await #expect(throws: HubError.self) { try await stage.hub(.modelScope).pull(reference) }
    #expect(error?.code == .notFound)
  }

  @Test func anEndpointThatIsNoHub() async throws {
    let stage = try Stage()
    stage.server.setFault { _, _ in LocalServer.Answer(status: 200, body: Array("<html>Welcome</html>".utf8)) }
    #expect(try await stage.failure().description.contains("check the endpoint"))
  }

  @Test func cancellationKeepsWhatHasCome() async throws {
    let stage = try Stage()
    let weights = weights
    let hub = try stage.hub()
    let reference = try stage.reference
    // Cancelled from within: as soon as some of the body has come.
    let task = Mutex<Task<ModelSnapshot, any Error>?>(nil)
    stage.server.setFault { request, answer in
      guard request.isBody(of: weights), answer.status != 302 else { return answer }
      guard request.headers["range"] != nil else { return stage.broken(weights, request, answer, after: 50_000) }
      task.withLock { $0?.cancel() }
      return LocalServer.Answer(status: 503)
    }
    task.withLock { $0 = Task { try await hub.pull(reference) } }
    let running = try #require(task.withLock { $0 })
    await #expect(throws: CancellationError.self) { try await running.value }
    stage.server.setFault(nil)
    _ = stage.server.takeRequests()
    #expect(stage.contents(try await stage.pull().directory)[weights.path] == weights.content)
    let request = try #require(stage.server.takeRequests().first { $0.path.hasPrefix("/store/\(weights.sha256)") })
    #expect(request.headers["range"] == "bytes=50000-")
  }
}

extension Stage {
  /// Breaks a pull off so that some bytes of a file are left.
  func leavePartial(of file: LocalHub.File, _ count: Int, corrupting: Bool = false, tag: String? = nil) async throws {
    server.setFault { request, answer in
      guard request.isBody(of: file) else { return answer }
      return request.headers["range"] == nil ? self.broken(file, request, answer, after: count) : LocalServer.Answer(status: 404)
    }
    #expect(try await failure().code == .notFound)
    server.setFault(nil)
    _ = server.takeRequests()
    waits.withLock { $0 = [] }
    let path = "\(folder)/blobs/\(file.partial)"
    var bytes = try #require(FileManager.default.contents(atPath: path))
    #expect(bytes.count == count)
    if corrupting { bytes[5] ^= 1 }
    try bytes.write(to: URL(fileURLWithPath: path))
    if let tag { try tag.write(toFile: path + ".etag", atomically: true, encoding: .utf8) }
  }
}
