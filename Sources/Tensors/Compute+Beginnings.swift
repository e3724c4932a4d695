extension Compute {
  /// Bytes of one token's keys and values in one layer.
  public func attentionBytes(features: Int) -> Int {
    2 * features * precision.operandType.byteCount
  }

  /// Keys or values of sequences that go on where an earlier pass ended: of each, those of its beginning, then its own.
  ///
  /// Attention reads a sequence's keys in one run, counted from its first; copied together they give the same bits as computed together.
  /// The copies cost about a twentieth of the products of the tokens they are for: 4 KB a token and layer in the 2B model.
  ///
  /// - Parameters:
  ///   - beginnings: For each sequence, keys or values of the tokens before its own.
  ///   - own: The same of all sequences' own tokens, end to end.
  ///   - offsets: Where the sequences' own tokens lie.
  /// - Returns: Keys or values of whole sequences, end to end.
  public func continued(_ beginnings: [AttentionMemory?], _ own: AttentionMemory, _ offsets: SequenceOffsets) -> AttentionMemory {
    precondition(beginnings.count == offsets.count && own.tokens == offsets.tokens)
    precondition(beginnings.allSatisfy { $0.map { $0.features == own.features && $0.arrangement == own.arrangement } ?? true })
    guard beginnings.contains(where: { $0 != nil }) else { return own }
    let all = SequenceOffsets(lengths: (0..<offsets.count).map { (beginnings[$0]?.tokens ?? 0) + offsets[$0].count })
    let joined = AttentionMemory(
      features: own.features, tokens: all.tokens, own.arrangement, precision: precision, workspace: workspace)
    measured("copies of shared beginnings") {
      workers.run(offsets.count) { sequence in
        let start = all[sequence].lowerBound
        let before = beginnings[sequence]?.tokens ?? 0
        if let beginning = beginnings[sequence] { joined.copy(0..<before, of: beginning, to: start) }
        joined.copy(offsets[sequence], of: own, to: start + before)
      }
    }
    return joined
  }
}

extension AttentionMemory {
  /// Copies tokens of another memory of the same form; only while this one is being made.
  fileprivate func copy(_ tokens: Range<Int>, of other: AttentionMemory, to first: Int) {
    switch arrangement {
    case .rows:
      let row = features * numberSize
      (base + first * row).copyMemory(from: other.base + tokens.lowerBound * row, byteCount: tokens.count * row)
    case .columns:
      for feature in 0..<features {
        (base + (feature * stride + first) * numberSize).copyMemory(
          from: other.base + (feature * other.stride + tokens.lowerBound) * numberSize, byteCount: tokens.count * numberSize)
      }
    }
  }
}
