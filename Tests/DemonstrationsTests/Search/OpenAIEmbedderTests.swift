import Embedding
import Fetching
import Foundation
import Retrieval
import Synchronization
import TestSupport
import Testing

@testable import Demonstrations

/// An endpoint of OpenAI's embeddings API, on this machine
@Suite(.timeLimit(.minutes(5))) struct OpenAIEmbedderTests {
  /// What a request of the API asks.
  private struct Question: Decodable {
    let model: String
    let input: [String]
    let encoding_format: String
  }

  private static func vector(_ text: String) -> [Float] { [Float(text.utf8.count), 1, 0, 2] }

  /// Answers as the API does, with entries in another order than they were asked in.
  private static func answer(_ request: LocalServer.Request) -> LocalServer.Answer {
    guard let question = try? JSONDecoder().decode(Question.self, from: Data(request.body)) else { return .init(status: 400) }
    let entries = question.input.enumerated().reversed().map { index, text in
      "{\"object\": \"embedding\", \"index\": \(index), \"embedding\": \(vector(text))}"
    }
    return .init(
      status: 200, headers: ["Content-Type": "application/json"], body: Array("{\"data\": [\(entries.joined(separator: ", "))]}".utf8))
  }

  private func embedder(
    _ server: LocalServer, key: String? = "sk-test-123", attempts: Int = 3
  ) async throws -> OpenAIEmbedder {
    let environment = key.map { ["OPENAI_API_KEY": $0] } ?? [:]
    var configuration = try OpenAIConfiguration(baseURL: server.address + "/v1/", model: "some-model", environment: environment)
    configuration.batchSize = 2
    var retry = RetryPolicy()
    retry.attempts = attempts
    return try await OpenAIEmbedder(configuration, retry: retry) { _ in }
  }

  @Test func textsAreAskedInBatchesAndBroughtIntoOrder() async throws {
    let requests = Mutex<[LocalServer.Request]>([])
    let server = try LocalServer.answering { request in
      requests.withLock { $0.append(request) }
      return Self.answer(request)
    }
    defer { server.stop() }
    let embedder = try await embedder(server)
    #expect(embedder.dimensions == 4)
    let texts = ["a", "bbb", "cc"]
    let vectors = try await embedder.embed(texts.map { Item(text: $0) }).map { try $0.get() }
    #expect(vectors == texts.map { Matryoshka.normalized(Self.vector($0)) })
    let seen = requests.withLock { $0 }
    // One to learn the length, then two for three texts.
    #expect(seen.count == 3 && seen.allSatisfy { $0.path == "/v1/embeddings" })
    #expect(seen.allSatisfy { $0.headers["authorization"] == "Bearer sk-test-123" && $0.headers["content-type"] == "application/json" })
    let question = try JSONDecoder().decode(Question.self, from: Data(seen[1].body))
    #expect(question.input == ["a", "bbb"] && question.model == "some-model" && question.encoding_format == "float")
  }

  @Test func picturesFailByNameAndTheRestGoesOn() async throws {
    let server = try LocalServer.answering(Self.answer)
    defer { server.stop() }
    let results = try await embedder(server).embed([Item(image: .file("x.png")), Item(text: "a")])
    #expect((try? results[0].get()) == nil && (try? results[1].get()) != nil)
  }

  @Test func aBusyServerIsAskedAgain() async throws {
    let count = Mutex(0)
    let server = try LocalServer.answering { request in
      let number = count.withLock { count in
        count += 1
        return count
      }
      return number <= 2 ? .init(status: 429) : Self.answer(request)
    }
    defer { server.stop() }
    #expect(try await embedder(server).dimensions == 4)
    #expect(count.withLock { $0 } == 3)
  }

  @Test(arguments: [401, 404, 500, 302])
  func refusalsAreSaidWithoutTheKey(status: Int) async throws {
    let server = try LocalServer.answering { _ in .init(status: status, headers: ["Location": "http://127.0.0.1:1/elsewhere"]) }
    defer { server.stop() }
    let error = await #expect(throws: LibraryError.self) { try await embedder(server, attempts: 1) }
    let said = try #require(error).description
    #expect(!said.contains("sk-test") && said.contains("127.0.0.1"), "\(said)")
    if status == 401 { #expect(said.contains("OPENAI_API_KEY")) }
  }

  @Test(arguments: [
    "{}", "nonsense", #"{"data": []}"#, #"{"data": [{"index": 7, "embedding": [1]}]}"#, #"{"data": [{"index": 0, "embedding": []}]}"#,
    #"{"data": [{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [1]}]}"#,
  ])
  func answersThatAreNoneAreRefused(body: String) async throws {
    let server = try LocalServer.answering { _ in .init(status: 200, body: Array(body.utf8)) }
    defer { server.stop() }
    await #expect(throws: LibraryError.self) { try await embedder(server) }
  }

  @Test func theEnvironmentIsRead() throws {
    #expect(throws: LibraryError.self) { try OpenAIConfiguration(environment: [:]) }
    #expect(throws: LibraryError.self) { try OpenAIConfiguration(environment: ["OPENAI_API_KEY": "with space\n and more"]) }
    #expect(throws: LibraryError.self) { try OpenAIConfiguration(baseURL: "ftp://x", environment: ["OPENAI_API_KEY": "k"]) }
    #expect(throws: LibraryError.self) { try OpenAIConfiguration(baseURL: "https://user:secret@x/v1", environment: [:]) }
    let standard = try OpenAIConfiguration(environment: ["OPENAI_API_KEY": "k\n"])
    #expect(standard.key == "k" && standard.baseURL == "https://api.openai.com/v1" && !standard.isBaseNamed)
    let own = try OpenAIConfiguration(environment: ["OPENAI_BASE_URL": "http://localhost:8000/v1/"])
    #expect(own.baseURL == "http://localhost:8000/v1" && own.isBaseNamed && own.key == nil && own.host == "localhost")
  }

  /// A library's vectors of one endpoint are not those of another.
  @Test func anotherModelHasAnotherProfile() async throws {
    let server = try LocalServer.answering(Self.answer)
    defer { server.stop() }
    let profile = try await embedder(server).profile()
    #expect(profile.model == "some-model" && profile.dimensions == 4 && profile.maximumPixels == nil)
    let other = try OpenAIConfiguration(baseURL: server.address + "/v1", model: "other", environment: [:])
    #expect(try await OpenAIEmbedder(other).profile().fingerprint != profile.fingerprint)
  }
}
