/// What may stand before the root element of an SVG document.
enum SVGProlog {
  /// A prolog longer than this is not looked through.
  private static let maximumLength = 64 * 1_024

  /// Whether the first element of an XML document is called `svg`, with or without a namespace prefix.
  static func isFollowedBySVG(_ bytes: [UInt8]) -> Bool {
    var rest = bytes.prefix(maximumLength)
    if rest.starts(with: [0xef, 0xbb, 0xbf]) { rest = rest.dropFirst(3) }
    while true {
      rest = rest.drop { [0x20, 0x09, 0x0a, 0x0d].contains($0) }
      if rest.starts(with: "<?".utf8) {
        guard let after = rest.after("?>") else { return false }
        rest = after
      } else if rest.starts(with: "<!--".utf8) {
        guard let after = rest.dropFirst(4).after("-->") else { return false }
        rest = after
      } else if rest.starts(with: "<!DOCTYPE".utf8) {
        guard let after = afterDocumentType(rest) else { return false }
        rest = after
      } else {
        return isSVGElement(rest)
      }
    }
  }

  private static func isSVGElement(_ rest: ArraySlice<UInt8>) -> Bool {
    guard rest.first == UInt8(ascii: "<") else { return false }
    let name = rest.dropFirst().prefix { byte in byte > 0x20 && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "/") }
    return name.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).last?.elementsEqual("svg".utf8) ?? false
  }

  /// What follows a document type declaration, whose quoted text and comments may hold brackets.
  private static func afterDocumentType(_ start: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var rest = start
    var depth = 0
    while let byte = rest.first {
      if rest.starts(with: "<!--".utf8) {
        guard let after = rest.dropFirst(4).after("-->") else { return nil }
        rest = after
        continue
      }
      rest = rest.dropFirst()
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        guard let end = rest.firstIndex(of: byte) else { return nil }
        rest = rest[(end + 1)...]
      case UInt8(ascii: "<"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ">"):
        depth -= 1
        if depth == 0 { return rest }
      default: break
      }
    }
    return nil
  }
}

extension ArraySlice<UInt8> {
  /// What follows the first occurrence of some text.
  fileprivate func after(_ text: String) -> ArraySlice<UInt8>? {
    let pattern = Array(text.utf8)
    var start = startIndex
    while start + pattern.count <= endIndex {
      if self[start..<start + pattern.count].elementsEqual(pattern) { return self[(start + pattern.count)...] }
      start += 1
    }
    return nil
  }
}
