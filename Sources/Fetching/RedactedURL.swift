/// URLs as they may stand in messages and logs: without credentials, without what the query says, and not too long.
public enum RedactedURL {
  /// The most characters that are kept.
  static let maximumLength = 200

  /// Any address, understood or not.
  public static func text(of address: String) -> String {
    (try? RequestURL(address)).map { text(of: $0) } ?? text(ofInvalid: address)
  }

  /// A URL that was understood.
  ///
  /// It holds no credentials; its query often holds keys and signatures.
  static func text(of url: RequestURL) -> String {
    shortened(withoutQuery(url.text[...]))
  }

  /// A text that was not understood as a URL: all before its last `@` may be a password.
  static func text(ofInvalid text: String) -> String {
    guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else { return shortened(withoutQuery(text[...])) }
    return shortened("…" + withoutQuery(text[at...]))
  }

  private static func withoutQuery(_ text: Substring) -> String {
    let end = text.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? text.endIndex
    let isQuery = end < text.endIndex && text.utf8[end] == UInt8(ascii: "?")
    return text[..<end] + (isQuery ? "?…" : "")
  }

  /// A text from elsewhere, made fit to stand in a message.
  static func shortened(_ text: String) -> String {
    let scalars = text.unicodeScalars.prefix(maximumLength).map { isShown($0) ? $0 : "\u{fffd}" }
    var shown = String.UnicodeScalarView()
    shown.append(contentsOf: scalars)
    return String(shown) + (text.unicodeScalars.count > maximumLength ? "…" : "")
  }

  /// Whether a character shows as itself in a terminal, rather than moving or reversing what stands around it.
  private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}
