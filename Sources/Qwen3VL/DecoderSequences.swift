import Tensors

/// The sequences of a pass: their own tokens end to end, and for each what an earlier pass kept of the tokens before.
struct DecoderSequences {
  /// The tokens of this pass.
  let own: SequenceOffsets
  /// The tokens that attention looks at: beginnings and own.
  let all: SequenceOffsets
  /// Positions of the tokens of this pass.
  let positions: DecoderPositions
  private let beginnings: [SharedBeginning?]

  /// Sequences of so many own tokens.
  init(_ sequences: [(tokens: Int, beginning: SharedBeginning?)], _ positions: DecoderPositions) {
    own = SequenceOffsets(lengths: sequences.map(\.tokens))
    all = SequenceOffsets(lengths: sequences.map { $0.tokens + ($0.beginning?.tokens ?? 0) })
    self.positions = positions
    beginnings = sequences.map(\.beginning)
  }

  /// Keys and values of whole sequences in a layer, from those of their own tokens.
  func memory(_ own: LayerMemory, _ layer: Int, _ compute: Compute) -> LayerMemory {
    LayerMemory(
      keys: compute.continued(beginnings.map { $0?.layers[layer].keys }, own.keys, self.own),
      values: compute.continued(beginnings.map { $0?.layers[layer].values }, own.values, self.own))
  }
}

/// What attention in one layer looks at.
struct LayerMemory: Sendable {
  let keys: AttentionMemory
  let values: AttentionMemory
}
