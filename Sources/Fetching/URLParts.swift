/// The parts of a URL reference (RFC 3986, section 4.1), without the fragment, which servers never see.
///
/// Everything is split by bytes: to Swift, a slash followed by a combining accent is another character than a slash, to servers it is not.
struct URLParts {
  let scheme: Substring?
  let authority: Substring?
  /// Percent-encoded, therefore ASCII.
  let path: String
  /// Percent-encoded, therefore ASCII.
  let query: String?

  /// Splits a reference.
  ///
  /// Scheme and authority are not yet checked.
  init(_ text: String) throws(FetchFault) {
    guard !text.isEmpty else { throw .invalidURL("it is empty") }
    guard text.utf8.count <= RequestURL.maximumLength else {
      throw .invalidURL("it has \(text.utf8.count) bytes, and at most \(RequestURL.maximumLength) are read")
    }
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }), text.utf8.first != 0x20, text.utf8.last != 0x20 else {
      throw .invalidURL("it holds a line break, another control character, or a space at one end")
    }

    var rest = text[...].utf8
    if let hash = rest.firstIndex(of: UInt8(ascii: "#")) { rest = rest[..<hash] }

    let schemeEnd = rest.firstIndex { !$0.isLetter && !$0.isDigit && !"+-.".utf8.contains($0) }
    if let schemeEnd, rest[schemeEnd] == UInt8(ascii: ":"), let first = rest.first, first.isLetter {
      scheme = Substring(rest[..<schemeEnd])
      rest = rest[schemeEnd...].dropFirst()
    } else {
      scheme = nil
    }

    let question = rest.firstIndex(of: UInt8(ascii: "?"))
    query = question.map { PercentEncoding.query(rest[$0...].dropFirst()) }
    if let question { rest = rest[..<question] }

    let slashes = rest.prefix { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
    // Browsers take a backslash here for a slash, and what follows for a host.
    guard !slashes.contains(UInt8(ascii: "\\")) else { throw .invalidURL("it holds \"\\\" where \"/\" is expected") }
    if slashes.count >= 2 {
      rest = rest.dropFirst(2)
      let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
      authority = Substring(rest[..<end])
      rest = rest[end...]
    } else {
      authority = nil
    }
    path = PercentEncoding.path(rest)
  }
}
