import CKernels
import Testing

/// Products against their definition, at every size where a tile, a block or a vector ends.
@Suite struct ProductTests {
  static let tokenCounts = [1, 2, 15, 16, 17, 33, 48, 63, 64, 65, 130]
  static let rowCounts = [1, 2, 5, 6, 7, 95, 96, 97, 130]
  /// Of AVX2's panels of 256: less than one, one, some that are alike (whose next is widened meanwhile) and some that are not.
  static let columnCounts = [2, 36, 72, 130, 256, 768, 784, 1026, 2050]
  static let precisions = [(SL_BF16, SL_BF16), (SL_F32, SL_F32), (SL_F32, SL_BF16)]

  /// The definition is worked out once for all sets.
  private func check(_ product: ProductCase, _ comment: Comment) throws {
    let definition = product.definition
    for set in KernelSet.all {
      let result = product.run(try set.kernels)
      #expect(product.worstError(result, definition: definition) <= 1, "\(set.testDescription): \(comment)")
      #expect(result.guardsAreIntact, "\(set.testDescription): \(comment)")
    }
  }

  @Test(arguments: precisions)
  func everyCountOfTokensAndRows(operand: sl_number, weights: sl_number) throws {
    for tokens in Self.tokenCounts {
      for rows in Self.rowCounts {
        try check(ProductCase(tokens: tokens, rows: rows, columns: 36, precision: (operand, weights)), "\(tokens) tokens, \(rows) rows")
      }
    }
  }

  @Test(arguments: precisions)
  func everyCountOfColumns(operand: sl_number, weights: sl_number) throws {
    for columns in Self.columnCounts {
      for (tokens, rows) in [(17, 13), (65, 7), (48, 9), (64, 15)] {
        try check(
          ProductCase(tokens: tokens, rows: rows, columns: columns, precision: (operand, weights)), "\(tokens) tokens, \(columns) columns")
      }
    }
    // More columns than a block of a narrow tile.
    try check(ProductCase(tokens: 3, rows: 15, columns: 8194, precision: (operand, weights)), "8194 columns")
  }

  /// A block is 192 rows of 64 tokens, or 768 of 16.
  @Test func moreRowsThanABlock() throws {
    for (tokens, rows) in [(1, 775), (20, 399), (40, 269), (64, 205)] {
      var product = ProductCase(tokens: tokens, rows: rows, columns: 34)
      product.activation = SL_SILU_GATE
      try check(product, "\(tokens) tokens")
    }
  }

  @Test(arguments: precisions)
  func everyActivationToEveryDestination(operand: sl_number, weights: sl_number) throws {
    for activation in [SL_IDENTITY, SL_GELU_TANH, SL_GELU_ERF, SL_SILU_GATE] {
      for destination in [SL_STORE, SL_ADD, SL_OPERAND] {
        for hasBias in [false, true] {
          for tokens in [5, 70] {
            var product = ProductCase(tokens: tokens, rows: 14, columns: 72, precision: (operand, weights))
            product.activation = activation
            product.destination = destination
            product.hasBias = hasBias
            try check(product, "\(tokens) tokens, \(activation) to \(destination), bias \(hasBias)")
          }
        }
      }
    }
  }

  /// The activations over their whole range, by a product with one weight of 1.
  @Test(arguments: KernelSet.all)
  func activationsFarFromZero(_ set: KernelSet) throws {
    for activation in [SL_GELU_TANH, SL_GELU_ERF, SL_SILU_GATE] {
      var product = ProductCase(tokens: 401, rows: 1, columns: 2, precision: (SL_F32, SL_F32))
      product.x = (-200...200).map { [Float($0) * 0.1, 0] }
      product.weights = [[1, 0]]
      product.gates = [[activation == SL_SILU_GATE ? 3 : 1, 0]]
      product.hasBias = false
      product.activation = activation
      let result = product.run(try set.kernels).rows
      #expect(product.worstError(product.run(try set.kernels)) <= 1, "\(activation)")
      #expect(abs(result[0][0]) < 1e-20, "\(activation)")
      if activation != SL_SILU_GATE { #expect(result[400][0] == 20, "\(activation)") }
    }
  }

  @Test(arguments: KernelSet.all)
  func whatIsNotANumberStaysInItsLane(_ set: KernelSet) throws {
    for precision in Self.precisions {
      var product = ProductCase(tokens: 20, rows: 8, columns: 36, precision: precision)
      let clean = product.run(try set.kernels)
      product.x[7][35] = .nan
      let result = product.run(try set.kernels)
      for token in 0..<20 where token != 7 { #expect(result.bits(ofToken: token) == clean.bits(ofToken: token)) }
      #expect(result.rows[7].allSatisfy { $0.isNaN })
    }
  }
}
