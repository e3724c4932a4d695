/// What the files of a tokenizer say, read and checked: everything a ``Tokenizer`` is made of.
struct TokenizerParts {
  var vocabulary: Vocabulary
  let normalizer: Tokenizer.Normalizer
  let model: Tokenizer.Model
  let decoder: Tokenizer.Decoder
  private(set) var addedTokens: [AddedToken] = []
  var prefixTokens: [Int32] = []
  var suffixTokens: [Int32] = []

  init(
    vocabulary: Vocabulary, normalizer: Tokenizer.Normalizer, model: Tokenizer.Model, decoder: Tokenizer.Decoder
  ) {
    self.vocabulary = vocabulary
    self.normalizer = normalizer
    self.model = model
    self.decoder = decoder
  }

  /// Adds tokens in the order of their file, each with the value to blame.
  ///
  /// The reference takes the vocabulary's id for a token that is in it and counts on from the vocabulary's size for the others,
  /// whatever id the file states. A file whose ids are not these is refused: two readers would disagree about it.
  mutating func add(_ tokens: [(token: AddedToken, origin: JSONValue)]) throws(TokenizerError) {
    var nextID = vocabulary.count
    var byteCount = 0
    // As bytes: strings compare equal when they are canonically equivalent, and such tokens are different tokens.
    var contents: Set<[UInt8]> = []
    for (token, origin) in tokens {
      let name = token.content.quotedForMessage
      guard !token.content.isEmpty else { throw origin.error(.malformed, "is an added token without content") }
      let bytes = Array(token.content.utf8)
      byteCount += bytes.count
      guard byteCount <= AddedTokenMatcher.maximumByteCount else {
        throw origin.error(.unsupported, "is where the added tokens pass \(AddedTokenMatcher.maximumByteCount) bytes together")
      }
      guard contents.insert(bytes).inserted else { throw origin.error(.inconsistent, "lists the added token \(name) twice") }
      if token.isNormalized, normalizer.normalized(bytes, bytes.indices).map({ $0 != bytes }) ?? false {
        throw origin.error(.unsupported, "is a normalized added token, \(name), that normalising changes; write it as it then is")
      }
      if let id = vocabulary.id(of: bytes.span) {
        guard id == token.id else {
          throw origin.error(.inconsistent, "gives the token \(name) the id \(token.id), but in the vocabulary it has \(id)")
        }
      } else {
        guard token.id == nextID else {
          throw origin.error(
            .inconsistent,
            "gives the added token \(name) the id \(token.id), but the reference counts on from the vocabulary and gives it \(nextID)")
        }
        do {
          try vocabulary.insert(bytes.span, id: nextID)
        } catch {
          throw origin.error(.inconsistent, "gives the added token \(name) the id \(nextID), which another token has")
        }
        nextID += 1
      }
      addedTokens.append(token)
    }
    try checkThatTextCannotForgeSpecialTokens(tokens)
  }

  /// A special token that words can produce would make `AddedTokenPolicy.textOnly` an empty promise; the unknown token is there to be
  /// produced.
  private func checkThatTextCannotForgeSpecialTokens(_ tokens: [(token: AddedToken, origin: JSONValue)]) throws(TokenizerError) {
    let isProducible: (AddedToken) -> Bool
    switch model {
    case .bytePairEncoding(let encoder, _):
      let producible = encoder.producibleTokens(idLimit: vocabulary.idLimit)
      isProducible = { producible[Int($0.id)] }
    case .wordPiece(let encoder, let words):
      isProducible = { $0.id != encoder.unknownToken && encoder.canProduce(Array($0.content.utf8), words: words) }
    }
    for (token, origin) in tokens where token.isSpecial && isProducible(token) {
      throw origin.error(
        .unsupported,
        "is a special token, \(token.content.quotedForMessage), that ordinary text produces as well (a byte, a merge or a word)")
    }
  }
}
