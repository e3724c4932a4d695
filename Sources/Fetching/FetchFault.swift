/// What went wrong with one request, before it is told as a `FetchError`.
enum FetchFault: Error, Equatable {
  /// What a fetch was doing when its time ran out.
  enum Phase: Equatable {
    case lookingUp
    case waitingForAnswer
    case receiving(Int)
  }

  case invalidURL(String)
  case unsupportedScheme(String)
  case credentials
  case unknownHost(String, detail: String)
  case refusedLocalhost(String)
  case refusedAddress(IPAddress, host: String)
  case unreachable(host: String, detail: String)
  case untrustedServer(host: String, detail: String)
  case tooManyRedirects(limit: Int)
  case redirectCycle
  case insecureRedirect
  case redirectWithoutTarget(status: Int)
  case unusableRedirect(String)
  case status(Int, retryAfterSeconds: Int?)
  case announcedTooLarge(Int, limit: Int)
  case tooLarge(limit: Int)
  case truncated(received: Int, announced: Int?)
  case noAnswer(detail: String)
  case encoded(String)
  case malformed(String)
  case timedOut(Phase, limit: Duration)
  case stalled(received: Int, limit: Duration)
  case cancelled
}

extension FetchFault {
  var code: FetchError.Code {
    switch self {
    case .invalidURL, .unsupportedScheme, .credentials: .invalidURL
    case .refusedLocalhost, .refusedAddress: .refusedAddress
    case .unknownHost: .unknownHost
    case .unreachable: .unreachable
    case .untrustedServer: .untrustedServer
    case .tooManyRedirects, .redirectCycle, .insecureRedirect, .redirectWithoutTarget, .unusableRedirect: .refusedRedirect
    case .status: .unsuccessfulStatus
    case .announcedTooLarge, .tooLarge: .tooLarge
    case .truncated, .noAnswer: .incomplete
    case .encoded, .malformed: .malformedResponse
    case .timedOut, .stalled: .timedOut
    case .cancelled: .cancelled
    }
  }

  /// What was found, what was expected, what to do.
  var sentence: String {
    switch self {
    case .invalidURL(let problem): "not a usable URL: \(problem)"
    case .unsupportedScheme(let scheme): "the scheme is \"\(scheme.prefix(32))\"; only http and https are fetched"
    case .credentials: "a user name or password stands before \"@\"; remove it, since URLs end up in logs"
    case .unknownHost(let host, let detail): "no address is known for the host \(host) (\(detail)); check its spelling and the network"
    case .refusedLocalhost(let host): "the host \(host) is this machine. \(Self.adviceOnPrivateAddresses)"
    case .refusedAddress(let address, let host): Self.refusal(address, host: host)
    case .unreachable(let host, let detail): "no connection to \(host): \(detail)"
    case .untrustedServer(let host, let detail):
      "the server could not prove that it is \(host): \(detail); another server may be answering in its place"
    case .tooManyRedirects(let limit): "it redirects more than \(limit) times, the most that are followed"
    case .redirectCycle: "its redirects go in a circle"
    case .insecureRedirect: "it redirects from https to http, where anybody on the way could change the answer; ask for an https address"
    case .redirectWithoutTarget(let status): "the server answered with redirect \(status) but named no address to go to"
    case .unusableRedirect(let reason): "the server redirects to an address that is not fetched: \(reason)"
    case .status(let status, let seconds): Self.sentence(status: status, retryAfterSeconds: seconds)
    case .announcedTooLarge(let size, let limit): "the server announces \(size) bytes; at most \(limit) are fetched"
    case .tooLarge(let limit): "the server sends more than \(limit) bytes, the most that are fetched"
    case .truncated(let received, let announced?): "the connection ended after \(received) of \(announced) bytes; try again"
    case .truncated(let received, nil): "the connection ended after \(received) bytes, before the body was complete; try again"
    case .noAnswer(let detail): "no answer came: \(detail); try again"
    case .encoded(let encoding): "the body is encoded as \"\(encoding)\", though it was asked for as it is"
    case .malformed(let detail): "the answer is not usable HTTP: \(detail)"
    case .timedOut(let phase, let limit): Self.sentence(timedOutWhile: phase, limit: limit)
    case .stalled(let count, let limit): "nothing came for \(limit.formattedSeconds) after \(count) bytes of the body; try again"
    case .cancelled: "the fetch was cancelled"
    }
  }

  private static let adviceOnPrivateAddresses =
    "URLs must not reach into private networks; where that is wanted, allow private addresses in the fetch policy"

  private static func refusal(_ address: IPAddress, host: String) -> String {
    let scope = address.scope
    let lead = host == address.description ? "\(host) is" : "the host \(host) leads to \(address),"
    return "\(lead) \(scope.rawValue). "
      + (scope.isPrivate ? adviceOnPrivateAddresses : "Only addresses that a server can have are fetched")
  }

  private static func sentence(timedOutWhile phase: Phase, limit: Duration) -> String {
    let time = limit.formattedSeconds
    return switch phase {
    case .lookingUp: "after \(time) its host was still being looked up; check the network, or allow more time"
    case .waitingForAnswer: "no answer within \(time); try again later, or allow more time"
    case .receiving(let count): "the body was not complete after \(time), when \(count) bytes had come; allow more time, or try again"
    }
  }

  private static func sentence(status: Int, retryAfterSeconds: Int?) -> String {
    let advice = retryAfterSeconds.map { "try again in \($0) seconds" } ?? "try again later"
    return switch status {
    case 401: "the server wants a login (401 Unauthorized); fetch needs an address that is open to everybody"
    case 403: "the server forbids access (403 Forbidden)"
    case 404: "nothing is there (404 Not Found); check the address"
    case 410: "what was there has been removed (410 Gone)"
    case 429: "the server gets too many requests from here (429 Too Many Requests); \(advice)"
    case 503: "the server is not available now (503 Service Unavailable); \(advice)"
    case 500...599: "the server failed (status \(status)); \(advice)"
    default: "the server answered with status \(status); 200 was expected"
    }
  }
}

extension Duration {
  /// The duration in seconds: `30 s`, `0.25 s`.
  fileprivate var formattedSeconds: String {
    let seconds = self / .seconds(1)
    return Int(exactly: seconds).map { "\($0) s" } ?? "\(seconds) s"
  }
}
