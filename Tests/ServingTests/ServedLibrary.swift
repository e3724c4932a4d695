import Demonstrations
import Embedding
import Foundation
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization
import TestSupport

@testable import Serving

/// A library in a folder of its own, filled from the fixtures' gallery, and a server of it.
struct ServedLibrary {
  static let fixtures = "\(Fixtures.root)/demonstrations"
  /// The size is 12 KB or so, and the screen one of the task "shop-cart".
  static let screen = fixtures + "/query-screens/shop-cart-1.png"

  let root: String
  let library: DemonstrationLibrary
  let failures = Failures()

  /// What was told of demonstrations that failed.
  final class Failures: Sendable {
    private let all = Mutex<[DemonstrationFailure]>([])
    var list: [DemonstrationFailure] { all.withLock { $0 } }
    func note(_ failure: DemonstrationFailure) { all.withLock { $0.append(failure) } }
  }

  init(_ ids: String...) throws {
    root = "\(Fixtures.temporary)/serving-\(UInt64.random(in: .min ... .max))"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    library = try DemonstrationLibrary.openOrCreate(at: root + "/library")
    try add(ids)
  }

  /// Adds demonstrations of the gallery.
  func add(_ ids: [String]) throws {
    let news = try ids.map { id in
      let folder = "\(Self.fixtures)/gallery/\(id)"
      let episode = try JSONDecoder().decode(Episode.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/episode.json")))
      return NewDemonstration(episode, folder: folder, source: folder)
    }
    let failures = try library.add(news).failures
    guard failures.isEmpty else { throw FixtureError("\(failures)") }
  }

  /// Methods of words, BM25 first, or those with the small multimodal model in front.
  func service(_ model: Model? = nil, reranker: Reranker? = nil) async throws -> DemonstrationService {
    var settings = [MethodSettings(.bm25), MethodSettings(.tfidf)]
    if let model {
      let embedder = Embedder(model)
      for name in [MethodName.hybrid, .qwen3vl] {
        var setting = MethodSettings(name)
        setting.openModel = { embedder }
        settings.insert(setting, at: 0)
      }
    }
    return try await DemonstrationService(library, settings, reranker: reranker) { [failures] in failures.note($0) }
  }

  /// Asks the server within this process.
  func serve<Value>(
    _ service: DemonstrationService? = nil, allowsPrivateAddresses: Bool = false, over setup: TestingSetup = .router,
    _ test: @escaping @Sendable (any TestClientProtocol) async throws -> Value
  ) async throws -> Value {
    var configuration = DemonstrationServer.Configuration()
    configuration.allowsPrivateAddresses = allowsPrivateAddresses
    let asked: DemonstrationService
    if let service { asked = service } else { asked = try await self.service() }
    return try await DemonstrationServer(asked, configuration).application().test(setup) { try await test($0) }
  }

  /// Asks over a connection of its own.
  static func ask(_ task: String, _ port: Int) async throws -> Reply {
    let request = TestClient.Request(
      "/v1/demonstrations/retrieve", method: .post, authority: "localhost:\(port)", headers: [.contentType: "application/json"],
      body: ByteBuffer(string: "{\"task\": \"\(task)\"}"))
    return try await ask(request, port)
  }

  /// Asks over a connection of its own; a busy machine has five minutes.
  static func ask(_ request: TestClient.Request, _ port: Int) async throws -> Reply {
    try await TestClient.withClient(host: "localhost", port: port, configuration: .init(timeout: .seconds(300))) { client in
      let answer = try await client.execute(request)
      return Reply(status: answer.status.code, text: answer.body.map { String(buffer: $0) } ?? "")
    }
  }

  /// The screen as base64.
  static var screenBase64: String {
    get throws { try Data(contentsOf: URL(fileURLWithPath: screen)).base64EncodedString() }
  }
}

extension TestClientProtocol {
  /// A request with a body of JSON, as text.
  func post(_ path: String, _ body: String, type: String = "application/json") async throws -> Reply {
    let answer = try await execute(
      uri: "/v1/demonstrations/" + path, method: .post, headers: [.contentType: type], body: ByteBuffer(string: body))
    return Reply(answer)
  }

  /// A request with fields.
  func post(_ path: String, _ fields: [String: any Sendable]) async throws -> Reply {
    try await post(path, String(decoding: try JSONSerialization.data(withJSONObject: fields), as: UTF8.self))
  }

  /// A request for a path behind `/v1/demonstrations`.
  func get(_ path: String = "") async throws -> Reply {
    Reply(try await execute(uri: "/v1/demonstrations" + path, method: .get))
  }
}

/// An answer.
struct Reply: Equatable {
  let status: Int
  let text: String

  init(status: Int, text: String) {
    self.status = status
    self.text = text
  }

  init(_ answer: TestResponse) { self.init(status: answer.status.code, text: String(buffer: answer.body)) }

  /// The members of the JSON object, loosely typed.
  var json: [String: Any] {
    get throws { try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:] }
  }

  /// Ids of the demonstrations found, best first.
  var ids: [String] {
    get throws { try results.compactMap { ($0["demonstration"] as? [String: Any])?["id"] as? String } }
  }

  var results: [[String: Any]] {
    get throws { try json["results"] as? [[String: Any]] ?? [] }
  }

  var error: [String: Any] {
    get throws { try json["error"] as? [String: Any] ?? [:] }
  }
}
