extension Tokenizer {
  /// What to do with text that spells an added token.
  public enum AddedTokenPolicy: Sendable, Hashable {
    /// Special tokens in text are encoded as the characters they are made of, so text can forge neither a role nor a picture; added
    /// tokens that are not special (`<think>`, `<tool_call>`) become their one id, as in the reference.
    case textOnly

    /// Every added token in text becomes its one id: the reference's default, for text that is a whole prompt of one's own making.
    case parse
  }

  /// A part of a prompt.
  public enum Piece: Sendable, Hashable {
    /// A token by its id, `count` times. A count of zero or less is as if the piece were not there.
    case token(Int32, count: Int = 1)

    /// Text. Texts next to each other are one text: where the seam is makes no difference.
    case text(String)
  }

  /// The ids of a text.
  ///
  /// - Parameters:
  ///   - text: any text, of any length.
  ///   - addedTokens: whether special tokens spelled in the text are text or tokens.
  ///   - postProcess: whether ``prefixTokens`` and ``suffixTokens`` are put around the ids.
  /// - Returns: the ids; empty for the empty text without post-processing.
  /// - Complexity: O(n log n) for n bytes at worst, O(n) for text with words of bounded length.
  public func encode(_ text: String, addedTokens: AddedTokenPolicy = .textOnly, postProcess: Bool = true) -> [Int32] {
    encode([.text(text)], addedTokens: addedTokens, postProcess: postProcess)
  }

  /// The ids of a prompt made of texts and tokens.
  ///
  /// The ids equal those of the joined string with the tokens spelled out and parsed, as long as those tokens do not take white
  /// space along (`lstrip`, `rstrip`): a token given by its id takes none.
  ///
  /// - Parameters:
  ///   - pieces: the parts, in order.
  ///   - addedTokens: whether special tokens spelled in a text are text or tokens.
  ///   - postProcess: whether ``prefixTokens`` and ``suffixTokens`` are put around the ids.
  /// - Returns: the ids.
  /// - Complexity: O(n log n) for n bytes and given tokens at worst.
  public func encode(_ pieces: [Piece], addedTokens: AddedTokenPolicy = .textOnly, postProcess: Bool = true) -> [Int32] {
    var ids: [Int32] = postProcess ? prefixTokens : []
    // English has about four bytes a token. Reserved once: reserving piece by piece would copy the ids every time.
    ids.reserveCapacity(pieces.reduce(16) { sum, piece in if case .text(let text) = piece { sum + text.utf8.count / 4 } else { sum } })
    var text: [UInt8] = []
    var workspace = BytePairEncoder.Workspace()
    for piece in pieces {
      switch piece {
      case .text(let part):
        text.append(contentsOf: part.utf8)
      case .token(let id, let count):
        guard count > 0 else { continue }
        appendIDs(of: text, addedTokens, to: &ids, workspace: &workspace)
        text.removeAll(keepingCapacity: true)
        ids.append(contentsOf: repeatElement(id, count: count))
      }
    }
    appendIDs(of: text, addedTokens, to: &ids, workspace: &workspace)
    if postProcess { ids.append(contentsOf: suffixTokens) }
    return ids
  }

  /// Added tokens as given, normalisation, added tokens that are looked for in normalised text, words: in the reference's order.
  private func appendIDs(
    of text: [UInt8], _ policy: AddedTokenPolicy, to ids: inout [Int32], workspace: inout BytePairEncoder.Workspace
  ) {
    for segment in literalTokens.segments(of: text, text.indices, policy: policy) {
      if let id = segment.id {
        ids.append(id)
        continue
      }
      let normalized = normalizer.normalized(text, segment.range)
      let bytes = normalized ?? text
      let range = normalized?.indices ?? segment.range
      for segment in normalizedTokens.segments(of: bytes, range, policy: policy) {
        if let id = segment.id {
          ids.append(id)
        } else {
          appendWords(of: bytes, segment.range, to: &ids, workspace: &workspace)
        }
      }
    }
  }

  private func appendWords(
    of bytes: [UInt8], _ range: Range<Int>, to ids: inout [Int32], workspace: inout BytePairEncoder.Workspace
  ) {
    var start = range.lowerBound
    switch model {
    case .bytePairEncoding(let encoder, let words):
      while start < range.upperBound {
        let end = words.endOfWord(in: bytes, from: start, to: range.upperBound)
        encoder.encode(bytes, start..<end, into: &ids, workspace: &workspace)
        start = end
      }
    case .wordPiece(let encoder, let words):
      while let word = words.nextWord(in: bytes, from: start, to: range.upperBound) {
        encoder.encode(bytes, word, into: &ids)
        start = word.upperBound
      }
    }
  }
}
