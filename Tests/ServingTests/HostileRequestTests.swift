import Demonstrations
import Embedding
import Foundation
import Hummingbird
import HummingbirdTesting
import NIOCore
import TestSupport
import Testing

@testable import Serving

/// Requests that are wrong, large, or mean harm
@Suite struct HostileRequestTests {
  /// A body, the status it is answered with, and the field that is named.
  struct Case: Sendable, CustomTestStringConvertible {
    let body: String
    let field: String?
    var status = 400

    init(_ body: String, _ field: String?, status: Int = 400) {
      self.body = body
      self.field = field
      self.status = status
    }

    var testDescription: String { String(body.prefix(60)) }
  }

  static let bodies: [Case] = [
    Case("", nil), Case("{", nil), Case("[]", nil), Case("\"task\"", nil), Case("null", nil), Case("{}", "task"),
    Case(#"{"task": null}"#, "task"), Case(#"{"task": 1}"#, "task"), Case(#"{"task": ["x"]}"#, "task"), Case(#"{"task": " \n"}"#, "task"),
    Case(#"{"task": "x", "topk": 3}"#, "topk"), Case(#"{"task": "x", "library": "/etc"}"#, "library"),
    Case(#"{"task": "x", "top_k": 0}"#, "top_k"), Case(#"{"task": "x", "top_k": -1}"#, "top_k"),
    Case(#"{"task": "x", "top_k": 1.5}"#, "top_k"), Case(#"{"task": "x", "top_k": "3"}"#, "top_k"),
    Case(#"{"task": "x", "top_k": true}"#, "top_k"), Case(#"{"task": "x", "top_k": 1e300}"#, "top_k"),
    Case(#"{"task": "x", "top_k": 9223372036854775808}"#, "top_k"), Case(#"{"task": "x", "rerank_top_n": 101}"#, "rerank_top_n"),
    Case(#"{"task": "x", "app_bonus": "much"}"#, "app_bonus"), Case(#"{"task": "x", "app_bonus": 1e308}"#, "app_bonus"),
    Case(#"{"task": "x", "domain_bonus": -1001}"#, "domain_bonus"), Case(#"{"task": "x", "threshold": [1]}"#, "threshold"),
    Case(#"{"task": "x", "tags": "office"}"#, "tags"), Case(#"{"task": "x", "tags": [1]}"#, "tags"),
    Case(#"{"task": "x", "tags": [\#(Array(repeating: "\"a\"", count: 65).joined(separator: ","))]}"#, "tags"),
    Case(#"{"task": "x", "app": {"name": "x"}}"#, "app"), Case(#"{"task": "x", "embedding_method": "clip"}"#, "embedding_method"),
    Case(#"{"task": "x", "embedding_method": "minilm"}"#, nil), Case(#"{"task": "x", "prompt": "long"}"#, "prompt"),
    Case(#"{"task": "x", "max_tokens": 100}"#, "max_tokens"), Case(#"{"task": "x", "prompt": "concise", "max_tokens": 0}"#, "max_tokens"),
    Case(#"{"task": "note", "threshold": -1, "prompt": "concise", "max_tokens": 1}"#, "max_tokens"),
    Case(#"{"task": "x", "screenshot": 7}"#, "screenshot"), Case(#"{"task": "x", "screenshot": ""}"#, "screenshot"),
    Case(#"{"task": "x", "screenshot": "now.png"}"#, "screenshot"),
    Case(#"{"task": "x", "screenshot": "file:///etc/hostname"}"#, "screenshot"),
    Case(#"{"task": "x", "screenshot": "../../etc/passwd.png"}"#, "screenshot"),
    Case("{\"task\": \"\(String(repeating: "x", count: 65 << 10))\"}", "task"),
    Case(String(repeating: "[", count: 100_000), nil),
    Case("{\"task\": \"x\", \"deep\": \(String(repeating: "[", count: 100_000))", nil),
  ]

  @Test(arguments: bodies) func aWrongRequestIsNamedAndNothingFalls(_ wrong: Case) async throws {
    let served = try ServedLibrary("notes-pin")
    try await served.serve { client in
      let reply = try await client.post("retrieve", wrong.body)
      #expect(try reply.status == wrong.status && reply.error["param"] as? String == wrong.field, "\(reply.text)")
      #expect(try reply.error["type"] as? String == "invalid_request_error" && (reply.error["message"] as? String ?? "").count < 400)
      #expect(try await client.post("retrieve", ["task": "pin"]).status == 200)
    }
  }

  @Test(arguments: [
    Case(#"{"text": "x"}"#, "id"), Case(#"{"id": "notes-pin"}"#, "screenshot"), Case(#"{"id": 1, "text": "x"}"#, "id"),
    Case(#"{"id": "../notes-pin", "text": "x"}"#, nil, status: 404), Case(#"{"id": "notes-pin", "text": "x", "previous": -1}"#, "previous"),
    Case(#"{"id": "notes-pin", "text": "x", "previous": 3}"#, nil), Case(#"{"id": "notes-pin", "text": "x", "task": "x"}"#, "task"),
    Case(#"{"id": "notes-pin", "text": "x", "previous": 99999999999999999999}"#, "previous"),
    Case(#"{"id": "notes-pin", "screenshot": "iVBORw0KGgo="}"#, nil),
  ])
  func aWrongQuestionForAStepIsNamed(_ wrong: Case) async throws {
    let served = try ServedLibrary("notes-pin")
    try await served.serve { client in
      let reply = try await client.post("where", wrong.body)
      #expect(try reply.status == wrong.status && reply.error["param"] as? String == wrong.field, "\(reply.text)")
    }
  }

  /// Ids are looked up and never become paths.
  @Test(arguments: [
    "/..%2F..%2Flibrary.json", "/%2e%2e%2f%2e%2e%2flibrary.json", "/%2Fetc%2Fpasswd", "/..", "/.", "/library.json", "/notes-pin%00",
    "/notes-pin-", "/notes-pin%2Fepisode.json", "/notes-pin/episode.json", "/../../library.json", "/retrieve",
  ])
  func nothingButTheLibrarysEpisodesIsReadable(path: String) async throws {
    let served = try ServedLibrary("notes-pin")
    try await served.serve { client in
      let reply = try await client.get(path)
      #expect(try reply.status == 404 && reply.error["message"] is String, "\(reply.text)")
      #expect(!reply.text.contains("formatVersion") && !reply.text.contains("root:"))
    }
  }

  @Test func anEpisodeThatIsALinkOutOfTheLibraryIsRefused() async throws {
    let served = try ServedLibrary("notes-pin", "shop-cart")
    let outside = served.root + "/outside.json"
    let path = try served.library.demonstration("notes-pin").episodePath
    try FileManager.default.moveItem(atPath: path, toPath: outside)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: outside)
    try await served.serve { client in
      let reply = try await client.get("/notes-pin")
      #expect(reply.status == 500 && reply.text.contains("leads out of the library") && !reply.text.contains("schema_version"))
      #expect(try await client.get("/shop-cart").status == 200)
    }
  }

  @Test func aBrokenPictureIsTheRequestsFault() async throws {
    let served = try ServedLibrary("notes-pin")
    let service = try await served.service(try Model(directory: TinyCheckpoint.tied.directory))
    let whole = try Data(contentsOf: URL(fileURLWithPath: ServedLibrary.screen))
    // 60,000 by 60,000 pixels, says the head: refused before memory is taken.
    var bomb = whole
    bomb.replaceSubrange(16..<24, with: [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60])
    let pictures = [
      "data:image/png;base64,iVBORw0KGgo=", "data:image/png;base64,@@@@", "data:image/png", "etc/passwd12", "AAAA",
      whole.prefix(whole.count / 2).base64EncodedString(), bomb.base64EncodedString(), "http://", "http://127.0.0.1:1/x.png",
      "http://169.254.169.254/latest/meta-data", "http://[::1]/x.png", "http://user:word@example.com/x.png",
    ]
    try await served.serve(service) { client in
      for picture in pictures {
        for (path, fields) in [("retrieve", ["task": "x"]), ("where", ["id": "notes-pin"])] {
          let reply = try await client.post(path, fields.merging(["screenshot": picture]) { $1 })
          #expect(try reply.status == 400 && reply.error["param"] as? String == "screenshot", "\(picture.prefix(40)): \(reply.text)")
        }
      }
      #expect(try await client.post("retrieve", ["screenshot": whole.base64EncodedString()]).status == 200)
    }
  }

  @Test func whatIsNoRequestIsAnsweredInJSON() async throws {
    let served = try ServedLibrary("notes-pin")
    try await served.serve { client in
      let large = String(repeating: " ", count: DemonstrationServer.maximumBodyBytes + 1)
      let tooLarge = try await client.post("retrieve", large)
      #expect(try tooLarge.status == 413 && tooLarge.error["code"] as? String == "limitExceeded", "\(tooLarge.text)")
      let form = try await client.post("retrieve", #"{"task": "x"}"#, type: "text/plain")
      #expect(try form.status == 415 && form.error["message"] is String)
      for (method, path) in [(HTTPRequest.Method.get, "/"), (.post, "/v1/demonstrations"), (.delete, "/v1/demonstrations/notes-pin")] {
        let reply = Reply(try await client.execute(uri: path, method: method))
        #expect(try reply.status == 404 && reply.error["message"] as? String == "there is no \(method.rawValue) \(path)", "\(reply.text)")
      }
    }
    #expect(try served.library.contents().demonstrations.count == 1)
  }

  /// A page in a browser that has its own name lead here is not shown the library.
  @Test func anotherHostIsRefused() async throws {
    let served = try ServedLibrary("notes-pin")
    try await served.serve(over: .live) { client in
      let port = try #require(client.port)
      for (host, status) in [
        ("evil.example.com", 421), ("localhost.example.com:\(port)", 421), ("localhost:\(port)", 200), ("127.0.0.1", 200),
        ("[::1]:8080", 200),
        ("[::2]", 421),
      ] {
        let reply = try await ServedLibrary.ask(.init("/v1/demonstrations", method: .get, authority: host), port)
        #expect(reply.status == status, "\(host)")
      }
    }
  }

  /// As many as are let in, and no more; who has been answered makes room.
  @Test func tooManyAtOnceAreToldToComeAgain() async throws {
    let admission = Admission(1)
    try await admission.admit {
      let refused = await #expect(throws: WireError.self) { try await admission.admit {} }
      #expect(refused?.status == .serviceUnavailable)
    }
    await #expect(throws: CancellationError.self) { try await admission.admit { throw CancellationError() } }
    #expect(try await admission.admit { 7 } == 7)
  }
}
