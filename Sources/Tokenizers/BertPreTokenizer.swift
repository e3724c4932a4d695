/// Splits text into words as BERT does: at white space, which is dropped, and around every punctuation character.
struct BertPreTokenizer: Sendable {
  private static let punctuation = ScalarRanges(UnicodeData.bertPunctuation)

  private let traits = ScalarTraitsTable.shared

  /// The next word at or behind `start`, or nil if only white space is left; `end` is the end of the text.
  ///
  /// - Complexity: O(bytes from `start` to the end of the word)
  func nextWord(in bytes: [UInt8], from start: Int, to end: Int) -> Range<Int>? {
    var first = start
    var position = start
    while position < end {
      let (code, length) = UTF8Decoding.scalar(in: bytes, at: position)
      if traits[code].isWhiteSpace {
        if first < position { return first..<position }
        first = position + length
      } else if isPunctuation(code) {
        return first < position ? first..<position : position..<position + length
      }
      position += length
    }
    return first < end ? first..<end : nil
  }

  private func isPunctuation(_ code: UInt32) -> Bool {
    switch code {
    case 0x61...0x7A, 0x41...0x5A, 0x30...0x39: false
    default: Self.punctuation.contains(code)
    }
  }
}
