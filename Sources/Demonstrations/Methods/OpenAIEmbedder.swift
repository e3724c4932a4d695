import Crypto
public import Embedding
package import Fetching
public import Foundation
public import Retrieval

/// Where an endpoint of OpenAI's embeddings API is, and which model it has.
public struct OpenAIConfiguration: Sendable {
  /// The address in front of `/embeddings`, without a slash at its end.
  public var baseURL: String
  /// Whether the address was named by the user: its host may then be this machine, or in a private network.
  public var isBaseNamed: Bool
  /// The model's name, as the endpoint has it.
  public var model: String
  /// The key; sent to the endpoint and nowhere else, and never printed.
  public var key: String?
  /// Texts of one request at most; OpenAdapt's default.
  public var batchSize = 100

  /// OpenAI's own address.
  public static let standardBaseURL = "https://api.openai.com/v1"
  /// OpenAdapt's default.
  public static let standardModel = "text-embedding-3-small"

  /// What options and the environment say.
  ///
  /// - Parameters:
  ///   - baseURL: The endpoint; `nil` for `OPENAI_BASE_URL`, or else OpenAI's own.
  ///   - model: The model; `nil` for ``standardModel``.
  ///   - environment: `OPENAI_API_KEY` and `OPENAI_BASE_URL` are read.
  /// - Throws: `LibraryError` for an address that is none, or a key that cannot be one.
  public init(
    baseURL: String? = nil, model: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(LibraryError) {
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    var base = baseURL ?? variable("OPENAI_BASE_URL") ?? Self.standardBaseURL
    while base.hasSuffix("/") { base.removeLast() }
    // The value is not repeated: it may hold a password.
    guard let url = URL(string: base), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
      url.host()?.isEmpty == false, url.user() == nil, url.password() == nil, url.query() == nil, url.fragment() == nil
    else {
      throw LibraryError(.invalidSetting, "the endpoint's address is no http or https address such as \(Self.standardBaseURL)")
    }
    self.baseURL = base
    isBaseNamed = base != Self.standardBaseURL
    self.model = model ?? Self.standardModel
    key = variable("OPENAI_API_KEY")?.trimmingCharacters(in: .whitespacesAndNewlines)
    guard key?.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) ?? true else {
      throw LibraryError(.invalidSetting, "the key in OPENAI_API_KEY holds spaces or characters beyond ASCII; set it again")
    }
    guard key != nil || isBaseNamed else {
      throw LibraryError(.invalidSetting, "OPENAI_API_KEY is not set; set it, or name another endpoint that needs no key")
    }
  }

  /// The host as it stands in the address, without brackets.
  var host: String { URL(string: baseURL)?.host(percentEncoded: false) ?? "" }
}

/// Embeds texts by a server that speaks OpenAI's embeddings API.
///
/// Texts leave this machine for the endpoint. Vectors are brought to length 1.
public struct OpenAIEmbedder: CollectionEmbedder {
  /// Numbers of a whole vector.
  public let dimensions: Int
  private let configuration: OpenAIConfiguration
  private let fetcher: Fetcher
  private let retry: RetryPolicy
  private let sleep: @Sendable (Duration) async throws -> Void

  /// The most bytes of an answer: a hundred vectors of 4,096 numbers are 8 MB of text.
  private static let largestAnswer = 64 << 20
  /// Numbers of OpenAI's own models; others are asked.
  private static let knownDimensions = [
    "text-embedding-3-small": 1_536, "text-embedding-3-large": 3_072, "text-embedding-ada-002": 1_536,
  ]

  /// An embedder; asks the endpoint for one vector where the model's length is not known.
  ///
  /// - Throws: `LibraryError` where the endpoint does not answer as it should.
  public init(_ configuration: OpenAIConfiguration) async throws {
    try await self.init(configuration, retry: RetryPolicy()) { try await Task.sleep(for: $0) }
  }

  package init(
    _ configuration: OpenAIConfiguration, retry: RetryPolicy, sleep: @escaping @Sendable (Duration) async throws -> Void
  ) async throws {
    var policy = FetchPolicy()
    policy.maximumBytes = Self.largestAnswer
    policy.timeout = .seconds(120)
    if configuration.isBaseNamed { policy.privateHosts = [configuration.host] }
    let fetcher = Fetcher(policy: policy)
    if let known = Self.knownDimensions[configuration.model], !configuration.isBaseNamed {
      dimensions = known
    } else {
      let request = Request(configuration, fetcher, retry, sleep)
      dimensions = try await request.vectors(of: ["dimensions"])[0].count
    }
    self.configuration = configuration
    self.fetcher = fetcher
    self.retry = retry
    self.sleep = sleep
  }

  /// The model and the endpoint; which weights lie behind them, nobody can know.
  public func profile() throws(CollectionError) -> EmbeddingProfile {
    let name = "openai\n\(configuration.baseURL)\n\(configuration.model)"
    let fingerprint = SHA256.hash(data: Data(name.utf8)).hexadecimal
    return EmbeddingProfile(
      model: configuration.model, fingerprint: fingerprint, dimensions: dimensions, instruction: "", minimumPixels: nil,
      maximumPixels: nil, videos: nil)
  }

  /// An estimate: the endpoint alone knows its tokens.
  public func tokenCount(_ text: String) -> Int { text.utf8.count / 4 }

  /// `nil`: these models know no instructions.
  public var queryInstruction: String? { nil }

  /// Embeds texts, so many a request; an item with anything else fails by name.
  public func embed(
    _ items: [Item], dimensions: Int?, progress: (@Sendable (Int) -> Void)?
  ) async throws -> [Result<[Float], ItemError>] {
    let wanted = dimensions ?? self.dimensions
    guard (1...self.dimensions).contains(wanted) else {
      throw LibraryError(.invalidSetting, "\(wanted) dimensions were asked for; this model's vectors have 1 to \(self.dimensions)")
    }
    var results = items.map { item -> Result<[Float], ItemError> in
      item.texts.count == 1 && item.images.isEmpty && item.videos.isEmpty && item.documents.isEmpty
        ? .success([]) : .failure(ItemError(.unsupportedInput, "is not a single text; this model reads texts only"))
    }
    let readable = results.indices.filter { (try? results[$0].get()) != nil }
    let request = Request(configuration, fetcher, retry, sleep)
    for start in stride(from: 0, to: readable.count, by: max(1, configuration.batchSize)) {
      try Task.checkCancellation()
      let batch = readable[start..<min(start + max(1, configuration.batchSize), readable.count)]
      for (index, vector) in zip(batch, try await request.vectors(of: batch.map { items[$0].texts[0] })) {
        guard vector.count == self.dimensions else {
          throw LibraryError(
            .damaged, "\(configuration.baseURL): answers with a vector of \(vector.count) numbers; \(self.dimensions) were expected")
        }
        results[index] = .success(Matryoshka.prefix(vector, wanted))
      }
      progress?(batch.endIndex)
    }
    return results
  }
}

/// One request of OpenAI's embeddings API.
private struct Request {
  private let configuration: OpenAIConfiguration
  private let fetcher: Fetcher
  private let retry: RetryPolicy
  private let sleep: @Sendable (Duration) async throws -> Void

  init(
    _ configuration: OpenAIConfiguration, _ fetcher: Fetcher, _ retry: RetryPolicy,
    _ sleep: @escaping @Sendable (Duration) async throws -> Void
  ) {
    self.configuration = configuration
    self.fetcher = fetcher
    self.retry = retry
    self.sleep = sleep
  }

  private struct Body: Encodable {
    let model: String
    let input: [String]
    let encoding_format = "float"
  }

  private struct Answer: Decodable {
    struct Entry: Decodable {
      let index: Int
      let embedding: [Float]
    }
    let data: [Entry]
  }

  /// The vectors of texts, in order.
  func vectors(of texts: [String]) async throws -> [[Float]] {
    let url = configuration.baseURL + "/embeddings"
    var request = FetchRequest(url: url)
    request.headers = [FetchRequest.Header("Content-Type", "application/json")]
    request.authorization = configuration.key.map { "Bearer \($0)" }
    request.body = Array(try JSONEncoder().encode(Body(model: configuration.model, input: texts)))
    let bytes = try await answer(to: request)
    guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(bytes)) else {
      throw LibraryError(.damaged, "\(url): does not answer as OpenAI's embeddings API does; check the endpoint's address")
    }
    var vectors = [[Float]](repeating: [], count: texts.count)
    for entry in answer.data {
      guard vectors.indices.contains(entry.index), vectors[entry.index].isEmpty, !entry.embedding.isEmpty,
        entry.embedding.allSatisfy(\.isFinite)
      else {
        throw LibraryError(.damaged, "\(url): answers with a vector of index \(entry.index) that is empty, not finite, or out of place")
      }
      vectors[entry.index] = entry.embedding
    }
    guard vectors.allSatisfy({ !$0.isEmpty }) else {
      throw LibraryError(.damaged, "\(url): answers with \(answer.data.count) vectors for \(texts.count) texts")
    }
    return vectors
  }

  private func answer(to request: FetchRequest) async throws -> [UInt8] {
    var failures = 0
    while true {
      do throws(FetchError) {
        return try await fetcher.resource(request).resource.bytes
      } catch {
        failures += 1
        if error.code == .cancelled { throw CancellationError() }
        guard let wait = retry.wait(after: error, failures: failures) else { throw explained(error) }
        try await sleep(wait)
      }
    }
  }

  private func explained(_ error: FetchError) -> LibraryError {
    switch error.status {
    case 401?, 403?:
      LibraryError(
        .inputOutput,
        "\(error.url): " + (configuration.key == nil ? "wants a key; set OPENAI_API_KEY" : "refuses the key in OPENAI_API_KEY"))
    case 404?: LibraryError(.inputOutput, "\(error.url): has no such address, or no model \"\(configuration.model)\"")
    default: LibraryError(.inputOutput, "\(error)")
    }
  }
}
