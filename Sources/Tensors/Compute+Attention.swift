import CKernels

/// Rotary angles of every token, as cosines and sines: head_dim / 2 features each.
///
/// A head's feature i turns together with feature i + head_dim / 2.
public struct Rotation {
  let cosines: TokenMatrix
  let sines: TokenMatrix
}

/// What happens to heads between their product and attention.
public struct HeadPreparation {
  /// RMS norm over each head's features, where the model has one.
  public let norm: Norm?
  /// Rotary positions, where the heads carry them.
  public let rotation: Rotation?

  /// A preparation of the given steps.
  public init(norm: Norm? = nil, rotation: Rotation? = nil) {
    self.norm = norm
    self.rotation = rotation
  }
}

extension Compute {
  /// Largest head: the kernels keep one of a tile of tokens on the stack.
  public static let maximumHeadDimension = Int(SL_HEAD_DIM_MAX)

  /// Queries: prepared, and multiplied with 1 / sqrt(head dimension).
  public func queries(_ input: TokenMatrix, headDimension: Int, _ preparation: HeadPreparation) -> Operand {
    let output = operand(features: input.features, tokens: input.tokens)
    let factor = 1 / Float(headDimension).squareRoot()
    prepare(input, headDimension, preparation, factor, SL_QUERIES, stride: 0, output.base)
    return output
  }

  /// Keys: prepared.
  public func keys(_ input: TokenMatrix, headDimension: Int, _ preparation: HeadPreparation) -> AttentionMemory {
    let output = attentionMemory(for: input, .rows)
    prepare(input, headDimension, preparation, 1, SL_KEYS, stride: output.stride, output.base)
    return output
  }

  /// Values: as they are.
  public func values(_ input: TokenMatrix, headDimension: Int) -> AttentionMemory {
    let output = attentionMemory(for: input, .columns)
    prepare(input, headDimension, HeadPreparation(), 1, SL_VALUES, stride: output.stride, output.base)
    return output
  }

  /// softmax(Q K^T + bias) V for all heads and sequences, ready for the output product.
  ///
  /// The scores of a head are never kept whole: memory is linear in the tokens.
  ///
  /// - Shape: queries (heads * headDimension, query tokens), keys and values (keyHeads * headDimension, tokens) -> as the queries.
  public func attention(
    _ queries: Operand, _ keys: AttentionMemory, _ values: AttentionMemory, headDimension: Int, pattern: AttentionPattern,
    bias: DistanceBias? = nil
  ) -> Operand {
    let heads = queries.features / headDimension
    let keyHeads = keys.features / headDimension
    precondition(keyHeads > 0 && heads % keyHeads == 0 && values.features == keys.features && values.tokens == keys.tokens)
    precondition(pattern.offsets.tokens == keys.tokens && queries.tokens == pattern.queryTokens)
    precondition(bias.map { $0.heads == heads } ?? true)
    let output = operand(features: queries.features, tokens: queries.tokens)
    let job = sl_attention(
      query_tokens: queries.tokens, heads: heads, key_heads: keyHeads, head_dim: headDimension, number: precision.number,
      queries: queries.base, keys: keys.base, values: values.base, stride: values.stride, bias: bias?.base, reach: bias?.reach ?? 0,
      out: output.base)
    let spans = pattern.spans()
    withExtendedLifetime((queries, keys, values, bias)) {
      measured("attention") {
        // Heads of one span follow each other, the heads that share keys and values next to each other.
        runJobs(job, count: spans.count * heads) { kernels, job, index in
          var span = spans[index / heads]
          kernels.attention(job, index % heads, &span)
        }
      }
    }
    return output
  }

  private func attentionMemory(for input: TokenMatrix, _ arrangement: AttentionMemory.Arrangement) -> AttentionMemory {
    AttentionMemory(features: input.features, tokens: input.tokens, arrangement, precision: precision, workspace: workspace)
  }

  private func prepare(
    _ input: TokenMatrix, _ headDimension: Int, _ preparation: HeadPreparation, _ factor: Float, _ arrangement: sl_arrangement,
    stride: Int, _ output: UnsafeMutableRawPointer
  ) {
    precondition(headDimension <= Self.maximumHeadDimension && headDimension % 2 == 0 && input.features % headDimension == 0)
    precondition(preparation.norm.map { $0.weight.count == headDimension && $0.bias == nil } ?? true)
    precondition(preparation.rotation.map { $0.cosines.tokens == input.tokens && $0.cosines.features == headDimension / 2 } ?? true)
    let job = sl_heads(
      tokens: input.tokens, heads: input.features / headDimension, head_dim: headDimension, in: input.base,
      norm_weight: preparation.norm?.weight.base, epsilon: preparation.norm?.epsilon ?? 0,
      cosines: preparation.rotation?.cosines.base, sines: preparation.rotation?.sines.base, factor: factor,
      arrangement: arrangement, out_number: precision.number, stride: stride, out: output)
    withExtendedLifetime((input, preparation.norm?.weight, preparation.rotation?.cosines, preparation.rotation?.sines)) {
      measured("norms and rotation of heads") {
        runJobs(job, count: Tiles.count(input.tokens)) { kernels, job, tile in kernels.heads(job, tile, tile + 1) }
      }
    }
  }
}

extension AttentionPattern {
  /// Tokens that ask.
  var queryTokens: Int {
    switch self {
    case .causal(let offsets), .full(let offsets), .continued(let offsets, _): offsets.tokens
    case .lastToken(let offsets): offsets.count
    }
  }

  /// The jobs of one head: up to 64 queries of one sequence each, and the keys they look at.
  func spans() -> [sl_span] {
    switch self {
    case .causal(let offsets): Self.spans(queries: offsets, keys: offsets, causal: true)
    case .full(let offsets): Self.spans(queries: offsets, keys: offsets, causal: false)
    case .continued(let queries, let keys): Self.spans(queries: queries, keys: keys, causal: true)
    case .lastToken(let keys):
      Self.spans(queries: SequenceOffsets(lengths: [Int](repeating: 1, count: keys.count)), keys: keys, causal: false)
    }
  }

  private static func spans(queries: SequenceOffsets, keys: SequenceOffsets, causal: Bool) -> [sl_span] {
    precondition(queries.count == keys.count)
    var spans: [sl_span] = []
    for sequence in 0..<keys.count {
      let (asking, asked) = (queries[sequence], keys[sequence])
      guard !asked.isEmpty else { continue }
      precondition(asking.count <= asked.count)
      for first in stride(from: 0, to: asking.count, by: Tiles.width) {
        let count = min(Tiles.width, asking.count - first)
        let position = asked.count - asking.count + first
        spans.append(
          sl_span(
            query_begin: asking.lowerBound + first, query_count: count, key_begin: asked.lowerBound,
            key_count: causal ? position + count : asked.count, causal: causal, first_position: position))
      }
    }
    return spans
  }
}
