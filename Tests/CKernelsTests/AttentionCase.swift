import CKernels
import Foundation

/// Attention over a batch of sequences: inputs, result by the kernel span by span, and result by the definition in double precision.
struct AttentionCase {
  var heads: Int
  var keyHeads: Int
  var headDim: Int
  var number = SL_BF16
  var causal: Bool
  /// Tokens of each sequence; sequences lie end to end.
  var lengths: [Int]
  var queries: [[Float]]
  var keys: [[Float]]
  var values: [[Float]]
  /// Distances that have a bias of their own; nil for no bias.
  let reach: Int?
  /// [heads][2 * reach + 1], between numbers that are none.
  private let biases: [Float]
  private static let margin = 9

  init(lengths: [Int], heads: Int = 4, keyHeads: Int = 2, headDim: Int, number: sl_number, causal: Bool, reach: Int? = nil) {
    self.lengths = lengths
    self.heads = heads
    self.keyHeads = keyHeads
    self.headDim = headDim
    self.number = number
    self.causal = causal
    let tokens = lengths.reduce(0, +)
    var samples = Samples(tokens * 1009 + headDim)
    // Scores of a standard deviation near 4: some queries look at a few keys, some at many.
    queries = samples.rows(tokens, heads * headDim, number, scale: 12 / Float(headDim).squareRoot())
    keys = samples.rows(tokens, keyHeads * headDim, number)
    values = samples.rows(tokens, keyHeads * headDim, number)
    self.reach = reach
    let margin = [Float](repeating: .nan, count: Self.margin)
    biases = margin + (reach.map { samples.rows(1, heads * (2 * $0 + 1), SL_F32, scale: 3)[0] } ?? []) + margin
  }

  /// What is added to the score of a key `distance` places behind its query.
  func bias(head: Int, distance: Int) -> Float {
    guard let reach else { return 0 }
    return biases[Self.margin + head * (2 * reach + 1) + reach + max(-reach, min(distance, reach))]
  }

  var begins: [Int] { lengths.indices.map { lengths[..<$0].reduce(0, +) } }

  /// One sequence on its own.
  func alone(_ sequence: Int) -> AttentionCase {
    let range = begins[sequence]..<begins[sequence] + lengths[sequence]
    var alone = self
    alone.lengths = [lengths[sequence]]
    alone.queries = Array(queries[range])
    alone.keys = Array(keys[range])
    alone.values = Array(values[range])
    return alone
  }

  /// The result of `sequences` and `heads`, all by default, in jobs of `spanLength` queries.
  func run(_ kernels: sl_kernels, sequences: [Int]? = nil, heads: Range<Int>? = nil, spanLength: Int = 64) -> Arranged {
    let tokens = queries.count
    let chosen = heads ?? 0..<self.heads
    let columnLength = (tokens + 63) / 64 * 64
    let queries = Arranged(queries, number: number)
    let keys = Arranged(keys, number: number, arrangement: .rows)
    let values = Arranged(values, number: number, arrangement: .columns(stride: columnLength))
    let out = Arranged(tokens: tokens, features: self.heads * headDim, number: number)
    biases.withUnsafeBufferPointer { biases in
      var job = sl_attention(
        query_tokens: tokens, heads: self.heads, key_heads: keyHeads, head_dim: headDim, number: number, queries: queries.pointer,
        keys: keys.pointer, values: values.pointer, stride: columnLength,
        bias: reach == nil ? nil : biases.baseAddress?.advanced(by: Self.margin), reach: reach ?? 0, out: out.pointer)
      for sequence in sequences ?? Array(lengths.indices) {
        for first in stride(from: 0, to: lengths[sequence], by: spanLength) {
          var span = sl_span(
            query_begin: begins[sequence] + first, query_count: min(spanLength, lengths[sequence] - first), key_begin: begins[sequence],
            key_count: lengths[sequence], causal: causal, first_position: first)
          for head in chosen { kernels.attention(&job, head, &span) }
        }
      }
    }
    return out
  }

  /// The definition, token by token.
  var expected: [[Double]] {
    lengths.indices.flatMap { sequence in
      (0..<lengths[sequence]).map { position in
        let seen = begins[sequence]..<begins[sequence] + (causal ? position + 1 : lengths[sequence])
        return (0..<heads).flatMap { expected(begins[sequence] + position, head: $0, seen: seen) }
      }
    }
  }

  private func expected(_ token: Int, head: Int, seen: Range<Int>) -> [Double] {
    let first = head / (heads / keyHeads) * headDim
    let scores = seen.map { key in
      (0..<headDim).reduce(Double(bias(head: head, distance: key - token))) {
        $0 + Double(queries[token][head * headDim + $1]) * Double(keys[key][first + $1])
      }
    }
    let maximum = scores.max() ?? 0
    let weights = scores.map { exp($0 - maximum) }
    let total = weights.reduce(0, +)
    return (0..<headDim).map { i in
      zip(weights, seen).reduce(0.0) { $0 + $1.0 * Double(values[$1.1][first + i]) } / total
    }
  }
}
