import AsyncHTTPClient
import NIOHTTP1
import NIOSSL

/// Fetches the bytes of `http` and `https` URLs, safely for URLs that come from somebody else.
///
/// Host names are looked up here, every address of the answer is checked against the policy, and the connection goes to one of those
/// addresses and no other; `https` still verifies the certificate for the name in the URL. Every redirect is checked the same way.
/// Requests carry no cookies or referrer, and no credentials but those that a `FetchRequest` gives to one server. They go out directly: proxies that environment variables name are not used.
///
/// A fetcher costs nothing until it fetches and holds nothing between fetches: connections end with the fetch that opened them.
public struct Fetcher: Sendable {
  /// What may be fetched.
  public let policy: FetchPolicy
  let resolver: any HostResolver
  private let trustRoots: NIOSSLTrustRoots

  /// A fetcher that keeps to a policy.
  public init(policy: FetchPolicy = FetchPolicy()) {
    self.init(policy: policy, resolver: SystemHostResolver(), trustRoots: .default)
  }

  /// A fetcher with another source of addresses, and other authorities to trust.
  init(policy: FetchPolicy, resolver: any HostResolver, trustRoots: NIOSSLTrustRoots = .default) {
    self.policy = policy
    self.resolver = resolver
    self.trustRoots = trustRoots
  }

  /// The bytes of a URL.
  ///
  /// - Parameter url: an absolute `http` or `https` URL without user name and password.
  /// - Returns: the whole body; at most `policy.maximumBytes`.
  /// - Throws: `FetchError`, also after `policy.timeout` and when the task is cancelled.
  public func bytes(of url: String) async throws(FetchError) -> [UInt8] {
    try await resource(at: url).bytes
  }

  /// The bytes of a URL with what the server says of them.
  ///
  /// - Parameter url: an absolute `http` or `https` URL without user name and password.
  /// - Returns: the whole body, at most `policy.maximumBytes`, its type, and where redirects led.
  /// - Throws: `FetchError`, also after `policy.timeout` and when the task is cancelled.
  public func resource(at url: String) async throws(FetchError) -> FetchedResource {
    try await resource(FetchRequest(url: url)).resource
  }

  /// The bytes that answer a request, and the heads of the answers.
  ///
  /// - Returns: the whole body, at most `policy.maximumBytes`.
  /// - Throws: `FetchError`, also after `policy.timeout` and when the task is cancelled.
  public func resource(_ request: FetchRequest) async throws(FetchError) -> (resource: FetchedResource, head: FetchedHead) {
    try await limited(request) { (answer) throws(FetchError) in
      let bytes = try await answer.collect(atMost: policy.maximumBytes)
      return (FetchedResource(bytes: bytes, contentType: answer.head["Content-Type"], url: answer.head.url), answer.head)
    }
  }

  /// Asks for a body that may be large, and returns when it begins.
  ///
  /// - Throws: `FetchError`, also when the body has not begun after `policy.timeout` and when the task is cancelled.
  public func stream(_ request: FetchRequest) async throws(FetchError) -> FetchedStream {
    try await limited(request) { (answer) throws(FetchError) in FetchedStream(answer) }
  }

  /// Follows a request to its answer and does something with it, all within the policy's time.
  private func limited<Fetched: Sendable>(
    _ request: FetchRequest, _ body: @Sendable @escaping (Answer) async throws(FetchError) -> Fetched
  ) async throws(FetchError) -> Fetched {
    let first: RequestURL
    do {
      first = try RequestURL(request.url)
    } catch {
      throw FetchError(error, url: RedactedURL.text(ofInvalid: request.url))
    }
    let outcome = await withTimeLimit(policy.boundedTimeout) {
      do throws(FetchError) {
        return Result<Fetched, FetchError>.success(try await body(try await follow(request, from: first)))
      } catch {
        return .failure(error)
      }
    }
    do throws(FetchError) {
      return try outcome.get()
    } catch {
      // To the request, the caller's cancellation and the end of its time look the same.
      throw error.code == .timedOut && Task.isCancelled ? FetchError(.cancelled, url: error.url) : error
    }
  }

  /// Requests a URL and then whatever it redirects to.
  private func follow(_ request: FetchRequest, from first: RequestURL) async throws(FetchError) -> Answer {
    var current = first
    var visited: Set<RequestURL> = [first]
    var heads: [HTTPHeaders] = []
    do throws(FetchFault) {
      while true {
        let exchange = try await open(current, try request.headers(for: current, first: first), request.body)
        heads.append(exchange.response.headers)
        guard let redirect = exchange.redirect else {
          try exchange.check(acceptsPart: request.asksForPart)
          return Answer(exchange, FetchedHead(status: exchange.status, url: current.text, heads: heads), first: first, last: current)
        }
        let limit = request.body == nil ? max(policy.maximumRedirects, 0) : 0
        guard visited.count <= limit else { throw FetchFault.tooManyRedirects(limit: limit) }
        let next = try Self.target(of: redirect.location, status: redirect.status, from: current)
        // Without cookies the same request gets the same answer.
        guard visited.insert(next).inserted else { throw FetchFault.redirectCycle }
        current = next
      }
    } catch {
      throw FetchError(error, first: first, last: current)
    }
  }

  private static func target(of location: String?, status: Int, from current: RequestURL) throws(FetchFault) -> RequestURL {
    guard let location, !location.isEmpty else { throw .redirectWithoutTarget(status: status) }
    let next: RequestURL
    do {
      next = try RequestURL(location, relativeTo: current)
    } catch {
      throw .unusableRedirect(error.sentence)
    }
    if current.scheme == .https, next.scheme == .http { throw .insecureRedirect }
    return next
  }

  /// Makes one request, at the first checked address that can be connected to.
  private func open(
    _ url: RequestURL, _ headers: [FetchRequest.Header], _ body: [UInt8]?
  ) async throws(FetchFault) -> OpenExchange {
    var candidates = try await checkedAddresses(of: url.host)[...]
    while let address = candidates.popFirst() {
      let exchange = Exchange(url: url, address: address, headers: headers, body: body, policy: policy, trustRoots: trustRoots)
      do {
        return try await exchange.open(hasAlternatives: !candidates.isEmpty)
      } catch .unreachable where !candidates.isEmpty {
        continue
      }
    }
    throw .unknownHost(url.host.name, detail: "the answer holds no address")
  }
}
