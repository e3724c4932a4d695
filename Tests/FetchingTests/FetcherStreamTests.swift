import Testing

@testable import Fetching

@Suite("Streams", .timeLimit(.minutes(5)))
struct FetcherStreamTests {
  private static func collect(_ stream: FetchedStream, atMost limit: Int = 1000) async throws -> String {
    var bytes: [UInt8] = []
    try await stream.read(atMost: limit) { bytes.append(contentsOf: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func failure(_ stream: FetchedStream, atMost limit: Int = 1000) async -> FetchError? {
    await #expect(throws: FetchError.self) { _ = try await collect(stream, atMost: limit) }
  }

  @Test("Headers go out, and the heads of all answers come back")
  func heads() async throws {
    let scripts: [String: [ScriptedServer.Step]] = [
      "/a": [.send("HTTP/1.1 302 Found\r\nLocation: /b\r\nX-Linked-Size: 11\r\nETag: \"first\"\r\nContent-Length: 0\r\n\r\n")],
      "/b": [.send("HTTP/1.1 206 Partial\r\nETag: \"last\"\r\nContent-Range: bytes 6-10/11\r\nContent-Length: 5\r\n\r\nworld")],
    ]
    try await withServer(scripts) { server in
      var request = FetchRequest(url: "http://pictures.test:\(server.port)/a")
      request.headers = [.init("Range", "bytes=6-"), .init("If-Range", "\"x\"")]
      request.authorization = "Bearer secret"
      let stream = try await Fetcher.forTests().stream(request)
      #expect(stream.head.status == 206)
      #expect(stream.head["etag"] == "\"last\"")
      #expect(stream.head.first("ETag") == "\"first\"")
      #expect(stream.head.first("X-Linked-Size") == "11")
      #expect(try await Self.collect(stream) == "world")
      for head in await server.requests(2) {
        #expect(head.contains("Range: bytes=6-\r\n") && head.contains("If-Range: \"x\"\r\n"))
        #expect(head.contains("Authorization: Bearer secret\r\n"))
      }
    }
  }

  @Test("Authorization stays with its server, also when a redirect leads back")
  func authorization() async throws {
    try await withServer(["/b": [FetcherTests.hello]]) { other in
      try await withServer(["/a": [.send("HTTP/1.1 302 Found\r\nLocation: http://pictures.test:\(other.port)/b\r\n\r\n"), .close]]) {
        first in
        var request = FetchRequest(url: "http://pictures.test:\(first.port)/a")
        request.authorization = "Bearer secret"
        _ = try await Fetcher.forTests().resource(request)
        #expect(await first.requests(1)[0].contains("Authorization"))
        #expect(await other.requests(1)[0].contains("Authorization") == false)
      }
    }
  }

  @Test("A header cannot smuggle in another", arguments: [("X", "a\r\nY: b"), ("X\r\nY", "b"), ("", "b"), ("X", "é")])
  func injection(_ name: String, _ value: String) async throws {
    var request = FetchRequest(url: "http://pictures.test:1/")
    request.headers = [.init(name, value)]
    let error = await #expect(throws: FetchError.self) { try await Fetcher.forTests().stream(request) }
    #expect(error?.code == .invalidURL)
  }

  @Test("A body up to the limit, and one byte more")
  func limits() async throws {
    let scripts: [String: [ScriptedServer.Step]] = [
      "/announced": [.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")],
      "/endless": [.send("HTTP/1.1 200 OK\r\n\r\n"), .drip("hello")],
      "/cut": [.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"), .close],
    ]
    try await withServer(scripts) { server in
      let address = "http://pictures.test:\(server.port)"
      let fetcher = Fetcher.forTests()
      #expect(try await Self.collect(fetcher.stream(FetchRequest(url: address + "/announced")), atMost: 5) == "hello")
      #expect(await Self.failure(try fetcher.stream(FetchRequest(url: address + "/announced")), atMost: 4)?.code == .tooLarge)
      #expect(await Self.failure(try fetcher.stream(FetchRequest(url: address + "/endless")))?.code == .tooLarge)
      let cut = await Self.failure(try fetcher.stream(FetchRequest(url: address + "/cut")))
      #expect(cut?.code == .incomplete && cut?.isTransient == true)
    }
  }

  @Test("A body may take longer than the head, but not stall")
  func stalls() async throws {
    let scripts: [String: [ScriptedServer.Step]] = [
      "/slow": [.send("HTTP/1.1 200 OK\r\n\r\n"), .drip("x")],
      "/stalled": [.send("HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\nhello")],
    ]
    try await withServer(scripts) { server in
      // Five hundred drips take 2.5 seconds at least, more than is allowed until the body begins; the limit of bytes ends them.
      let patient = Fetcher.forTests { $0.timeout = .seconds(2) }
      let slow = await Self.failure(try patient.stream(FetchRequest(url: "http://pictures.test:\(server.port)/slow")), atMost: 500)
      #expect(slow?.code == .tooLarge)
      let fetcher = Fetcher.forTests { $0.stallTimeout = .seconds(2) }
      let error = await Self.failure(try fetcher.stream(FetchRequest(url: "http://pictures.test:\(server.port)/stalled")))
      #expect(error?.code == .timedOut)
      #expect(error?.reason.contains("nothing came for 2 s after 5 bytes") == true, "\(error?.reason ?? "")")
    }
  }

  @Test("What takes the body can end it")
  func receiver() async throws {
    struct Full: Error {}
    try await withServer(["/": [.send("HTTP/1.1 200 OK\r\n\r\n"), .drip("hello")]]) { server in
      let stream = try await Fetcher.forTests().stream(FetchRequest(url: "http://pictures.test:\(server.port)/"))
      await #expect(throws: Full.self) { try await stream.read(atMost: 1000) { _ in throw Full() } }
    }
  }

  @Test("Cancelled while the body comes")
  func cancelled() async throws {
    try await withServer(["/": [.send("HTTP/1.1 200 OK\r\n\r\nhello")]]) { server in
      let stream = try await Fetcher.forTests().stream(FetchRequest(url: "http://pictures.test:\(server.port)/"))
      let task = Task { try await stream.read(atMost: 1000) { _ in withUnsafeCurrentTask { $0?.cancel() } } }
      let error = await #expect(throws: FetchError.self) { try await task.value }
      #expect(error?.code == .cancelled)
    }
  }

  @Test("How often and how long it is tried again")
  func retries() {
    let policy = RetryPolicy()
    let broken = FetchError(.noAnswer(detail: "x"), url: "u")
    #expect((1...6).map { policy.wait(after: broken, failures: $0) } == [1, 2, 4, 8, 16].map { .seconds($0) } + [nil])
    #expect(policy.wait(after: FetchError(.status(404, retryAfterSeconds: nil), url: "u"), failures: 1) == nil)
    #expect(policy.wait(after: FetchError(.status(503, retryAfterSeconds: 30), url: "u"), failures: 1) == .seconds(30))
    #expect(policy.wait(after: FetchError(.status(429, retryAfterSeconds: 1), url: "u"), failures: 4) == .seconds(8))
    #expect(policy.wait(after: FetchError(.status(429, retryAfterSeconds: 301), url: "u"), failures: 1) == nil)
    var patient = RetryPolicy()
    patient.attempts = 1000
    #expect(patient.wait(after: broken, failures: 900) == .seconds(60))
  }
}
