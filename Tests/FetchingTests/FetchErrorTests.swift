import Testing

@testable import Fetching

@Suite("What errors say", .timeLimit(.minutes(5)))
struct FetchErrorTests {
  @Test(
    "The phase in which time ran out, and how much there was",
    arguments: [
      (.timedOut(.lookingUp, limit: .seconds(30)), "after 30 s its host was still being looked up"),
      (.timedOut(.waitingForAnswer, limit: .milliseconds(250)), "no answer within 0.25 s"),
      (.timedOut(.receiving(1234), limit: .milliseconds(1500)), "not complete after 1.5 s, when 1234 bytes had come"),
    ] as [(FetchFault, String)])
  func phases(_ fault: FetchFault, _ words: String) {
    #expect(fault.sentence.contains(words), "\(fault.sentence)")
  }

  @Test("The status is there for programs, and only for statuses")
  func status() {
    #expect(FetchError(.status(404, retryAfterSeconds: nil), url: "u").status == 404)
    #expect(FetchError(.redirectCycle, url: "u").status == nil)
  }

  @Test("A redirect's target stands before the reason")
  func hop() {
    let error = FetchError(.announcedTooLarge(9, limit: 8), url: "http://a/", hop: "http://b/")
    #expect(error.description == "http://a/: redirected to http://b/: the server announces 9 bytes; at most 8 are fetched")
  }

  @Test("A server cannot write into a terminal through an error")
  func hostileText() async throws {
    let answer = "HTTP/1.1 200 OK\r\nContent-Encoding: \u{9b}31m\u{202e}\(String(repeating: "x", count: 1000))\r\nContent-Length: 0\r\n\r\n"
    try await withServer(["/": [.send(answer)]]) { server in
      let error = try #require(await Fetcher.forTests().failure(of: "http://pictures.test:\(server.port)/"))
      #expect(error.code == .malformedResponse)
      #expect(error.reason.unicodeScalars.count < 300)
      #expect(error.reason.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) && $0 != "\u{202e}" })
    }
  }
}
