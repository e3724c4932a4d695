import Testing

@testable import Fetching

@Suite("Redirects", .timeLimit(.minutes(5)))
struct FetcherRedirectTests {
  private static func redirect(_ location: String, status: Int = 302) -> [ScriptedServer.Step] {
    [.send("HTTP/1.1 \(status) Elsewhere\r\nLocation: \(location)\r\nContent-Length: 4\r\n\r\nbody")]
  }

  @Test("Followed by every redirecting status, relative and absolute", arguments: [301, 302, 303, 307, 308])
  func followed(_ status: Int) async throws {
    let scripts = ["/a/b?x": Self.redirect("c?y", status: status), "/a/c?y": [FetcherTests.hello]]
    try await withServer(scripts) { target in
      let resource = try await Fetcher.forTests().resource(at: "http://pictures.test:\(target.port)/a/b?x")
      #expect(resource.url == "http://pictures.test:\(target.port)/a/c?y")
      try await withServer(["/": Self.redirect("http://pictures.test:\(target.port)/a/b?x", status: status)]) { first in
        let resource = try await Fetcher.forTests().resource(at: "http://pictures.test:\(first.port)/")
        #expect(resource.url == "http://pictures.test:\(target.port)/a/c?y")
        #expect(resource.bytes.count == 5)
      }
    }
  }

  @Test("As many as allowed, and not one more")
  func count() async throws {
    var scripts = ["/3": [FetcherTests.hello]]
    for hop in 0..<3 { scripts["/\(hop)"] = Self.redirect("/\(hop + 1)") }
    try await withServer(scripts) { server in
      let three = try await Fetcher.forTests { $0.maximumRedirects = 3 }.bytes(of: "http://pictures.test:\(server.port)/0")
      #expect(three.count == 5)
      for limit in [2, 0, -1] {
        let fetcher = Fetcher.forTests { $0.maximumRedirects = limit }
        let error = try #require(await fetcher.failure(of: "http://pictures.test:\(server.port)/0"))
        #expect(error.code == .refusedRedirect)
        #expect(error.reason.contains("more than \(max(limit, 0)) times"), "\(error.reason)")
      }
    }
  }

  @Test("Circles are noticed", arguments: ["/a", "/b", "#part"])
  func circles(_ back: String) async throws {
    try await withServer(["/a": Self.redirect("/b"), "/b": Self.redirect(back)]) { server in
      let error = try #require(await Fetcher.forTests().failure(of: "http://pictures.test:\(server.port)/a"))
      #expect(error.code == .refusedRedirect)
      #expect(error.reason.contains("circle"))
    }
  }

  @Test(
    "Not to what would be refused at first",
    arguments: [
      ("http://127.0.0.1/", .refusedAddress, "loopback"),
      ("http://[::ffff:127.0.0.1]/", .refusedAddress, "loopback"),
      ("http://inside.test/", .refusedAddress, "leads to 127.0.0.1"),
      ("//inside.test/", .refusedAddress, "leads to 127.0.0.1"),
      ("http://localhost/", .refusedAddress, "this machine"),
      ("http://127.1/", .refusedRedirect, "unusual spelling"),
      ("http://user:secret@pictures.test/", .refusedRedirect, "user name or password"),
      ("file:///etc/passwd", .refusedRedirect, "\"file\""),
      ("ftp://pictures.test/", .refusedRedirect, "only http and https"),
      ("data:text/plain,hello", .refusedRedirect, "\"data\""),
      ("/\\pictures.test", .refusedRedirect, "expected"),
      ("", .refusedRedirect, "named no address"),
    ] as [(String, FetchError.Code, String)])
  func refused(_ location: String, _ code: FetchError.Code, _ words: String) async throws {
    try await withServer(["/": Self.redirect(location)]) { server in
      let fetcher = Fetcher.forTests(table: ["pictures.test": ["127.0.0.1"], "inside.test": ["127.0.0.1"]])
      let error = try #require(await fetcher.failure(of: "http://pictures.test:\(server.port)/"))
      #expect(error.code == code)
      #expect(error.reason.contains(words), "\(error.reason)")
      #expect(!error.reason.contains("secret"))
      #expect(error.url == "http://pictures.test:\(server.port)/")
    }
  }

  @Test("The message names where the redirect led, without its query")
  func hop() async throws {
    try await withServer(["/": Self.redirect("/gone?key=secret")]) { server in
      let error = try #require(await Fetcher.forTests().failure(of: "http://pictures.test:\(server.port)/"))
      #expect(error.status == 404)
      #expect(error.reason.hasPrefix("redirected to http://pictures.test:\(server.port)/gone?…: nothing is there"))
    }
  }

  @Test("A redirect without an address")
  func withoutLocation() async throws {
    try await withServer(["/": [.send("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n")]]) { server in
      let error = try #require(await Fetcher.forTests().failure(of: "http://pictures.test:\(server.port)/"))
      #expect(error.code == .refusedRedirect)
      #expect(error.reason.contains("redirect 302 but named no address"))
    }
  }

  @Test("The time limit is for all redirects together")
  func time() async throws {
    // Each hop takes far less than the limit, all of them far more.
    let hops = 5000
    var scripts = ["/\(hops)": [FetcherTests.hello]]
    for hop in 0..<hops { scripts["/\(hop)"] = Self.redirect("/\(hop + 1)") }
    try await withServer(scripts) { server in
      let fetcher = Fetcher.forTests {
        $0.timeout = .milliseconds(100)
        $0.maximumRedirects = hops
      }
      let error = try #require(await fetcher.failure(of: "http://pictures.test:\(server.port)/0"))
      #expect(error.code == .timedOut)
    }
  }
}
