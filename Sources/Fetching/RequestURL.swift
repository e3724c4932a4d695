/// An `http` or `https` URL in one canonical, ASCII spelling, so that whatever reads it again reads the same.
struct RequestURL: Hashable, Sendable {
  /// The schemes that are fetched.
  enum Scheme: String, Sendable {
    case http, https

    var defaultPort: Int { self == .https ? 443 : 80 }
  }

  let scheme: Scheme
  let host: URLHost
  let port: Int
  /// What the request line asks for: path and query, percent-encoded, beginning with `/`.
  let target: String

  /// The longest URL that is read, in bytes.
  ///
  /// Servers commonly stop at 8 KiB.
  static let maximumLength = 8192

  /// Reads an absolute URL (RFC 3986).
  ///
  /// The fragment is dropped.
  init(_ text: String) throws(FetchFault) {
    let parts = try URLParts(text)
    guard let scheme = parts.scheme else { throw .invalidURL("it does not begin with http:// or https://") }
    try self.init(parts, scheme: try Self.scheme(scheme))
  }

  /// Reads what a redirect of `base` names: an absolute URL, or a reference relative to `base` (RFC 3986, section 5.2).
  init(_ text: String, relativeTo base: RequestURL) throws(FetchFault) {
    let parts = try URLParts(text)
    guard parts.scheme == nil, parts.authority == nil else {
      try self.init(parts, scheme: try parts.scheme.map(Self.scheme) ?? base.scheme)
      return
    }
    let question = base.target.firstIndex(of: "?") ?? base.target.endIndex
    let basePath = String(base.target[..<question])
    let path: String
    var query = parts.query
    if parts.path.isEmpty {
      path = basePath
      if query == nil, question < base.target.endIndex { query = String(base.target[question...].dropFirst()) }
    } else if parts.path.hasPrefix("/") {
      path = parts.path
    } else {
      path = basePath.prefix(through: basePath.lastIndex(of: "/") ?? basePath.startIndex) + parts.path
    }
    self.init(scheme: base.scheme, host: base.host, port: base.port, path: path, query: query)
  }

  private init(_ parts: URLParts, scheme: Scheme) throws(FetchFault) {
    guard let authority = parts.authority else { throw .invalidURL("\"//\" and a host are missing after \"\(scheme):\"") }
    guard !authority.utf8.contains(UInt8(ascii: "@")) else { throw .credentials }
    // The colons of an IPv6 address stand inside its brackets.
    let hostEnd = authority.utf8.lastIndex(of: UInt8(ascii: "]")) ?? authority.startIndex
    let colon = authority[hostEnd...].utf8.firstIndex(of: UInt8(ascii: ":")) ?? authority.endIndex
    let host = try URLHost(authority[..<colon])
    let port = try Self.port(authority[colon...].dropFirst(), of: scheme)
    self.init(scheme: scheme, host: host, port: port, path: parts.path, query: parts.query)
  }

  private init(scheme: Scheme, host: URLHost, port: Int, path: String, query: String?) {
    self.scheme = scheme
    self.host = host
    self.port = port
    target = Self.removingDotSegments(path) + (query.map { "?\($0)" } ?? "")
  }

  /// The URL in full.
  var text: String { "\(scheme)://\(host.urlText)\(port == scheme.defaultPort ? "" : ":\(port)")\(target)" }

  /// Whether both are of one scheme, host and port, and so of one server.
  func hasOrigin(of other: RequestURL) -> Bool { scheme == other.scheme && host == other.host && port == other.port }

  private static func scheme(_ text: Substring) throws(FetchFault) -> Scheme {
    guard let scheme = Scheme(rawValue: text.lowercased()) else { throw .unsupportedScheme(text.lowercased()) }
    return scheme
  }

  /// A port in decimal; none means the scheme's own, as in `http://host:/`.
  private static func port(_ text: Substring, of scheme: Scheme) throws(FetchFault) -> Int {
    if text.isEmpty { return scheme.defaultPort }
    // The text is not repeated in the message: in "http://user:secret/" it is a password.
    guard text.utf8.allSatisfy(\.isDigit), let port = Int(text), (1...65535).contains(port) else {
      throw .invalidURL("the port is not a number from 1 to 65535")
    }
    return port
  }

  /// Takes `.` and `..` out of a path (RFC 3986, section 5.2.4), never climbing above the root.
  private static func removingDotSegments(_ path: String) -> String {
    let segments = (path.hasPrefix("/") ? path.dropFirst() : path[...]).split(separator: "/", omittingEmptySubsequences: false)
    var kept: [Substring] = []
    for segment in segments {
      switch segment {
      case ".": break
      case "..": kept = kept.dropLast()
      default: kept.append(segment)
      }
    }
    // "a/." and "a/.." name folders.
    if let last = segments.last, last == "." || last == ".." { kept.append("") }
    return "/" + kept.joined(separator: "/")
  }
}
