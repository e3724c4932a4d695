/// How texts are cut into passages, each of which becomes a record of its own.
///
/// A passage ends where the text does: at a heading or a paragraph's end where one lies in its second half, else at a sentence's, a line's,
/// a word's, and only then inside a word. It begins with the last words of the passage before it, so that what a cut separates stays
/// together in one of the two.
public struct Passages: Sendable, Equatable, Codable {
  /// Tokens of a passage at most.
  public let tokens: Int
  /// Tokens at most that a passage repeats from the end of the one before it.
  public let overlap: Int

  /// The smallest passage: below it, a single character might not fit.
  public static let minimumTokens = 32
  /// The largest passage, the embedder's own limit.
  public static let maximumTokens = 8_192

  /// Passages of 256 tokens that share 32.
  public static let standard = Passages(checkedTokens: 256, overlap: 32)

  /// Passages of a length.
  ///
  /// - Throws: `CollectionError` for a length out of range, or an overlap of more than half of it.
  public init(tokens: Int, overlap: Int) throws(CollectionError) {
    guard (Self.minimumTokens...Self.maximumTokens).contains(tokens) else {
      throw CollectionError(
        .invalidSetting, "passages of \(tokens) tokens were asked for, expected \(Self.minimumTokens) to \(Self.maximumTokens)")
    }
    guard (0...tokens / 2).contains(overlap) else {
      throw CollectionError(
        .invalidSetting, "an overlap of \(overlap) tokens was asked for, expected 0 to \(tokens / 2), half a passage")
    }
    self.init(checkedTokens: tokens, overlap: overlap)
  }

  private init(checkedTokens tokens: Int, overlap: Int) {
    self.tokens = tokens
    self.overlap = overlap
  }

  /// Reads what ``encode(to:)`` wrote, checking it again.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(tokens: container.decode(Int.self, forKey: .tokens), overlap: container.decode(Int.self, forKey: .overlap))
  }
}

/// A part of a text that is embedded by itself.
public struct Passage: Sendable, Equatable {
  /// The words, without white space around them.
  public let text: String
  /// Where they lie in the text, in bytes of UTF-8.
  public let bytes: Range<Int>
}

extension Passages {
  /// Cuts a text.
  ///
  /// Every character that is not white space lies in a passage.
  ///
  /// - Parameters:
  ///   - text: Any text.
  ///   - headings: Whether a line that begins with `#` is a heading, as in Markdown.
  ///   - count: Tokens of a text.
  /// - Returns: Passages in order; none for a text of white space.
  /// - Complexity: O(n) for n bytes, as long as `count` is linear.
  public func split(_ text: String, headings: Bool = false, counting count: @escaping (String) -> Int) -> [Passage] {
    var text = text
    // Slices of a text that another language stores would cost a search each.
    text.makeContiguousUTF8()
    let atoms = TextAtoms(text, headings: headings, longest: tokens / 4, counting: count).atoms
    var passages: [Passage] = []
    var start = 0
    var covered = 0
    while covered < atoms.count {
      let span = end(from: start, covering: covered, atoms, in: text, count)
      guard span > covered else {
        // With so much repeated, nothing new fits.
        start = covered
        continue
      }
      passages.append(passage(start..<span, atoms, in: text))
      covered = span
      start = repeated(before: span, after: start, atoms, in: text, count)
    }
    return passages
  }

  private func passage(_ range: Range<Int>, _ atoms: [TextAtom], in text: String) -> Passage {
    let bytes = atoms[range.lowerBound].bytes.lowerBound..<atoms[range.upperBound - 1].wordEnd
    return Passage(text: text.slice(bytes), bytes: bytes)
  }

  /// Where a passage that begins at atom `start` ends: as late as possible, then back to the strongest border of its second half.
  private func end(from start: Int, covering covered: Int, _ atoms: [TextAtom], in text: String, _ count: (String) -> Int) -> Int {
    var end = start
    var sum = 0
    while end < atoms.count, sum + atoms[end].tokens <= tokens || end == start {
      sum += atoms[end].tokens
      end += 1
    }
    // Tokens of a whole are about the sum of its parts', not exactly.
    while end > start + 1, case let excess = count(passage(start..<end, atoms, in: text).text) - tokens, excess > 0 {
      var dropped = 0
      while end > start + 1, dropped < excess {
        end -= 1
        dropped += max(1, atoms[end].tokens)
      }
    }
    guard end < atoms.count else { return end }
    sum = 0
    var best = end
    for index in start..<end {
      let isStronger = atoms[index].border > atoms[best].border || best != end && atoms[index].border == atoms[best].border
      if index > covered, sum >= tokens / 2, isStronger { best = index }
      sum += atoms[index].tokens
    }
    return best
  }

  /// Where the passage after one that ends at atom `end` begins: some words earlier, at a sentence's beginning where there is one.
  private func repeated(before end: Int, after start: Int, _ atoms: [TextAtom], in text: String, _ count: (String) -> Int) -> Int {
    guard end < atoms.count else { return end }
    var earliest = end
    var sum = 0
    while earliest - 1 > start, sum + atoms[earliest - 1].tokens <= overlap {
      earliest -= 1
      sum += atoms[earliest].tokens
    }
    while earliest < end, count(passage(earliest..<end, atoms, in: text).text) > overlap { earliest += 1 }
    var best = earliest
    for index in earliest..<end where atoms[index].border > atoms[best].border { best = index }
    return best
  }
}

extension String {
  /// The part between two offsets in UTF-8, which lie between characters.
  func slice(_ bytes: Range<Int>) -> String {
    String(self[utf8.index(startIndex, offsetBy: bytes.lowerBound)..<utf8.index(startIndex, offsetBy: bytes.upperBound)])
  }
}
