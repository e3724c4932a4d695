import Fetching
import Foundation

/// Asks a hub: with the token, with retries, and with its failures told in words.
struct HubClient: Sendable {
  let configuration: HubConfiguration
  let retry: RetryPolicy
  /// Waits between tries.
  let sleep: @Sendable (Duration) async throws -> Void
  private let fetcher: Fetcher

  /// The most bytes of one answer of the hub's interface.
  private static let largestAnswer = 32 << 20

  init(_ configuration: HubConfiguration, retry: RetryPolicy, sleep: @escaping @Sendable (Duration) async throws -> Void) {
    self.configuration = configuration
    self.retry = retry
    self.sleep = sleep
    var policy = FetchPolicy()
    policy.maximumBytes = Self.largestAnswer
    policy.timeout = .seconds(60)
    if configuration.isEndpointNamed { policy.privateHosts = [configuration.endpointHost] }
    fetcher = Fetcher(policy: policy)
  }

  var endpoint: String { configuration.endpoint }

  /// A request that carries the token, which redirects to other servers do not get.
  func request(_ url: String) -> FetchRequest {
    var request = FetchRequest(url: url)
    request.authorization = configuration.token.map { "Bearer \($0)" }
    return request
  }

  /// An answer of the hub's interface.
  func json<Value: Decodable>(
    _ type: Value.Type, _ url: String, of reference: ModelReference
  ) async throws -> (value: Value, head: FetchedHead) {
    let (resource, head) = try await resource(url, of: reference)
    guard let value = try? JSONDecoder().decode(type, from: Data(resource.bytes)) else {
      throw HubError(
        .malformedAnswer,
        "\(RedactedURL.text(of: url)) does not answer as \(configuration.source.title) does; check the endpoint \(endpoint)")
    }
    return (value, head)
  }

  private func resource(_ url: String, of reference: ModelReference) async throws -> (resource: FetchedResource, head: FetchedHead) {
    var failures = 0
    while true {
      do throws(FetchError) {
        return try await fetcher.resource(request(url))
      } catch {
        failures += 1
        try await wait(after: error, failures: failures, of: reference)
      }
    }
  }

  /// The beginning of a file's content.
  func stream(_ request: FetchRequest) async throws(FetchError) -> FetchedStream {
    try await fetcher.stream(request)
  }

  /// Waits for the next try.
  ///
  /// - Parameters:
  ///   - error: The failure.
  ///   - failures: Failures in a row, this one included.
  ///   - reference: The model that is asked for.
  /// - Throws: What the failure means, if there is no next try.
  func wait(after error: FetchError, failures: Int, of reference: ModelReference) async throws {
    if error.code == .cancelled { throw CancellationError() }
    guard let wait = retry.wait(after: error, failures: failures) else { throw hubError(error, of: reference) }
    try await sleep(wait)
  }

  /// What a failed request means for the user.
  private func hubError(_ error: FetchError, of reference: ModelReference) -> HubError {
    let hub = configuration.source.title
    switch error.status {
    case 401?, 403?:
      let login =
        configuration.source == .huggingFace
        ? "Open \(endpoint)/\(reference.repository) to accept its terms or ask for access, then set HF_TOKEN to a token that may read it"
        : "Only repositories that are open to everybody are fetched from ModelScope"
      let lead =
        configuration.token == nil
        ? "\(reference) is private or gated, or is not there: \(hub) wants a login" : "\(hub) refuses the token for \(reference)"
      return HubError(.accessDenied, "\(lead) (status \(error.status ?? 0)). \(login)")
    case 404?:
      return HubError(.notFound, "\(hub) has no \(reference): check the spelling of the name and the revision (status 404 at \(endpoint))")
    case 429?:
      let advice = error.retryAfter.map { "try again in \($0.components.seconds) seconds" } ?? "try again later"
      return HubError(.rateLimited, "\(hub) gets too many requests from here (status 429); \(advice). What has come is kept")
    default:
      let kept = error.isTransient ? " (after \(retry.attempts) tries; what has come is kept, pull again to go on)" : ""
      return HubError(.unreachable, "\(error)\(kept)")
    }
  }
}
