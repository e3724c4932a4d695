/// The host of a URL: a name to be looked up, or an address.
enum URLHost: Hashable, Sendable {
  /// A lower-case ASCII name without a trailing dot.
  case domain(String)
  /// An address written out in the URL.
  case address(IPAddress)

  /// Reads the host part of a URL, brackets included.
  ///
  /// Spellings that programs understand differently are refused rather than interpreted: what is checked here must be what a resolver
  /// or a socket takes it for.
  init(_ text: Substring) throws(FetchFault) {
    guard !text.isEmpty else { throw .invalidURL("the host is missing") }
    // Before lowercasing, which makes an ASCII "k" of the Kelvin sign.
    guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
      throw .invalidURL("the host has letters beyond ASCII; write its encoded form, which begins with xn--")
    }
    if text.hasPrefix("[") {
      guard text.hasSuffix("]"), case .v6(let bits)? = IPAddress(text.dropFirst().dropLast()) else {
        throw .invalidURL("the host begins with \"[\" but is not an IPv6 address in brackets, such as [2001:db8::1]")
      }
      self = .address(.v6(bits))
      return
    }

    var name = text.lowercased()
    // A dot at the end marks a name as complete; certificates never carry it.
    if name.hasSuffix(".") { name.removeLast() }
    if case .v4(let bits)? = IPAddress(name) {
      self = .address(.v4(bits))
      return
    }
    let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    // RFC 1035: 253 bytes a name, 63 a label. Underscores are no part of host names, and yet in use.
    guard name.utf8.count <= 253,
      labels.allSatisfy({ (1...63).contains($0.count) && $0.allSatisfy { $0.isLetter || $0.isDigit || "-_".utf8.contains($0) } })
    else { throw .invalidURL("the host is not a name of letters, digits, hyphens and dots") }
    guard let last = labels.last, !Self.isNumber(Array(last)) else {
      throw .invalidURL("the host \"\(name)\" is a number in an unusual spelling; write four decimal numbers, such as 192.0.2.1")
    }
    self = .domain(name)
  }

  /// The host without brackets: the name, or the address in its usual spelling.
  var name: String {
    switch self {
    case .domain(let name): name
    case .address(let address): address.description
    }
  }

  /// The host as a URL writes it.
  var urlText: String {
    if case .address(.v6) = self { "[\(name)]" } else { name }
  }

  /// Whether the name means this machine by definition (RFC 6761), whatever a name server answers.
  var isLocalhost: Bool { name == "localhost" || name.hasSuffix(".localhost") }

  /// Whether resolvers may take a last label, and with it the host, for a number: digits, or `0x` and hexadecimal digits.
  private static func isNumber(_ label: [UInt8]) -> Bool {
    if label.starts(with: "0x".utf8) { return label.dropFirst(2).allSatisfy { $0.hexadecimalValue != nil } }
    return label.allSatisfy(\.isDigit)
  }
}
