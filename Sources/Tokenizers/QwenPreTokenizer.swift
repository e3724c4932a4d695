/// Splits text into words as Qwen's pattern does, without a regular-expression engine.
///
/// The pattern's alternatives, in order; the first that matches wins, and together they match every character:
///
/// 1. `(?i:'s|'t|'re|'ve|'m|'ll|'d)`
/// 2. `[^\r\n\p{L}\p{N}]?\p{L}+`
/// 3. `\p{N}`
/// 4. ` ?[^\s\p{L}\p{N}]+[\r\n]*`
/// 5. `\s*[\r\n]+`
/// 6. `\s+(?!\S)`
/// 7. `\s+`
struct QwenPreTokenizer: Sendable {
  /// The pattern as `tokenizer.json` spells it; a file with any other is refused.
  static let pattern =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

  private let traits = ScalarTraitsTable.shared

  /// Where the word that starts at `start` ends; `end` is the end of the text.
  ///
  /// - Complexity: O(bytes of the word); of white space, up to the end of the run.
  func endOfWord(in bytes: [UInt8], from start: Int, to end: Int) -> Int {
    let (code, length) = UTF8Decoding.scalar(in: bytes, at: start)
    let second = start + length
    switch traits[code].category {
    case .letter:
      return skip(.letter, in: bytes, from: second, to: end)
    case .number:
      return second
    case .other:
      if code == 0x27, let contraction = endOfContraction(in: bytes, from: second, to: end) { return contraction }
      if category(in: bytes, at: second, to: end) == .letter { return skip(.letter, in: bytes, from: second, to: end) }
      return endOfSymbols(in: bytes, from: second, to: end)
    case .whiteSpace:
      switch category(in: bytes, at: second, to: end) {
      case .letter: return skip(.letter, in: bytes, from: second, to: end)
      case .other where code == 0x20: return endOfSymbols(in: bytes, from: second, to: end)
      default: return endOfWhiteSpace(in: bytes, from: start, to: end)
      }
    case .newline:
      return endOfWhiteSpace(in: bytes, from: start, to: end)
    }
  }

  /// The category of the character at `position`; nil at the end.
  private func category(in bytes: [UInt8], at position: Int, to end: Int) -> ScalarTraits.Category? {
    position < end ? traits[UTF8Decoding.scalar(in: bytes, at: position).code].category : nil
  }

  private func skip(_ category: ScalarTraits.Category, in bytes: [UInt8], from start: Int, to end: Int) -> Int {
    var position = start
    while position < end {
      let (code, length) = UTF8Decoding.scalar(in: bytes, at: position)
      guard traits[code].category == category else { break }
      position += length
    }
    return position
  }

  /// The rest of alternative 1, after the apostrophe.
  private func endOfContraction(in bytes: [UInt8], from start: Int, to end: Int) -> Int? {
    guard start < end else { return nil }
    let second = start + 1 < end ? bytes[start + 1] : 0
    // Setting this bit makes a letter lower case and makes nothing else a letter.
    switch (bytes[start] | 0x20, second | 0x20) {
    case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _), (UInt8(ascii: "d"), _):
      return start + 1
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")), (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return start + 2
    default:
      // Of all other characters only ſ (U+017F) folds to one of these letters: to s.
      return bytes[start] == 0xC5 && second == 0xBF ? start + 2 : nil
    }
  }

  /// The rest of alternative 4, after its first symbol or its space.
  private func endOfSymbols(in bytes: [UInt8], from start: Int, to end: Int) -> Int {
    skip(.newline, in: bytes, from: skip(.other, in: bytes, from: start, to: end), to: end)
  }

  /// Alternatives 5 to 7: up to the last line break of the run if it has one; else the whole run, but without its last character
  /// where something follows.
  private func endOfWhiteSpace(in bytes: [UInt8], from start: Int, to end: Int) -> Int {
    var position = start
    var lastStart = start
    var afterLineBreak: Int?
    while position < end {
      let (code, length) = UTF8Decoding.scalar(in: bytes, at: position)
      let category = traits[code].category
      guard category == .whiteSpace || category == .newline else { break }
      lastStart = position
      position += length
      if category == .newline { afterLineBreak = position }
    }
    if let afterLineBreak { return afterLineBreak }
    return position == end || lastStart == start ? position : lastStart
  }
}
