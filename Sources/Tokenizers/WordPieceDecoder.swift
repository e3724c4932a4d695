/// Puts pieces together to words and sets spaces between words.
struct WordPieceDecoder: Sendable {
  /// What pieces after the first of a word begin with.
  let prefix: [UInt8]
  /// Whether spaces before some punctuation and within English contractions are taken out again.
  let cleansUp: Bool

  /// What is replaced in every token with the space before it, one after the other.
  private static let replacements: [(found: [UInt8], by: [UInt8])] = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"),
    (" 've", "'ve"), (" 're", "'re"),
  ].map { (Array($0.utf8), Array($1.utf8)) }

  /// The text of tokens as the file spells them.
  func text(of tokens: some Sequence<ArraySlice<UInt8>>) -> [UInt8] {
    var text: [UInt8] = []
    var isFirst = true
    for token in tokens {
      var word = Array(token)
      if !isFirst { word = word.starts(with: prefix) ? Array(word.dropFirst(prefix.count)) : [0x20] + word }
      isFirst = false
      if cleansUp {
        for (found, by) in Self.replacements { word = Self.replacing(found, by: by, in: word) }
      }
      text.append(contentsOf: word)
    }
    return text
  }

  private static func replacing(_ found: [UInt8], by replacement: [UInt8], in text: [UInt8]) -> [UInt8] {
    guard text.count >= found.count else { return text }
    var result: [UInt8] = []
    var position = 0
    while position < text.count {
      if text[position...].starts(with: found) {
        result += replacement
        position += found.count
      } else {
        result.append(text[position])
        position += 1
      }
    }
    return result
  }
}
