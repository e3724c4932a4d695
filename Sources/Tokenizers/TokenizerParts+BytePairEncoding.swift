extension Vocabulary {
  /// Reads an object of tokens and ids.
  init(_ object: JSONValue) throws(TokenizerError) {
    self.init(expecting: object.kind == .object ? object.count : 0)
    var token: [UInt8] = []
    for (key, value) in try object.members() {
      token.removeAll(keepingCapacity: true)
      try key.appendString(to: &token)
      let id = try value.integer(in: 0...Self.maximumID)
      do {
        try insert(token.span, id: id)
      } catch {
        // The reader has refused keys that occur twice.
        let other = spelling(ofID: id).map { String(decoding: $0, as: UTF8.self).quotedForMessage } ?? ""
        throw value.error(.inconsistent, "has the id \(id), which \(other) has too; every token needs an id of its own")
      }
    }
  }
}

extension BytePairEncoder {
  /// Collects merges in order of rank.
  struct Builder {
    private let vocabulary: Vocabulary
    private var merges: MergeTable
    private var pair: [UInt8] = []

    init(_ vocabulary: Vocabulary, expecting count: Int) {
      self.vocabulary = vocabulary
      merges = MergeTable(expecting: count)
    }

    /// Adds the next merge, given both tokens one after the other and where the second starts.
    mutating func append(
      _ pair: [UInt8], split: Int, error: (TokenizerError.Kind, String) -> TokenizerError
    ) throws(TokenizerError) {
      let bytes = pair.span
      guard let left = vocabulary.id(of: bytes.extracting(0..<split)), let right = vocabulary.id(of: bytes.extracting(split..<bytes.count)),
        let result = vocabulary.id(of: bytes)
      else {
        let missing = [0..<split, split..<pair.count, 0..<pair.count].filter { vocabulary.id(of: pair.span.extracting($0)) == nil }
        let names = missing.map { String(decoding: pair[$0], as: UTF8.self).quotedForMessage }
        throw error(.inconsistent, "needs the token \(names.joined(separator: " and ")), which the vocabulary does not have")
      }
      guard merges.append(left, right, into: result) else {
        let names = [0..<split, split..<pair.count].map { String(decoding: pair[$0], as: UTF8.self).quotedForMessage }
        throw error(.inconsistent, "merges \(names.joined(separator: " and ")) as an earlier merge does, at another rank")
      }
    }

    /// Adds the next merge, given as `left right`.
    mutating func append(
      line: ArraySlice<UInt8>, error: (TokenizerError.Kind, String) -> TokenizerError
    ) throws(TokenizerError) {
      guard let space = line.firstIndex(of: 0x20), !line[(space + 1)...].contains(0x20) else {
        let found = String(decoding: line, as: UTF8.self).quotedForMessage
        throw error(.malformed, "expected two tokens with one space between them, found \(found)")
      }
      pair.removeAll(keepingCapacity: true)
      pair.append(contentsOf: line[..<space])
      let split = pair.count
      pair.append(contentsOf: line[(space + 1)...])
      try append(pair, split: split, error: error)
    }

    /// The encoder over the merges so far; every byte must have a token in the vocabulary.
    func encoder(error: (TokenizerError.Kind, String) -> TokenizerError) throws(TokenizerError) -> BytePairEncoder {
      var byteTokens: [Int32] = []
      for byte in UInt8.min...UInt8.max {
        let token = ByteLevelAlphabet.token(for: byte)
        guard let id = vocabulary.id(of: token.span) else {
          let name = String(decoding: token, as: UTF8.self).quotedForMessage
          throw error(.unsupported, "has no token \(name) for the byte \(byte), so text with that byte would lose it")
        }
        byteTokens.append(id)
      }
      return BytePairEncoder(byteTokens: byteTokens, merges: merges)
    }
  }

  /// For each id below the limit, whether encoding a word can give it.
  func producibleTokens(idLimit: Int) -> [Bool] {
    var producible = [Bool](repeating: false, count: idLimit)
    for id in byteTokens { producible[Int(id)] = true }
    for id in merges.results { producible[Int(id)] = true }
    return producible
  }
}
