extension Tokenizer {
  /// The text of a sequence of ids.
  ///
  /// For the ids of a text it is the text in normalisation form C where tokens are bytes; where they are pieces of normalised words,
  /// those words with spaces between them.
  ///
  /// - Parameters:
  ///   - ids: any ids; those that no token has are left out, as in the reference.
  ///   - skipSpecial: whether special tokens are left out.
  /// - Returns: the text; bytes that are not UTF-8, such as half a character at the end, become U+FFFD.
  /// - Complexity: O(bytes of the text)
  public func decode(_ ids: [Int32], skipSpecial: Bool = false) -> String {
    switch decoder {
    case .byteLevel:
      var bytes: [UInt8] = []
      for id in ids where !(skipSpecial && isSpecial(id)) {
        if let token = vocabulary.spelling(ofID: Int(id)) { ByteLevelAlphabet.appendBytes(ofToken: token, to: &bytes) }
      }
      return String(decoding: bytes, as: UTF8.self)
    case .wordPiece(let decoder):
      let tokens = ids.lazy.filter { !(skipSpecial && isSpecial($0)) }.compactMap { vocabulary.spelling(ofID: Int($0)) }
      return String(decoding: decoder.text(of: tokens), as: UTF8.self)
    }
  }
}
