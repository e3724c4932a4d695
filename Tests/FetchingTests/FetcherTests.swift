import Testing

@testable import Fetching

@Suite("Fetching what is there", .timeLimit(.minutes(5)))
struct FetcherTests {
  static let hello = ScriptedServer.Step.send("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 5\r\n\r\nhello")

  @Test("A body of stated length, its type and its URL")
  func contentLength() async throws {
    try await withServer(["/a.png?size=2": [Self.hello]]) { server in
      let url = "http://pictures.test:\(server.port)/a.png?size=2"
      let resource = try await Fetcher.forTests().resource(at: url)
      #expect(resource == FetchedResource(bytes: Array("hello".utf8), contentType: "image/png", url: url))
    }
  }

  @Test(
    "Bodies in other framings",
    arguments: [
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", "hello"),
      ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""),
      ("HTTP/1.1 204 No Content\r\n\r\n", ""),
      ("HTTP/1.0 200 OK\r\n\r\nuntil the end", "until the end"),
      ("HTTP/1.1 200 OK\r\n\r\nuntil the end", "until the end"),
      ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello"),
      // What lies beyond the stated length belongs to no answer.
      ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more", "hello"),
      ("HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello", "hello"),
    ])
  func framings(_ answer: String, _ body: String) async throws {
    try await withServer(["/": [.send(answer), .close]]) { server in
      let bytes = try await Fetcher.forTests().bytes(of: "http://pictures.test:\(server.port)")
      #expect(String(decoding: bytes, as: UTF8.self) == body)
    }
  }

  @Test("A body of several megabytes arrives whole")
  func largeBody() async throws {
    let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    let script = [ScriptedServer.Step.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n"), .sendBytes(body)]
    try await withServer(["/": script]) { server in
      let bytes = try await Fetcher.forTests().bytes(of: "http://pictures.test:\(server.port)/")
      #expect(bytes == body)
    }
  }

  @Test("A request with a body is a POST, and goes to the server that was named and no other")
  func body() async throws {
    let redirect = ScriptedServer.Step.send("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
    try await withServer(["/a": [Self.hello], "/b": [redirect], "/elsewhere": [Self.hello]]) { server in
      var request = FetchRequest(url: "http://pictures.test:\(server.port)/a")
      request.headers = [FetchRequest.Header("Content-Type", "application/json")]
      // The server takes an empty line for the request's end.
      request.body = Array("{}\r\n\r\n".utf8)
      #expect(try await Fetcher.forTests().resource(request).resource.bytes == Array("hello".utf8))
      let head = try #require(await server.requests(1).first)
      let lines = Set(head.lowercased().split(separator: "\r\n").map(String.init))
      #expect(lines.isSuperset(of: ["post /a http/1.1", "content-type: application/json", "content-length: 6"]), "\(head)")
      request.url = "http://pictures.test:\(server.port)/b"
      let error = await #expect(throws: FetchError.self) { try await Fetcher.forTests().resource(request) }
      #expect(error?.code == .refusedRedirect)
    }
  }

  @Test("The request says what it must and nothing that could tell on anybody")
  func request() async throws {
    try await withServer(["/a%20b?q=%C3%A9": [Self.hello]]) { server in
      let fetcher = Fetcher.forTests { $0.userAgent = "Tests/1" }
      _ = try await fetcher.bytes(of: "HTTP://Pictures.TEST:\(server.port)/x/../a b?q=é#part")
      let head = try #require(await server.requests(1).first)
      let lines = head.lowercased().split(separator: "\r\n")
      #expect(lines.first == "get /a%20b?q=%c3%a9 http/1.1")
      #expect(
        Set(lines.dropFirst()) == [
          "host: pictures.test:\(server.port)", "user-agent: tests/1", "accept: */*", "accept-encoding: identity", "connection: close",
        ])
    }
  }

  @Test("An encoded international name is looked up and connected as it stands")
  func internationalName() async throws {
    try await withServer(["/": [Self.hello]]) { server in
      let name = "xn--mnchen-3ya.test"
      let fetcher = Fetcher.forTests(privateHosts: [name], table: [name: ["127.0.0.1"]])
      let bytes = try await fetcher.bytes(of: "http://\(name):\(server.port)/")
      #expect(bytes.count == 5)
      let head = try #require(await server.requests(1).first)
      #expect(head.lowercased().contains("host: \(name):\(server.port)\r\n"))
    }
  }

  @Test("An address that refuses connections gives way to the next")
  func fallback() async throws {
    try await withServer(["/": [Self.hello]]) { server in
      let fetcher = Fetcher.forTests(table: ["pictures.test": ["::1", "127.0.0.1"]])
      let bytes = try await fetcher.bytes(of: "http://pictures.test:\(server.port)/")
      #expect(bytes.count == 5)
    }
  }

  @Test("The system's own names resolve")
  func systemResolver() async throws {
    try await withServer(["/": [Self.hello]]) { server in
      var policy = FetchPolicy()
      policy.allowsPrivateAddresses = true
      for host in ["localhost", "127.0.0.1"] {
        let bytes = try await Fetcher(policy: policy).bytes(of: "http://\(host):\(server.port)/")
        #expect(bytes.count == 5)
      }
    }
  }

  @Test("Over IPv6", .enabled(if: LocalNetwork.hasIPv6, "this machine has no IPv6 loopback address"))
  func overIPv6() async throws {
    try await withServer(at: "::1", ["/": [Self.hello]]) { server in
      let fetcher = Fetcher.forTests(privateHosts: ["0::1"])
      let bytes = try await fetcher.bytes(of: "http://[0:0::1]:\(server.port)/")
      #expect(bytes.count == 5)
    }
  }

  @Test("Many fetches at once; every connection ends with its fetch, though the server would keep it")
  func manyAtOnce() async throws {
    try await withServer(["/": [Self.hello]]) { server in
      let fetcher = Fetcher.forTests()
      let url = "http://pictures.test:\(server.port)/"
      let total = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<32 { group.addTask { try await fetcher.bytes(of: url).count } }
        return try await group.reduce(0, +)
      }
      #expect(total == 32 * 5)
      await server.connectionsEnd(32)
    }
  }
}
