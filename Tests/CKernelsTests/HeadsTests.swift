import CKernels
import Foundation
import Testing

@Suite struct HeadsTests {
  struct Case {
    var heads = 3
    var headDim: Int
    var number = SL_BF16
    var arrangement = SL_QUERIES
    var factor: Float = 0.125
    let epsilon: Float = 1e-6
    var x: [[Float]]
    var weight: [Float]?
    /// One angle per token and half feature; nil for no rotation.
    var angles: [[Float]]?

    init(tokens: Int, headDim: Int, norm: Bool, rotation: Bool) {
      var samples = Samples(tokens * 1009 + headDim)
      self.headDim = headDim
      x = samples.rows(tokens, heads * headDim, scale: 2)
      weight = norm ? samples.row(headDim) : nil
      angles = rotation ? samples.rows(tokens, headDim / 2, scale: 10) : nil
    }

    func run(_ kernels: sl_kernels, tiles: Range<Int>? = nil) -> Arranged {
      let tokens = x.count
      let stride = (tokens + 63) / 64 * 64 + 32
      let arrangement: Arrangement =
        switch self.arrangement {
        case SL_KEYS: .rows
        case SL_VALUES: .columns(stride: stride)
        default: .tiles
        }
      let out = Arranged(tokens: tokens, features: heads * headDim, number: number, arrangement: arrangement)
      let input = Arranged(x)
      let cosines = angles.map { Arranged($0.map { $0.map { cos($0) } }) }
      let sines = angles.map { Arranged($0.map { $0.map { sin($0) } }) }
      (weight ?? []).withUnsafeBufferPointer { weight in
        var job = sl_heads(
          tokens: tokens, heads: heads, head_dim: headDim, in: input.floats, norm_weight: self.weight == nil ? nil : weight.baseAddress,
          epsilon: epsilon, cosines: cosines.map { UnsafePointer($0.floats) }, sines: sines.map { UnsafePointer($0.floats) },
          factor: factor, arrangement: self.arrangement, out_number: number, stride: stride, out: out.pointer)
        let tiles = tiles ?? 0..<(tokens + 63) / 64
        kernels.heads(&job, tiles.lowerBound, tiles.upperBound)
      }
      return out
    }

    var expected: [[Double]] {
      x.indices.map { token in (0..<heads).flatMap { expected(token, head: $0) } }
    }

    private func expected(_ token: Int, head: Int) -> [Double] {
      var head = x[token][head * headDim..<(head + 1) * headDim].map { Double($0) }
      if let weight {
        let scale = 1 / (head.reduce(0) { $0 + $1 * $1 } / Double(headDim) + Double(epsilon)).squareRoot()
        head = zip(head, weight).map { $0 * scale * Double($1) }
      }
      if let angles {
        let half = headDim / 2
        let before = head
        for i in 0..<half {
          let cosine = Double(cos(angles[token][i]))
          let sine = Double(sin(angles[token][i]))
          head[i] = before[i] * cosine - before[i + half] * sine
          head[i + half] = before[i + half] * cosine + before[i] * sine
        }
      }
      return head.map { $0 * Double(factor) }
    }
  }

  /// The definition is worked out once for all sets, arrangements and numbers.
  @Test(arguments: [false, true], [false, true])
  func everyHeadEqualsTheDefinition(norm: Bool, rotation: Bool) throws {
    for (tokens, headDim) in [(1, 2), (15, 72), (16, 16), (17, 128), (33, 36), (63, 32), (64, 64), (65, 34), (130, 72)] {
      var job = Case(tokens: tokens, headDim: headDim, norm: norm, rotation: rotation)
      let expected = job.expected
      for precision in Precision.allCases {
        for arrangement in [SL_QUERIES, SL_KEYS, SL_VALUES] {
          for set in KernelSet.all {
            job.arrangement = arrangement
            job.number = precision.number
            let result = job.run(try set.kernels)
            let error = worst(result.rows, expected) { 1e-6 + rounding(precision.number) * 1.01 * abs(expected[$0][$1]) }
            #expect(error <= 1, "\(set.testDescription): \(tokens) tokens, heads of \(headDim), \(arrangement), \(precision)")
            #expect(result.guardsAreIntact, "\(set.testDescription): \(tokens) tokens, heads of \(headDim), \(arrangement)")
          }
        }
      }
    }
  }

  @Test(arguments: KernelSet.all, [SL_QUERIES, SL_KEYS, SL_VALUES])
  func aTokenAloneIsTheSameInAnyBatch(_ set: KernelSet, _ arrangement: sl_arrangement) throws {
    var job = Case(tokens: 130, headDim: 64, norm: true, rotation: true)
    job.arrangement = arrangement
    job.number = SL_F32
    let batch = job.run(try set.kernels)
    for token in [0, 15, 63, 64, 129] {
      var alone = job
      alone.x = [job.x[token]]
      alone.angles = job.angles.map { [$0[token]] }
      #expect(try alone.run(set.kernels).bits(ofToken: 0) == batch.bits(ofToken: token))
    }
  }

  @Test(arguments: KernelSet.all, [SL_QUERIES, SL_KEYS, SL_VALUES])
  func tokensOutsideTheTilesAreLeftAlone(_ set: KernelSet, _ arrangement: sl_arrangement) throws {
    var job = Case(tokens: 150, headDim: 36, norm: false, rotation: true)
    job.arrangement = arrangement
    let result = job.run(try set.kernels, tiles: 1..<2).rows
    for token in 0..<150 { #expect(result[token].allSatisfy { $0.isNaN } != (64..<128 ~= token)) }
  }
}
