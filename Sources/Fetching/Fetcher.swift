import NIOSSL

/// Fetches the bytes of `http` and `https` URLs, safely for URLs that come from somebody else.
///
/// Host names are looked up here, every address of the answer is checked against the policy, and the connection goes to one of those
/// addresses and no other; `https` still verifies the certificate for the name in the URL. Every redirect is checked the same way.
/// Requests carry no credentials, cookies or referrer, and go out directly: proxies that environment variables name are not used.
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
    let first: RequestURL
    do {
      first = try RequestURL(url)
    } catch {
      throw FetchError(error, url: RedactedURL.text(ofInvalid: url))
    }
    let outcome = await withTimeLimit(policy.boundedTimeout) { await follow(from: first) }
    do throws(FetchError) {
      return try outcome.get()
    } catch {
      // To the request, the caller's cancellation and the end of its time look the same.
      throw error.code == .timedOut && Task.isCancelled ? FetchError(.cancelled, url: error.url) : error
    }
  }

  /// Requests a URL and then whatever it redirects to.
  private func follow(from first: RequestURL) async -> Result<FetchedResource, FetchError> {
    var current = first
    var visited: Set<RequestURL> = [first]
    do throws(FetchFault) {
      while true {
        switch try await request(current) {
        case .resource(let resource): return .success(resource)
        case .redirect(let status, let location):
          let limit = max(policy.maximumRedirects, 0)
          guard visited.count <= limit else { throw FetchFault.tooManyRedirects(limit: limit) }
          let next = try Self.target(of: location, status: status, from: current)
          // Without cookies the same request gets the same answer.
          guard visited.insert(next).inserted else { throw FetchFault.redirectCycle }
          current = next
        }
      }
    } catch {
      let hop = current == first ? nil : RedactedURL.text(of: current)
      return .failure(FetchError(error, url: RedactedURL.text(of: first), hop: hop))
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
  private func request(_ url: RequestURL) async throws(FetchFault) -> Exchange.Answer {
    var candidates = try await checkedAddresses(of: url.host)[...]
    while let address = candidates.popFirst() {
      let exchange = Exchange(url: url, address: address, policy: policy, trustRoots: trustRoots)
      do {
        return try await exchange.answer(hasAlternatives: !candidates.isEmpty)
      } catch .unreachable where !candidates.isEmpty {
        continue
      }
    }
    throw .unknownHost(url.host.name, detail: "the answer holds no address")
  }
}
