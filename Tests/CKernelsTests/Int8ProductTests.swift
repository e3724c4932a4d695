import CKernels
import Foundation
import Testing

/// Products of int8 weights against plain loops, at every size where a tile, a block, a vector or a quad ends.
@Suite struct Int8ProductTests {
  private func bits(_ rows: [[Float]]) -> [[UInt32]] { rows.map { $0.map(\.bitPattern) } }

  /// Whole numbers have one right sum: every set gives it, to the bit.
  private func checkExactly(_ product: Int8ProductCase, _ comment: Comment) throws {
    var product = product
    product.hasBias = false
    let expected = bits(product.exact)
    for set in KernelSet.all {
      let result = product.run(try set.kernels)
      #expect(bits(result.rows) == expected, "\(set.testDescription): \(comment)")
      #expect(result.guardsAreIntact, "\(set.testDescription): \(comment)")
    }
  }

  @Test func everyCountOfTokensAndRows() throws {
    for tokens in ProductTests.tokenCounts {
      for rows in ProductTests.rowCounts {
        try checkExactly(Int8ProductCase(tokens: tokens, rows: rows, columns: 36), "\(tokens) tokens, \(rows) rows")
      }
    }
  }

  @Test func everyCountOfColumns() throws {
    for columns in ProductTests.columnCounts + [4, 6, 64, 66, 4102] {
      for (tokens, rows) in [(17, 13), (65, 7), (48, 9), (64, 15)] {
        try checkExactly(Int8ProductCase(tokens: tokens, rows: rows, columns: columns), "\(tokens) tokens, \(columns) columns")
      }
    }
  }

  @Test func moreRowsThanABlock() throws {
    for (tokens, rows) in [(1, 775), (20, 399), (40, 269), (64, 205)] {
      try checkExactly(Int8ProductCase(tokens: tokens, rows: rows, columns: 34), "\(tokens) tokens")
    }
  }

  /// The largest sums that can be, of either sign: no instruction saturates and nothing overflows.
  @Test(arguments: [8, 4096, Int(SL_I8_COLUMNS_MAX)])
  func largestNumbers(columns: Int) throws {
    var product = Int8ProductCase(tokens: 2, rows: 3, columns: columns)
    let whole = [[Int8]](repeating: .init(repeating: 127, count: columns), count: 1) + [.init(repeating: -127, count: columns)]
    product.operand = Int8Operand(whole, scales: [1, 1])
    product.weights = [127, -128, -127].map { .init(repeating: $0, count: columns) }
    product.weightScales = [1, 1, 1]
    #expect(product.exact[1][1] == Float(127 * 128 * columns))
    try checkExactly(product, "\(columns) columns")
  }

  /// With activations, biases and all destinations, and with operands of floating-point numbers.
  @Test(arguments: [SL_I8, SL_BF16, SL_F32])
  func everyActivationToEveryDestination(operandNumber: sl_number) throws {
    for activation in [SL_IDENTITY, SL_GELU_TANH, SL_GELU_ERF, SL_SILU_GATE] {
      for destination in [SL_STORE, SL_ADD, SL_OPERAND] {
        for (tokens, rows, columns) in [(5, 14, 72), (70, 14, 70), (20, 30, 1030), (40, 26, 36)] {
          var product = Int8ProductCase(tokens: tokens, rows: rows, columns: columns, operandNumber: operandNumber)
          product.activation = activation
          product.destination = destination
          product.hasBias = tokens != 70
          for set in KernelSet.all {
            let result = product.run(try set.kernels)
            let comment: Comment = "\(set.testDescription): \(activation) to \(destination), \(tokens) tokens"
            #expect(worstError(product, result) <= 1, comment)
            #expect(result.guardsAreIntact, comment)
          }
        }
      }
    }
  }

  private func worstError(_ product: Int8ProductCase, _ result: Arranged) -> Double {
    var allowed: [[Double]] = []
    var expected: [[Double]] = []
    for token in 0..<product.tokens {
      var (values, errors): ([Double], [Double]) = ([], [])
      for row in product.weights.indices {
        var (y, size) = product.linear(token, product.weights[row], product.weightScales[row])
        y += product.hasBias ? Double(product.bias[row]) : 0
        var value = y
        switch product.activation {
        case SL_GELU_TANH: value = 0.5 * y * (1 + tanh((2 / Double.pi).squareRoot() * (y + 0.044715 * y * y * y)))
        case SL_GELU_ERF: value = 0.5 * y * (1 + erf(y / 2.0.squareRoot()))
        case SL_SILU_GATE:
          let (gate, gateSize) = product.linear(token, product.gates[row], product.gateScales[row])
          value = gate / (1 + exp(-gate)) * y
          size = size * (1 + abs(gate)) + gateSize * (1 + abs(y))
        default: break
        }
        if product.destination == SL_ADD { value += Double(product.old[token][row]) }
        values.append(value)
        errors.append(2e-6 * (1 + size) + rounding(result.number) * 1.01 * abs(value))
      }
      expected.append(values)
      allowed.append(errors)
    }
    return worst(result.rows, expected) { allowed[$0][$1] }
  }

  @Test(arguments: KernelSet.all, [SL_I8, SL_BF16, SL_F32])
  func aTokenAloneIsTheSameInAnyBatch(_ set: KernelSet, operandNumber: sl_number) throws {
    let kernels = try set.kernels
    var product = Int8ProductCase(tokens: 130, rows: 26, columns: 1030, operandNumber: operandNumber)
    product.activation = SL_SILU_GATE
    let batch = product.run(kernels)
    for count in [1, 17, 33, 63] {
      for begin in [0, 15, 16, 64, 130 - count] {
        var part = product
        let tokens = begin..<min(begin + count, 130)
        part.x = Array(product.x[tokens])
        part.operand = Int8Operand(Array(product.operand.whole[tokens]), scales: Array(product.operand.scales[tokens]))
        let result = part.run(kernels)
        for token in part.x.indices { #expect(result.bits(ofToken: token) == batch.bits(ofToken: begin + token), "\(count) from \(begin)") }
      }
    }
  }

  @Test(arguments: KernelSet.all, [SL_I8, SL_BF16, SL_F32])
  func anySplitOfRowsGivesTheSameBits(_ set: KernelSet, operandNumber: sl_number) throws {
    let kernels = try set.kernels
    for tokens in [3, 20, 40, 64, 70] {
      var product = Int8ProductCase(tokens: tokens, rows: 130, columns: 130, operandNumber: operandNumber)
      product.activation = SL_GELU_TANH
      product.destination = SL_OPERAND
      let whole = bits(product.run(kernels).rows)
      for cuts in [[0, 2, 130], [0, 96, 130], [0, 6, 18, 64, 130], Array(stride(from: 0, through: 130, by: 2))] {
        let parts = product.run(kernels, ranges: zip(cuts, cuts.dropFirst()).map { $0..<$1 })
        #expect(bits(parts.rows) == whole, "\(tokens) tokens, cut at \(cuts)")
      }
    }
  }
}
