/// WordPiece: from left to right, the longest token that the rest of the word begins with; pieces after the first are spelled with a
/// prefix (`##ing`).
///
/// A word that no pieces make up, or that is too long, is the unknown token as a whole.
struct WordPieceEncoder: Sendable {
  private let vocabulary: Vocabulary
  let unknownToken: Int32
  let prefix: [UInt8]
  private let maximumWordLength: Int
  /// Bytes of the longest token: nothing longer need be looked up.
  private let longestToken: Int

  /// - Parameters:
  ///   - vocabulary: Tokens, spelled as in the file.
  ///   - unknownToken: What stands for a word that cannot be made up.
  ///   - prefix: What pieces after the first begin with.
  ///   - maximumWordLength: Code points in a word at most.
  init(_ vocabulary: Vocabulary, unknownToken: Int32, prefix: [UInt8], maximumWordLength: Int) {
    self.vocabulary = vocabulary
    self.unknownToken = unknownToken
    self.prefix = prefix
    self.maximumWordLength = maximumWordLength
    longestToken = (0..<vocabulary.idLimit).reduce(0) { max($0, vocabulary.spelling(ofID: $1)?.count ?? 0) }
  }

  /// Appends the tokens of one word.
  ///
  /// - Complexity: O(n m^2) for n bytes and m bytes in the longest token, n being bounded by the longest word.
  func encode(_ bytes: [UInt8], _ word: Range<Int>, into ids: inout [Int32]) {
    let before = ids.count
    guard hasAllowedLength(bytes, word) else { return ids.append(unknownToken) }
    var piece: [UInt8] = []
    var start = word.lowerBound
    while start < word.upperBound {
      piece.removeAll(keepingCapacity: true)
      if start > word.lowerBound { piece.append(contentsOf: prefix) }
      let own = piece.count
      piece.append(contentsOf: bytes[start..<min(word.upperBound, start + max(0, longestToken - own))])
      guard let (id, length) = longest(piece, own: own) else {
        ids.removeSubrange(before...)
        return ids.append(unknownToken)
      }
      ids.append(id)
      start += length
    }
  }

  /// The longest token that the piece begins with, and how many bytes behind its first `own` it takes.
  private func longest(_ piece: [UInt8], own: Int) -> (id: Int32, length: Int)? {
    var end = piece.count
    while end > own {
      // A token ends where a character does; the first byte cut off must be the first of another.
      if end == piece.count || piece[end] & 0xC0 != 0x80, let id = vocabulary.id(of: piece.span.extracting(0..<end)) {
        return (id, end - own)
      }
      end -= 1
    }
    return nil
  }

  private func hasAllowedLength(_ bytes: [UInt8], _ word: Range<Int>) -> Bool {
    guard word.count > maximumWordLength else { return true }
    return bytes[word].count { $0 & 0xC0 != 0x80 } <= maximumWordLength
  }

  /// Whether a word of ordinary text can give the token.
  func canProduce(_ token: [UInt8], words: BertPreTokenizer) -> Bool {
    func isWord(_ bytes: [UInt8]) -> Bool { words.nextWord(in: bytes, from: 0, to: bytes.count) == bytes.indices }
    return isWord(token) || (token.starts(with: prefix) && isWord(Array(token.dropFirst(prefix.count))))
  }
}
