import Testing

@testable import Fetching

@Suite("Servers that lie, fail or stall", .timeLimit(.minutes(5)))
struct FetcherFaultTests {
  typealias Step = ScriptedServer.Step

  @Test(
    "Statuses other than success are errors in words",
    arguments: [
      (401, "wants a login"), (403, "forbids access"), (404, "nothing is there"), (410, "has been removed"), (429, "too many requests"),
      (500, "the server failed (status 500)"), (503, "not available"), (599, "status 599"), (418, "status 418"), (300, "status 300"),
      (304, "status 304"),
    ])
  func statuses(_ status: Int, _ words: String) async throws {
    try await withServer(["/a?key=secret": [.send("HTTP/1.1 \(status) Reason\r\nContent-Length: 4\r\n\r\nbody")]]) { server in
      let error = try #require(await Fetcher.forTests().failure(of: "http://pictures.test:\(server.port)/a?key=secret"))
      #expect(error.code == .unsuccessfulStatus)
      #expect(error.status == status)
      #expect(error.reason.contains(words), "\(error.reason)")
      #expect(error.url == "http://pictures.test:\(server.port)/a?…")
      #expect(error.description == "\(error.url): \(error.reason)")
    }
  }

  @Test("How long a busy server asks to wait is passed on", arguments: [429, 503])
  func retryAfter(_ status: Int) async throws {
    let answers: [String: [Step]] = [
      "/seconds": [.send("HTTP/1.1 \(status) Busy\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n")],
      "/date": [.send("HTTP/1.1 \(status) Busy\r\nRetry-After: Fri, 31 Dec 2027 23:59:59 GMT\r\nContent-Length: 0\r\n\r\n")],
      "/negative": [.send("HTTP/1.1 \(status) Busy\r\nRetry-After: -5\r\nContent-Length: 0\r\n\r\n")],
    ]
    try await withServer(answers) { server in
      for (path, words) in [("seconds", "try again in 120 seconds"), ("date", "try again later"), ("negative", "try again later")] {
        let error = try #require(await Fetcher.forTests().failure(of: "http://pictures.test:\(server.port)/\(path)"))
        #expect(error.reason.hasSuffix(words), "\(error.reason)")
      }
    }
  }

  @Test(
    "Answers that are cut off or no HTTP",
    arguments: [
      ([.close], .incomplete, "closed the connection"),
      ([.reset], .incomplete, "reset the connection"),
      ([.send("HTTP/1.1 200 OK\r\nConte"), .close], .incomplete, "middle of the head"),
      ([.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"), .close], .incomplete, "after 5 of 10 bytes"),
      ([.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"), .close], .incomplete, "after 0 of 10 bytes"),
      ([.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"), .reset], .incomplete, "of 10 bytes"),
      ([.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n"), .close], .incomplete, "before the body was complete"),
      ([.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), .close], .malformedResponse, "chunk size"),
      ([.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"), .close], .malformedResponse, "content-length"),
      ([.send("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello"), .close], .malformedResponse, "content-length"),
      ([.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n"), .close], .malformedResponse, "content-length"),
      ([.send("SSH-2.0-OpenSSH_9.9\r\n\r\n"), .close], .malformedResponse, "not usable HTTP"),
      ([.send("HTTP/1.1 206 Partial Content\r\nContent-Length: 1\r\n\r\nh")], .malformedResponse, "part of the body"),
      ([.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nh")], .malformedResponse, "\"gzip\""),
      ([.send("HTTP/1.1 200 OK\r\n"), .drip(String(repeating: "X: y\r\n", count: 100))], .malformedResponse, "too many header bytes"),
      ([.send("HTTP/1.1 200 OK\r\nX: "), .drip(String(repeating: "y", count: 20_000))], .malformedResponse, "too many header bytes"),
    ] as [([Step], FetchError.Code, String)])
  func brokenAnswers(_ steps: [Step], _ code: FetchError.Code, _ words: String) async throws {
    try await withServer(["/": steps]) { server in
      let error = try #require(await Fetcher.forTests().failure(of: "http://pictures.test:\(server.port)/"))
      #expect(error.code == code)
      #expect(error.reason.contains(words), "\(error.reason)")
    }
  }

  @Test("A body up to the limit is fetched, one byte more is not, however it is framed")
  func limit() async throws {
    let frames: [String: [Step]] = [
      "/length5": [.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")],
      "/length6": [.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")],
      "/chunks5": [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")],
      "/chunks6": [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n")],
      "/end5": [.send("HTTP/1.1 200 OK\r\n\r\nhello"), .close],
      "/endless": [.send("HTTP/1.1 200 OK\r\n\r\n"), .drip("hello")],
      "/huge": [.send("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n"), .drip("hello")],
    ]
    try await withServer(frames) { server in
      let fetcher = Fetcher.forTests { $0.maximumBytes = 5 }
      for path in ["length5", "chunks5", "end5"] {
        let bytes = try await fetcher.bytes(of: "http://pictures.test:\(server.port)/\(path)")
        #expect(String(decoding: bytes, as: UTF8.self) == "hello")
      }
      for path in ["length6", "chunks6", "endless", "huge"] {
        let error = try #require(await fetcher.failure(of: "http://pictures.test:\(server.port)/\(path)"))
        #expect(error.code == .tooLarge, "\(path): \(error)")
      }
    }
  }

  @Test(
    "Time is bounded, whatever the server does meanwhile",
    arguments: [
      [],
      [.send("HTTP/1.1 200 OK\r\nContent-Le")],
      [.drip("HTTP/1.1 100 Continue\r\n\r\n")],
      [.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nhello")],
      [.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"), .drip("x")],
      [.send("HTTP/1.1 200 OK\r\n\r\n"), .drip("x")],
    ] as [[Step]])
  func slowServers(_ steps: [Step]) async throws {
    try await withServer(["/": steps]) { server in
      let fetcher = Fetcher.forTests { $0.timeout = .milliseconds(100) }
      let error = try #require(await fetcher.failure(of: "http://pictures.test:\(server.port)/"))
      #expect(error.code == .timedOut, "\(error)")
    }
  }

  @Test("Time is bounded for a server that begins no TLS")
  func slowHandshake() async throws {
    try await withServer([:]) { server in
      let fetcher = Fetcher.forTests { $0.timeout = .milliseconds(100) }
      let error = try #require(await fetcher.failure(of: "https://pictures.test:\(server.port)/"))
      #expect(error.code == .timedOut, "\(error)")
    }
  }

  @Test("A look-up that never ends is bounded too")
  func slowLookUp() async throws {
    var policy = FetchPolicy()
    policy.timeout = .milliseconds(20)
    let error = try #require(await Fetcher(policy: policy, resolver: SilentResolver()).failure(of: "http://pictures.test/"))
    #expect(error.code == .timedOut)
    #expect(error.reason.contains("looked up"))
  }

  @Test("No time at all", arguments: [Duration.zero, .seconds(-1), .seconds(Int64.min)])
  func noTime(_ timeout: Duration) async throws {
    var policy = FetchPolicy()
    policy.timeout = timeout
    let error = try #require(await Fetcher(policy: policy, resolver: SilentResolver()).failure(of: "http://pictures.test/"))
    #expect(error.code == .timedOut)
  }

  @Test("More time than clocks can count")
  func endlessTime() async throws {
    try await withServer(["/": [FetcherTests.hello]]) { server in
      let bytes = try await Fetcher.forTests { $0.timeout = .seconds(Int64.max) }.bytes(of: "http://pictures.test:\(server.port)/")
      #expect(bytes.count == 5)
    }
  }

  @Test("Cancelling the task ends the fetch and its connection")
  func cancellation() async throws {
    try await withServer(["/": [.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nhello")]]) { server in
      let url = "http://pictures.test:\(server.port)/"
      let task = Task { await Fetcher.forTests { $0.timeout = .seconds(3600) }.failure(of: url) }
      #expect(await server.requests(1).count == 1)
      task.cancel()
      let error = try #require(await task.value)
      #expect(error.code == .cancelled)
      #expect(error.url == url)
      await server.connectionsEnd(1)
    }
  }

  @Test("A task that is cancelled already fetches nothing")
  func cancelledBefore() async throws {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await Fetcher(policy: FetchPolicy(), resolver: SilentResolver()).failure(of: "http://pictures.test/")
    }
    #expect(await task.value?.code == .cancelled)
  }

  @Test("A port where nobody listens")
  func nobodyThere() async throws {
    // Not a port that was free a moment ago: another test may get it next. Port 1 is never given out.
    let error = try #require(await Fetcher.forTests().failure(of: "http://pictures.test:1/"))
    #expect(error.code == .unreachable)
    #expect(error.reason == "no connection to pictures.test: 127.0.0.1 refuses connections")
  }

  @Test("A user agent cannot smuggle in a header")
  func headerInjection() async throws {
    try await withServer(["/": [FetcherTests.hello]]) { server in
      let fetcher = Fetcher.forTests { $0.userAgent = "a\r\nX-Injected: b\u{0}é" }
      _ = try await fetcher.bytes(of: "http://pictures.test:\(server.port)/")
      let head = try #require(await server.requests(1).first)
      #expect(head.contains("User-Agent: aX-Injected: b\r\n"))
    }
  }
}
