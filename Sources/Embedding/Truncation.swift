/// How a prompt that is longer than the limit is cut, for each model as its reference does it.
enum Truncation {
  /// The embedder's: cut on the right, and what the tokenizer's post-processor appends is kept at the end.
  ///
  /// - Parameters:
  ///   - ids: Tokens of the prompt, with what the post-processor put around them.
  ///   - limit: Tokens at most.
  ///   - suffix: How many of them the post-processor appended.
  ///   - lastPictureToken: Number of the last picture token, which must not be lost.
  /// - Returns: At most `limit` tokens.
  /// - Throws: `ItemError` when a picture would be cut, or nothing left.
  static func right(
    _ ids: [Int32], to limit: Int, suffix: Int, lastPictureToken: Int?
  ) throws(ItemError) -> [Int32] {
    guard ids.count > limit else { return ids }
    let kept = limit - suffix
    guard kept > 0 else { throw ItemError(.tooLong, "a limit of \(limit) tokens leaves no room for the input") }
    if let last = lastPictureToken, last >= kept {
      throw ItemError(
        .tooLong,
        "its pictures reach to token \(last + 1), but only \(kept) fit; raise the limit (--max-length), give fewer pictures, or lower "
          + "the pixels of each (--max-pixels)")
    }
    return Array(ids[..<kept]) + ids[(ids.count - suffix)...]
  }

  /// The reranker's: special tokens and the last five tokens are kept, and of all others the first ones, so that a pair has at most
  /// `limit` tokens and those five.
  static func keepingSpecialTokens(_ ids: [Int32], to limit: Int, isSpecial: (Int32) -> Bool) -> [Int32] {
    let tail = min(5, ids.count)
    let body = ids.dropLast(tail)
    guard body.count > limit else { return ids }
    var room = limit - body.count(where: isSpecial)
    var kept: [Int32] = []
    for id in body {
      if isSpecial(id) {
        kept.append(id)
      } else if room > 0 {
        kept.append(id)
        room -= 1
      }
    }
    return kept + ids.suffix(tail)
  }
}
