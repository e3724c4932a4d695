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
  /// One sentence or two for a person.
  public let reason: String

  /// The URL and the reason: `url: reason`.
  public var description: String { "\(url): \(reason)" }

  /// A fault with a URL, met where redirects led (`hop`) if that is elsewhere.
  init(_ fault: FetchFault, url: String, hop: String? = nil) {
    code = fault.code
    status = if case .status(let status, _) = fault { status } else { nil }
    self.url = url
    reason = hop.map { "redirected to \($0): \(fault.sentence)" } ?? fault.sentence
  }
}
