import Foundation

/// A web server's name in the form in which names are compared: without scheme, user, port, path and `www.`, in lower case.
public struct WebDomain: Sendable, Hashable {
  /// The name; empty for what is none.
  public let name: String

  /// A name, a host with a port, or an address, as anyone writes it.
  public init(_ text: String) {
    var rest = text.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()[...]
    if let scheme = rest.range(of: "://") { rest = rest[scheme.upperBound...] }
    if let end = rest.firstIndex(where: { "/?#".contains($0) }) { rest = rest[..<end] }
    // The last one: a password may hold another.
    if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
    if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
      rest = rest[rest.index(after: rest.startIndex)..<end]
    } else if let colon = rest.firstIndex(of: ":"), colon == rest.lastIndex(of: ":") {
      // Several colons are an IPv6 address.
      rest = rest[..<colon]
    }
    while rest.hasSuffix(".") { rest = rest.dropLast() }
    if rest.hasPrefix("www.") { rest = rest.dropFirst(4) }
    name = rest.contains(where: \.isWhitespace) ? "" : String(rest)
  }

  /// The server of a page's address; `nil` for an address of no server, such as `about:blank` or `file:///tmp`.
  public init?(url: String) {
    let scheme = url.prefix { $0 != ":" }.lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    self.init(url)
    if name.isEmpty { return nil }
  }

  /// Whether there is nothing to compare.
  public var isEmpty: Bool { name.isEmpty }

  /// Whether one is the other, or lies in it: `docs.example.com` and `example.com`.
  ///
  /// A top-level name alone, such as `com`, holds nothing.
  public func matches(_ other: WebDomain) -> Bool {
    guard !isEmpty, !other.isEmpty else { return false }
    if name == other.name { return true }
    return lies(in: other) || other.lies(in: self)
  }

  private func lies(in other: WebDomain) -> Bool { other.name.contains(".") && name.hasSuffix("." + other.name) }
}
