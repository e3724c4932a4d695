/// Where each of several sequences begins among tokens that lie end to end.
public struct SequenceOffsets: Sendable, Equatable {
  /// The first token of each sequence, then the number of all tokens.
  public let boundaries: [Int]

  /// Sequences of the given lengths.
  ///
  /// - Precondition: No length is negative.
  public init(lengths: [Int]) {
    var boundaries = [0]
    boundaries.reserveCapacity(lengths.count + 1)
    for length in lengths {
      precondition(length >= 0)
      boundaries.append(boundaries[boundaries.count - 1] + length)
    }
    self.boundaries = boundaries
  }

  /// Number of sequences.
  public var count: Int { boundaries.count - 1 }

  /// Number of tokens of all sequences.
  public var tokens: Int { boundaries[boundaries.count - 1] }

  /// The tokens of one sequence.
  public subscript(sequence: Int) -> Range<Int> { boundaries[sequence]..<boundaries[sequence + 1] }
}

/// Which keys a query looks at.
///
/// There is no mask to forget: each case says all.
public enum AttentionPattern: Sendable {
  /// Every token looks at itself and those before it in its sequence.
  case causal(SequenceOffsets)
  /// Every token looks at all tokens of its sequence.
  case full(SequenceOffsets)
  /// As `causal`, for sequences whose first tokens were keys of an earlier pass: the queries are those of their last tokens.
  case continued(queries: SequenceOffsets, keys: SequenceOffsets)
  /// There is one query per sequence, that of its last token, and it looks at all tokens of the sequence.
  case lastToken(SequenceOffsets)

  /// The sequences of the keys.
  var offsets: SequenceOffsets {
    switch self {
    case .causal(let offsets), .full(let offsets), .lastToken(let offsets), .continued(_, let offsets): offsets
    }
  }
}
