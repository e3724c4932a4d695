import CKernels
import Testing

@Suite struct NormTests {
  static let tokenCounts = [1, 16, 17, 33, 64, 65, 130]
  static let featureCounts = [2, 36, 72, 1026]

  struct Case {
    let x: [[Float]]
    let weight: [Float]
    let bias: [Float]?
    let epsilon: Float = 1e-6
    let number: sl_number

    init(tokens: Int, features: Int, layer: Bool, number: sl_number) {
      var samples = Samples(tokens * 1009 + features)
      // Far from zero on average, so that a mean left in shows.
      x = samples.rows(tokens, features, scale: 3).map { $0.map { $0 + 2 } }
      weight = samples.row(features)
      bias = layer ? samples.row(features) : nil
      self.number = number
    }

    func run(_ kernels: sl_kernels, x: [[Float]]? = nil, tiles: [Range<Int>]? = nil) -> Arranged {
      let x = x ?? self.x
      let input = Arranged(x)
      let out = Arranged(tokens: x.count, features: weight.count, number: number)
      weight.withUnsafeBufferPointer { weight in
        (bias ?? []).withUnsafeBufferPointer { bias in
          var norm = sl_norm(
            tokens: x.count, features: weight.count, in: input.floats, weight: weight.baseAddress,
            bias: self.bias == nil ? nil : bias.baseAddress, epsilon: epsilon, out_number: number, out: out.pointer)
          for range in tiles ?? [0..<(x.count + 63) / 64] { kernels.norm(&norm, range.lowerBound, range.upperBound) }
        }
      }
      return out
    }

    var expected: [[Double]] {
      x.map { token in
        let (mean, scale) = statistics(token)
        return token.indices.map { (Double(token[$0]) - mean) * scale * Double(weight[$0]) + Double(bias?[$0] ?? 0) }
      }
    }

    /// Of every token: sums in order, and the rounding of numbers up to 5 before the mean is taken off them: 1e-6 of those, scaled.
    var tolerances: [Double] { x.map { 1e-6 * (1 + 5 * statistics($0).scale) } }

    private func statistics(_ token: [Float]) -> (mean: Double, scale: Double) {
      let count = Double(token.count)
      let mean = bias == nil ? 0 : token.reduce(0) { $0 + Double($1) } / count
      let square = token.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
      return (mean, 1 / (square + Double(epsilon)).squareRoot())
    }
  }

  @Test(arguments: KernelSet.all)
  func everySizeEqualsTheDefinition(_ set: KernelSet) throws {
    for tokens in Self.tokenCounts {
      for features in Self.featureCounts {
        for layer in [false, true] {
          for precision in Precision.allCases {
            let norm = Case(tokens: tokens, features: features, layer: layer, number: precision.number)
            let result = norm.run(try set.kernels)
            let expected = norm.expected
            let tolerances = norm.tolerances
            let error = worst(result.rows, expected) {
              tolerances[$0] + rounding(precision.number) * 1.01 * abs(expected[$0][$1])
            }
            #expect(error <= 1, "\(tokens) tokens, \(features) features, layer norm \(layer), \(precision)")
            #expect(result.guardsAreIntact)
          }
        }
      }
    }
  }

  @Test(arguments: KernelSet.all)
  func aTokenAloneIsTheSameInAnyBatch(_ set: KernelSet) throws {
    for layer in [false, true] {
      let norm = Case(tokens: 130, features: 72, layer: layer, number: SL_F32)
      let batch = norm.run(try set.kernels)
      for token in [0, 15, 63, 64, 129] {
        let alone = norm.run(try set.kernels, x: [norm.x[token]])
        #expect(alone.bits(ofToken: 0) == batch.bits(ofToken: token))
      }
    }
  }

  @Test(arguments: KernelSet.all)
  func tilesOutsideTheRangeAreLeftAlone(_ set: KernelSet) throws {
    let norm = Case(tokens: 150, features: 36, layer: true, number: SL_BF16)
    let whole = norm.run(try set.kernels)
    let part = norm.run(try set.kernels, tiles: [1..<2])
    for (token, row) in part.rows.enumerated() {
      if 64..<128 ~= token {
        #expect(part.bits(ofToken: token) == whole.bits(ofToken: token))
      } else {
        #expect(row.allSatisfy { $0.isNaN })
      }
    }
  }
}
