import CKernels
import Testing

/// The same bits, whatever the company and however the work is cut.
@Suite struct AttentionExactnessTests {
  /// Sequence 2 starts at an odd token and has an odd length, so that its pairs of keys cross those of its neighbours.
  @Test(arguments: KernelSet.all, Precision.allCases)
  func aSequenceAloneIsTheSameBesideNeighboursThatAreNotNumbers(_ set: KernelSet, _ precision: Precision) throws {
    for (causal, reach) in [(false, nil), (true, nil), (false, 128)] {
      for length in [1, 15, 37, 64, 65, 201] {
        var attention = AttentionCase(lengths: [5, 60, length, 30], headDim: 36, number: precision.number, causal: causal, reach: reach)
        let own = 65..<65 + length
        for token in 0..<95 + length where !own.contains(token) {
          let value: Float = token % 2 == 0 ? .nan : .infinity
          attention.queries[token] = attention.queries[token].map { _ in value }
          attention.keys[token] = attention.keys[token].map { _ in value }
          attention.values[token] = attention.values[token].map { _ in value }
        }
        let company = attention.run(try set.kernels, sequences: [2])
        let alone = attention.alone(2).run(try set.kernels)
        for token in 0..<length {
          #expect(company.bits(ofToken: 65 + token) == alone.bits(ofToken: token), "\(length) tokens, causal \(causal)")
        }
        #expect(alone.rows.allSatisfy { $0.allSatisfy(\.isFinite) })
      }
    }
  }

  @Test(arguments: KernelSet.all, Precision.allCases)
  func anyCutIntoSpansGivesTheSameBits(_ set: KernelSet, _ precision: Precision) throws {
    for (causal, reach) in [(false, nil), (true, nil), (false, 128), (true, 20)] {
      let attention = AttentionCase(lengths: [41, 230], headDim: 32, number: precision.number, causal: causal, reach: reach)
      let whole = attention.run(try set.kernels)
      for spanLength in [1, 7, 16, 33, 48] {
        let cut = attention.run(try set.kernels, spanLength: spanLength)
        for token in 0..<271 { #expect(cut.bits(ofToken: token) == whole.bits(ofToken: token), "spans of \(spanLength)") }
      }
    }
  }

  /// Looking back from the last token, causal attention sees what full attention sees.
  @Test(arguments: KernelSet.all, Precision.allCases)
  func theLastTokenOfACausalPrefixSeesAllOfIt(_ set: KernelSet, _ precision: Precision) throws {
    let causal = AttentionCase(lengths: [210], headDim: 32, number: precision.number, causal: true)
    let result = causal.run(try set.kernels)
    for length in [1, 2, 17, 64, 65, 192, 193, 210] {
      var full = causal
      full.causal = false
      full.lengths = [length]
      full.queries.removeLast(210 - length)
      full.keys.removeLast(210 - length)
      full.values.removeLast(210 - length)
      #expect(try full.run(set.kernels).bits(ofToken: length - 1) == result.bits(ofToken: length - 1), "\(length) tokens")
    }
  }
}
