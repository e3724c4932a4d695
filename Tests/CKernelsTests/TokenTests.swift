import CKernels
import Testing

@Suite struct TokenTests {
  static let sizes = [(1, 2), (15, 16), (16, 17), (17, 36), (64, 72), (65, 33), (130, 130)]

  @Test(arguments: KernelSet.all, Precision.allCases)
  func gatherSumsRowsOfTheTable(_ set: KernelSet, _ precision: Precision) throws {
    for (tokens, features) in Self.sizes {
      for terms in [1, 4] {
        for weighted in [false, true] {
          for add in [false, true] {
            var samples = Samples(tokens * 1009 + features)
            let table = samples.rows(23, features, precision.number)
            let indices = (0..<tokens * terms).map { _ in UInt32.random(in: 0..<23, using: &samples) }
            let coefficients = samples.row(tokens * terms)
            let old = samples.rows(tokens, features)
            let stored = Arranged(table, number: precision.number, arrangement: .rows, offset: precision == .bf16 ? 2 : 4)
            let out = add ? Arranged(old) : Arranged(tokens: tokens, features: features)
            let kernels = try set.kernels
            coefficients.withUnsafeBufferPointer { coefficients in
              indices.withUnsafeBufferPointer { indices in
                var job = sl_gather(
                  tokens: tokens, features: features, terms: terms, indices: indices.baseAddress,
                  coefficients: weighted ? coefficients.baseAddress : nil, table: stored.pointer, table_number: precision.number,
                  table_scales: nil, add: add,
                  out: out.floats)
                for tile in 0..<(tokens + 63) / 64 { kernels.gather(&job, tile, tile + 1) }
              }
            }
            let expected = (0..<tokens).map { token in
              (0..<features).map { feature in
                (0..<terms).reduce(add ? Double(old[token][feature]) : 0) { sum, term in
                  let at = token * terms + term
                  return sum + Double(table[Int(indices[at])][feature]) * (weighted ? Double(coefficients[at]) : 1)
                }
              }
            }
            #expect(worst(out.rows, expected) { _, _ in 1e-6 } <= 1, "\(tokens) tokens, \(features) features, \(terms) terms")
            #expect(out.guardsAreIntact)
          }
        }
      }
    }
  }

  @Test(arguments: KernelSet.all)
  func copyMovesExactlyTheTokensAsked(_ set: KernelSet) throws {
    var samples = Samples(7)
    let source = samples.rows(150, 10)
    let old = samples.rows(140, 10)
    for add in [false, true] {
      for (inBegin, outBegin, count) in [(0, 0, 140), (3, 60, 1), (63, 0, 2), (5, 62, 70), (100, 17, 50), (149, 139, 1), (9, 9, 0)] {
        let input = Arranged(source)
        let out = Arranged(old)
        var job = sl_copy(features: 10, in: input.floats, in_tokens: 150, out: out.floats, out_tokens: 140, add: add)
        try set.kernels.copy(&job, inBegin, outBegin, count)
        var expected = old
        for i in 0..<count {
          for feature in 0..<10 {
            expected[outBegin + i][feature] = source[inBegin + i][feature] + (add ? old[outBegin + i][feature] : 0)
          }
        }
        #expect(out.rows == expected, "\(count) from \(inBegin) to \(outBegin), add \(add)")
        #expect(out.guardsAreIntact)
      }
    }
  }

  @Test(arguments: KernelSet.all)
  func mergePutsFourTokensIntoOne(_ set: KernelSet) throws {
    for tokens in [4, 8, 60, 64, 68, 100, 252, 256, 260, 600] {
      var samples = Samples(tokens)
      let source = samples.rows(tokens, 7)
      let input = Arranged(source)
      let out = Arranged(tokens: tokens / 4, features: 28)
      for tile in 0..<(tokens / 4 + 63) / 64 { try set.kernels.merge(input.floats, tokens, 7, out.floats, tile, tile + 1) }
      #expect(out.rows == (0..<tokens / 4).map { Array(source[4 * $0..<4 * $0 + 4].joined()) }, "\(tokens) tokens")
      #expect(out.guardsAreIntact)
    }
  }

  @Test(arguments: KernelSet.all)
  func unpackRowReadsOneToken(_ set: KernelSet) throws {
    var samples = Samples(3)
    let source = samples.rows(70, 33)
    let input = Arranged(source)
    for token in [0, 15, 16, 63, 64, 69] {
      let row = Arranged(tokens: 1, features: 33, arrangement: .rows)
      try set.kernels.unpack_row(input.floats, 70, 33, token, row.floats)
      #expect(row.rows == [source[token]])
      #expect(row.guardsAreIntact)
    }
  }
}
