/// Finds added tokens in text: at every place the longest that starts there, from left to right, without overlaps.
struct AddedTokenMatcher: Sendable {
  /// A piece of text, or an added token in it.
  struct Segment {
    /// The token, or nil for text between tokens.
    let id: Int32?
    let range: Range<Int>
  }

  /// A byte of a token; the tokens form a tree of such bytes.
  private struct Node {
    let byte: UInt8
    /// The token that ends here; -1 if none does.
    var token: Int32 = -1
    /// The first of the bytes that can follow, and the next of the bytes that could stand here instead; 0 if there is none.
    var firstChild: Int32 = 0
    var nextSibling: Int32 = 0
  }

  /// How many bytes all tokens together may have: the largest sets in use have a few thousand tokens of 20 bytes.
  static let maximumByteCount = 1 << 24

  private let tokens: [AddedToken]
  private var nodes = [Node(byte: 0)]
  private var isFirstByte = [Bool](repeating: false, count: 256)

  /// - Precondition: the tokens have at most ``maximumByteCount`` bytes.
  init(_ tokens: [AddedToken]) {
    self.tokens = tokens
    for (index, token) in tokens.enumerated() {
      var node = 0
      for byte in token.content.utf8 { node = child(of: node, byte) ?? addChild(of: node, byte) }
      nodes[node].token = Int32(index)
      if let first = token.content.utf8.first { isFirstByte[Int(first)] = true }
    }
  }

  private func child(of node: Int, _ byte: UInt8) -> Int? {
    var child = Int(nodes[node].firstChild)
    while child != 0, nodes[child].byte != byte { child = Int(nodes[child].nextSibling) }
    return child == 0 ? nil : child
  }

  private mutating func addChild(of node: Int, _ byte: UInt8) -> Int {
    nodes.append(Node(byte: byte, nextSibling: nodes[node].firstChild))
    nodes[node].firstChild = Int32(nodes.count - 1)
    return nodes.count - 1
  }

  /// The segments of a range of text, in order.
  ///
  /// A special token that the policy leaves as text still uses up its place: no other token is found inside it, as in the
  /// reference with `encode_special_tokens`.
  ///
  /// - Complexity: O(bytes × length of the longest token), and O(bytes) where few places look like the start of one.
  func segments(of bytes: [UInt8], _ range: Range<Int>, policy: Tokenizer.AddedTokenPolicy) -> [Segment] {
    var segments: [Segment] = []
    var textStart = range.lowerBound
    var position = range.lowerBound
    while position < range.upperBound {
      guard isFirstByte[Int(bytes[position])], let (token, matchEnd) = longestToken(in: bytes, position..<range.upperBound) else {
        position += 1
        continue
      }
      var start = position
      position = matchEnd
      if token.isSpecial && policy == .textOnly { continue }
      var end = matchEnd
      if token.stripsLeft {
        while let previous = startOfWhiteSpace(in: bytes, before: start, after: textStart) { start = previous }
      }
      if token.stripsRight {
        while let next = endOfWhiteSpace(in: bytes, at: end, before: range.upperBound) { end = next }
      }
      if textStart < start { segments.append(Segment(id: nil, range: textStart..<start)) }
      segments.append(Segment(id: token.id, range: start..<end))
      // Not `position`: as in the reference, a token may be found in white space that the one before it took along.
      textStart = end
    }
    if textStart < range.upperBound { segments.append(Segment(id: nil, range: textStart..<range.upperBound)) }
    return segments
  }

  private func longestToken(in bytes: [UInt8], _ range: Range<Int>) -> (token: AddedToken, end: Int)? {
    var longest: (token: Int32, end: Int)?
    var node = 0
    for position in range {
      guard let next = child(of: node, bytes[position]) else { break }
      node = next
      if nodes[node].token >= 0 { longest = (nodes[node].token, position + 1) }
    }
    return longest.map { (tokens[Int($0.token)], $0.end) }
  }

  /// The start of the white space character that ends at `position`, if there is one that starts at `lowest` or later.
  private func startOfWhiteSpace(in bytes: [UInt8], before position: Int, after lowest: Int) -> Int? {
    var start = position - 1
    while start > lowest, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return start >= lowest && isWhiteSpace(bytes, at: start) ? start : nil
  }

  private func endOfWhiteSpace(in bytes: [UInt8], at position: Int, before end: Int) -> Int? {
    guard position < end, isWhiteSpace(bytes, at: position) else { return nil }
    return position + UTF8Decoding.scalar(in: bytes, at: position).length
  }

  private func isWhiteSpace(_ bytes: [UInt8], at position: Int) -> Bool {
    ScalarTraitsTable.shared[UTF8Decoding.scalar(in: bytes, at: position).code].isWhiteSpace
  }
}
