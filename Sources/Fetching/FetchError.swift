/// Why a URL could not be fetched: what was found, what would be right, and what to do.
public struct FetchError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of fault.
  public enum Code: String, Sendable {
    /// The text is not an `http` or `https` URL of the kind that is fetched.
    case invalidURL
    /// The host leads to an address that the policy does not allow.
    case refusedAddress
    /// No address is known for the host.
    case unknownHost
    /// No connection to the host came about.
    case unreachable
    /// The server could not prove that it is the host of the URL.
    case untrustedServer
    /// A redirect that is not followed: too many, in a circle, from `https` to `http`, or to nowhere.
    case refusedRedirect
    /// The server answered with a status other than success.
    case unsuccessfulStatus
    /// The body has more bytes than the policy allows.
    case tooLarge
    /// The connection ended before the answer was complete.
    case incomplete
    /// The server's answer is not HTTP, or in a form that was not asked for.
    case malformedResponse
    /// The time that the policy allows ran out.
    case timedOut
    /// The task that fetched was cancelled.
    case cancelled
  }

  /// The kind of fault.
  public let code: Code
  /// The URL that was asked for, without credentials and without what its query says.
  public let url: String
  /// The status of the server's answer, where the fault is that status.
  public let status: Int?
  /// How long the server asks to wait before the next try, where it says so.
  public let retryAfter: Duration?
  /// One sentence or two for a person.
  public let reason: String

  /// The URL and the reason: `url: reason`.
  public var description: String { "\(url): \(reason)" }

  /// A fault with a URL, met where redirects led (`hop`) if that is elsewhere.
  init(_ fault: FetchFault, url: String, hop: String? = nil) {
    code = fault.code
    status = if case .status(let status, _) = fault { status } else { nil }
    retryAfter = if case .status(_, let seconds?) = fault { .seconds(seconds) } else { nil }
    self.url = url
    reason = hop.map { "redirected to \($0): \(fault.sentence)" } ?? fault.sentence
  }

  /// A fault of a request, met at the last of the addresses that redirects led to.
  init(_ fault: FetchFault, first: RequestURL, last: RequestURL) {
    self.init(fault, url: RedactedURL.text(of: first), hop: last == first ? nil : RedactedURL.text(of: last))
  }

  /// Whether the same request may succeed later: the connection or the server failed, not the request.
  public var isTransient: Bool {
    switch code {
    case .unknownHost, .unreachable, .incomplete, .timedOut: true
    case .unsuccessfulStatus: [408, 425, 429, 500, 502, 503, 504].contains(status)
    case .invalidURL, .refusedAddress, .untrustedServer, .refusedRedirect, .tooLarge, .malformedResponse, .cancelled: false
    }
  }
}
