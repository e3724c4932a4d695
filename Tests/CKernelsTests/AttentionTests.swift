import CKernels
import Testing

@Suite struct AttentionTests {
  /// What results may be off, values being from -1 to 1.
  ///
  /// f32: what sums in f32 cost. bf16: weights and result are each rounded to 8 bits, 2^-8 of at most 1.
  static func tolerance(_ number: sl_number) -> Double { number == SL_BF16 ? 0x1p-7 : 5e-6 }

  /// The definition is worked out once for all sets.
  private func check(_ attention: AttentionCase, _ comment: Comment, spread: Double = 0) throws {
    let expected = attention.expected
    for set in KernelSet.all {
      let result = attention.run(try set.kernels)
      let error = worst(result.rows, expected) { _, _ in Self.tolerance(attention.number) + spread }
      #expect(error <= 1, "\(set.testDescription): \(comment)")
      #expect(result.guardsAreIntact, "\(set.testDescription): \(comment)")
    }
  }

  @Test(arguments: Precision.allCases)
  func everyLengthEqualsTheDefinition(_ precision: Precision) throws {
    for causal in [false, true] {
      // One block of keys is 192.
      for lengths in [[1], [2], [15], [16], [17], [33], [63], [64], [65], [130], [191], [192], [193], [385], [3, 1, 50, 21, 70]] {
        let attention = AttentionCase(lengths: lengths, heads: 2, keyHeads: 1, headDim: 6, number: precision.number, causal: causal)
        try check(attention, "\(lengths), causal \(causal)")
      }
    }
  }

  @Test(arguments: Precision.allCases)
  func everyHeadSizeEqualsTheDefinition(_ precision: Precision) throws {
    for headDim in [2, 16, 32, 64, 72, 126, 128] {
      for (heads, keyHeads) in [(1, 1), (6, 2)] {
        let attention = AttentionCase(
          lengths: [9, 40], heads: heads, keyHeads: keyHeads, headDim: headDim, number: precision.number, causal: true)
        try check(attention, "\(heads) heads of \(headDim)")
      }
    }
  }

  /// Reaches shorter and longer than the sequences, in spans of all widths and over several blocks of keys.
  @Test(arguments: Precision.allCases)
  func aBiasByDistanceEqualsTheDefinition(_ precision: Precision) throws {
    for causal in [false, true] {
      for (lengths, reach) in [([1], 0), ([17], 3), ([65, 2, 33], 128), ([193], 5), ([385], 128), ([130, 31], 200), ([64], 63)] {
        let attention = AttentionCase(
          lengths: lengths, heads: 3, keyHeads: 1, headDim: 6, number: precision.number, causal: causal, reach: reach)
        try check(attention, "\(lengths), reach \(reach), causal \(causal)")
      }
    }
  }

  /// Scores far beyond what exp can hold, growing and falling from block to block.
  @Test(arguments: Precision.allCases)
  func largeScoresNeitherOverflowNorVanish(_ precision: Precision) throws {
    for rising in [false, true] {
      var attention = AttentionCase(lengths: [400], heads: 1, keyHeads: 1, headDim: 6, number: precision.number, causal: false)
      for key in 0..<400 {
        let size = Float(rising ? key : 400 - key)
        attention.keys[key] = attention.keys[key].map { ($0 * size).roundedToBF16 }
      }
      // Scores are in the thousands; their own rounding in f32 is 2^-24 of that, and of what is added up to them.
      try check(attention, "rising \(rising)", spread: 2e-3)
    }
  }

  @Test(arguments: KernelSet.all, Precision.allCases)
  func onlyTheSpanAndTheHeadAreWritten(_ set: KernelSet, _ precision: Precision) throws {
    let attention = AttentionCase(lengths: [50, 40, 60], headDim: 16, number: precision.number, causal: false)
    let out = attention.run(try set.kernels, sequences: [1], heads: 2..<3)
    for (token, row) in out.rows.enumerated() {
      for (feature, value) in row.enumerated() { #expect(value.isFinite == (50..<90 ~= token && 32..<48 ~= feature)) }
    }
    #expect(out.guardsAreIntact)
  }
}
