/// A word with the white space behind it: what passages are made of.
struct TextAtom {
  /// What lies between an atom and the one before it, from weak to strong.
  enum Border: Int, Comparable {
    case character, word, line, sentence, paragraph, heading

    static func < (a: Border, b: Border) -> Bool { a.rawValue < b.rawValue }
  }

  /// Offsets in UTF-8, with the white space behind the word.
  var bytes: Range<Int>
  /// Where the word ends.
  var wordEnd: Int
  /// What lies before it.
  var border: Border
  /// Tokens it adds to a passage, about.
  var tokens = 0
}

/// A text as atoms, in order; they hold all of it but white space at its beginning.
struct TextAtoms {
  private(set) var atoms: [TextAtom] = []
  private let text: String
  private let headings: Bool
  /// Tokens of an atom at most.
  private let longest: Int
  private let count: (String) -> Int

  /// Characters of one piece of a long word, such as a line of Chinese or an address.
  private static let charactersOfPiece = 16
  /// Scalars of a piece, where characters have very many marks.
  private static let scalarsOfPiece = 64

  init(_ text: String, headings: Bool, longest: Int, counting count: @escaping (String) -> Int) {
    self.text = text
    self.headings = headings
    self.longest = longest
    self.count = count
    scan()
  }

  private mutating func scan() {
    var offset = 0
    var wordStart: Int?
    var wordEnd = 0
    var last = Ending.none
    var border = TextAtom.Border.heading
    var newlines = 0
    func finish(_ atoms: inout TextAtoms, at end: Int) {
      guard let start = wordStart else { return }
      atoms.append(start..<end, wordEnd: wordEnd, border)
      wordStart = nil
    }
    for scalar in text.unicodeScalars {
      let width = UTF8.width(scalar)
      defer { offset += width }
      if Self.isBlank(scalar) {
        // "\r\n" is one end of a line.
        if scalar == "\n" || scalar == "\u{2028}" { newlines += 1 }
        if scalar == "\u{2029}" { newlines += 2 }
        continue
      }
      if wordStart != nil, offset > wordEnd || last == .full && !Self.closes(scalar) {
        let next = Self.border(after: last, newlines, isHeading: headings && scalar == "#")
        finish(&self, at: offset)
        border = next
        last = .none
      }
      if wordStart == nil { wordStart = offset }
      newlines = 0
      wordEnd = offset + width
      last = last.followed(by: scalar)
    }
    finish(&self, at: offset)
  }

  private static func border(after ending: Ending, _ newlines: Int, isHeading: Bool) -> TextAtom.Border {
    if newlines > 0 && isHeading { return .heading }
    if newlines > 1 { return .paragraph }
    if ending != .none { return .sentence }
    return newlines > 0 ? .line : .word
  }

  private mutating func append(_ bytes: Range<Int>, wordEnd: Int, _ border: TextAtom.Border) {
    let word = text.slice(bytes.lowerBound..<wordEnd)
    guard word.utf8.count > 4 * Self.charactersOfPiece else {
      return append(word, at: bytes, wordEnd: wordEnd, border)
    }
    var border = border
    var offset = bytes.lowerBound
    for piece in Self.pieces(of: word) {
      let end = offset + piece.utf8.count
      append(piece, at: offset..<(end == wordEnd ? bytes.upperBound : end), wordEnd: end, border)
      offset = end
      border = .character
    }
  }

  /// Appends an atom, in halves where it has too many tokens.
  private mutating func append(_ word: String, at bytes: Range<Int>, wordEnd: Int, _ border: TextAtom.Border) {
    // In a sentence, a word's token has the blank before it.
    let tokens = count(" " + word)
    let scalars = word.unicodeScalars
    if tokens > longest, scalars.count > 1 {
      let middle = scalars.index(scalars.startIndex, offsetBy: scalars.count / 2)
      let half = bytes.lowerBound + scalars[..<middle].utf8.count
      append(String(scalars[..<middle]), at: bytes.lowerBound..<half, wordEnd: half, border)
      append(String(scalars[middle...]), at: half..<bytes.upperBound, wordEnd: wordEnd, .character)
      return
    }
    let lineEnds = bytes.upperBound - wordEnd > 1 ? 1 : 0
    atoms.append(TextAtom(bytes: bytes, wordEnd: wordEnd, border: border, tokens: tokens + lineEnds))
  }

  private static func pieces(of word: String) -> [String] {
    var pieces: [String] = []
    var piece = String.UnicodeScalarView()
    var characters = 0
    func finish() {
      if !piece.isEmpty { pieces.append(String(piece)) }
      piece = String.UnicodeScalarView()
      characters = 0
    }
    for character in word {
      for scalar in character.unicodeScalars {
        piece.append(scalar)
        if piece.count >= scalarsOfPiece { finish() }
      }
      characters += 1
      if characters >= charactersOfPiece { finish() }
    }
    finish()
    return pieces
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    // U+FEFF is the mark at a file's beginning that says it is Unicode.
    scalar.isASCII ? scalar == " " || (9...13).contains(scalar.value) : scalar.properties.isWhitespace || scalar == "\u{feff}"
  }

  private static func closes(_ scalar: Unicode.Scalar) -> Bool { Ending.closers.contains(scalar) || Ending.fullStops.contains(scalar) }

  /// How the text read so far ends.
  enum Ending {
    /// In the middle of a sentence.
    case none
    /// With a sign that ends a sentence if a blank follows.
    case stop
    /// With a sign that ends a sentence in scripts that have no blanks.
    case full

    static let stops: Set<Unicode.Scalar> = [".", "!", "?", "…", "։", "۔", "।"]
    static let fullStops: Set<Unicode.Scalar> = ["。", "！", "？", "｡"]
    static let closers: Set<Unicode.Scalar> = [
      "\"", "'", ")", "]", "}", "”", "’", "»", "›", "」", "』", "）", "】", "》", "〉", "*", "_",
    ]

    func followed(by scalar: Unicode.Scalar) -> Ending {
      if Self.fullStops.contains(scalar) { return .full }
      if Self.stops.contains(scalar) { return .stop }
      return Self.closers.contains(scalar) ? self : .none
    }
  }
}

extension Substring.UnicodeScalarView {
  /// The bytes of these scalars.
  fileprivate var utf8: Substring.UTF8View { Substring(self).utf8 }
}
