import CKernels

/// The weights of a norm over a token's features.
public struct Norm: Sendable {
  /// Multiplied with the normalised features.
  public let weight: Vector
  /// Added last.
  ///
  /// Where it is missing this is an RMS norm, else a layer norm.
  public let bias: Vector?
  /// Added to the variance (or the mean square).
  public let epsilon: Float

  /// An RMS norm, or a layer norm where there is a bias.
  public init(weight: Vector, bias: Vector? = nil, epsilon: Float) {
    precondition(bias.map { $0.count == weight.count } ?? true)
    self.weight = weight
    self.bias = bias
    self.epsilon = epsilon
  }
}

extension Compute {
  /// Normalises every token over its features, ready for the next product.
  public func normalized(_ input: TokenMatrix, by norm: Norm) -> Operand {
    let output = operand(features: input.features, tokens: input.tokens)
    normalize(input, norm, precision.number, output.base)
    return output
  }

  /// Normalises every token over its features, in f32.
  public func normalizedMatrix(_ input: TokenMatrix, by norm: Norm) -> TokenMatrix {
    let output = tokenMatrix(features: input.features, tokens: input.tokens)
    normalize(input, norm, SL_F32, output.base)
    return output
  }

  private func normalize(_ input: TokenMatrix, _ norm: Norm, _ number: sl_number, _ output: UnsafeMutableRawPointer) {
    precondition(norm.weight.count == input.features)
    let job = sl_norm(
      tokens: input.tokens, features: input.features, in: input.base, weight: norm.weight.base, bias: norm.bias?.base,
      epsilon: norm.epsilon, out_number: number, out: output)
    withExtendedLifetime((input, norm)) {
      measured("norms") {
        runJobs(job, count: Tiles.count(input.tokens)) { kernels, job, tile in kernels.norm(job, tile, tile + 1) }
      }
    }
  }
}
