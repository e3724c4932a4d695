/// How a search finds the best vectors.
public enum SearchStrategy: Sendable, Equatable {
  /// Compares with every stored vector. The result is the true one.
  case exact
  /// Compares with every int8 code, then the best `rescore` with their stored vectors; nil ranks by the codes alone.
  ///
  /// Until the ranges of int8 codes are known (`compact()`), the search is exact.
  case int8(rescore: Int? = 100)
  /// Compares with every binary code, then the best `rescore` with their stored vectors; nil ranks by the codes alone.
  case binary(rescore: Int? = 1000)
  /// Compares with every binary code, or with its first `prefix` bits, then the best `binary` with their int8 codes, then the best `int8`
  /// of those with their stored vectors.
  ///
  /// Where there are no int8 codes, the stored vectors take their place. nil for `binary` is 2,000, and more where a code has less than 262
  /// bits, whose distances tell less: 524,288 divided by the bits.
  case funnel(prefix: Int? = nil, binary: Int? = nil, int8: Int = 200)
}

/// A vector that a search found.
public struct Match: Sendable, Equatable {
  /// The caller's number for it.
  public let id: UInt64
  /// The cosine of its angle to the query; by codes alone, an estimate of it.
  public let score: Float

  /// A match.
  public init(id: UInt64, score: Float) {
    self.id = id
    self.score = score
  }
}
