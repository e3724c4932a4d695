import CKernels
import Testing

/// The same bits, whatever the company and however the work is cut.
@Suite struct ProductExactnessTests {
  @Test(arguments: KernelSet.all)
  func aTokenAloneIsTheSameInAnyBatch(_ set: KernelSet) throws {
    let kernels = try set.kernels
    for precision in ProductTests.precisions {
      // More columns than one block of a full tile, fewer than one of a narrow tile.
      var product = ProductCase(tokens: 130, rows: 26, columns: 2310, precision: precision)
      product.activation = SL_SILU_GATE
      let batch = product.run(kernels)
      for count in [1, 17, 33, 63] {
        for begin in [0, 15, 16, 64, 130 - count] {
          var part = product
          part.x = Array(product.x[begin..<min(begin + count, 130)])
          let result = part.run(kernels)
          for token in part.x.indices {
            #expect(result.bits(ofToken: token) == batch.bits(ofToken: begin + token), "\(count) from \(begin), \(precision)")
          }
        }
      }
    }
  }

  @Test(arguments: KernelSet.all)
  func anySplitOfRowsGivesTheSameBits(_ set: KernelSet) throws {
    let kernels = try set.kernels
    for destination in [SL_STORE, SL_ADD, SL_OPERAND] {
      for (tokens, columns) in [(3, 130), (20, 512), (40, 130), (64, 528), (70, 130)] {
        var product = ProductCase(tokens: tokens, rows: 130, columns: columns)
        product.destination = destination
        product.activation = SL_GELU_TANH
        let whole = product.run(kernels).rows.map { $0.map(\.bitPattern) }
        for cuts in [[0, 2, 130], [0, 96, 130], [0, 6, 18, 64, 130], Array(stride(from: 0, through: 130, by: 2))] {
          let parts = product.run(kernels, ranges: zip(cuts, cuts.dropFirst()).map { $0..<$1 })
          #expect(parts.rows.map { $0.map(\.bitPattern) } == whole, "\(destination), \(tokens) tokens, cut at \(cuts)")
        }
        if destination != SL_OPERAND {
          let odd = product.run(kernels, ranges: [0..<1, 1..<14, 14..<97, 97..<130])
          #expect(odd.rows.map { $0.map(\.bitPattern) } == whole, "\(destination), \(tokens) tokens")
        }
      }
    }
  }

  @Test(arguments: KernelSet.all)
  func rowsOutsideTheRangeAreLeftAlone(_ set: KernelSet) throws {
    for destination in [SL_STORE, SL_ADD, SL_OPERAND] {
      var product = ProductCase(tokens: 70, rows: 30, columns: 36)
      product.destination = destination
      let untouched = product.run(try set.kernels, ranges: [])
      let result = product.run(try set.kernels, ranges: [8..<14])
      for token in 0..<70 {
        for row in 0..<30 where !(8..<14).contains(row) { #expect(result.bits(token, row) == untouched.bits(token, row)) }
      }
      #expect(result.rows.allSatisfy { $0[8..<14].allSatisfy(\.isFinite) })
    }
  }
}
