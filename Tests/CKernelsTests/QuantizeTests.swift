import CKernels
import Testing

/// Operands, rows of weights and table rows in int8, against plain loops.
@Suite struct QuantizeTests {
  private func quantized(_ rows: [[Float]], _ kernels: sl_kernels, tiles: [Range<Int>]? = nil) -> Int8Memory {
    let operand = Arranged(rows, number: SL_BF16)
    let memory = Int8Memory(tokens: rows.count, features: rows[0].count)
    var job = sl_quantization(
      tokens: rows.count, features: rows[0].count, in: operand.pointer, out: memory.numbers, scales: memory.scales, sums: memory.sums)
    withExtendedLifetime((operand, memory)) {
      for range in tiles ?? [0..<(rows.count + 63) / 64] { kernels.quantize(&job, range.lowerBound, range.upperBound) }
    }
    return memory
  }

  @Test(arguments: KernelSet.all, [2, 4, 6, 36, 130, 1026])
  func operands(_ set: KernelSet, features: Int) throws {
    for tokens in ProductTests.tokenCounts {
      var samples = Samples(tokens * 31 + features)
      var rows = samples.rows(tokens, features, SL_BF16, scale: 3)
      // A token of zeros, one of tiny and one of huge numbers.
      rows[tokens - 1] = [Float](repeating: 0, count: features)
      rows[tokens / 2] = rows[tokens / 2].map { ($0 * 0x1p-130).roundedToBF16 }
      rows[0] = rows[0].map { ($0 * 0x1p120).roundedToBF16 }
      let expected = Int8Operand(rows)
      let found = quantized(rows, try set.kernels, tiles: tokens > 64 ? [1..<(tokens + 63) / 64, 0..<1] : nil)
      for token in 0..<tokens {
        #expect(found.scales[token].bitPattern == expected.scales[token].bitPattern, "\(tokens) tokens, token \(token)")
        #expect(found.sums[token] == expected.whole[token].reduce(0) { $0 + Int32($1) })
        for feature in 0..<Int8Operand.quads(features) * 4 {
          let number = found.numbers[Int8Operand.index(token, feature, tokens: tokens, features: features)]
          #expect(number == (feature < features ? expected.whole[token][feature] : 0), "\(tokens) tokens, \(token), \(feature)")
        }
      }
    }
  }

  @Test(arguments: KernelSet.all, [Float.nan, -.infinity])
  func whatIsNotFiniteStaysInItsToken(_ set: KernelSet, strange: Float) throws {
    var samples = Samples(5)
    var rows = samples.rows(20, 36, SL_BF16)
    let clean = Int8Operand(rows)
    rows[7][35] = strange
    let found = quantized(rows, try set.kernels)
    for token in 0..<20 where token != 7 { #expect(found.scales[token] == clean.scales[token]) }
    #expect(!found.scales[7].isFinite)
  }

  @Test(arguments: KernelSet.all)
  func rowsOfWeights(_ set: KernelSet) throws {
    for count in [1, 2, 15, 16, 17, 64, 1027] {
      for factor: Float in [1, 0x1p-140, 0x1p126] {
        var samples = Samples(count)
        let row = samples.row(count).map { $0 * factor }
        let scale = max(row.reduce(0) { max($0, abs($1)) } / 127, .leastNormalMagnitude)
        var found = [Int8](repeating: 99, count: count + 1)
        #expect(try set.kernels.quantize_row(row, count, &found).bitPattern == scale.bitPattern)
        #expect(found == row.map { Int8(($0 / scale).rounded(.toNearestOrEven)) } + [99], "\(count) numbers")
      }
    }
    var found = [Int8](repeating: 0, count: 3)
    #expect(try set.kernels.quantize_row([0, 0, 0], 3, &found) == .leastNormalMagnitude)
    #expect(found == [0, 0, 0])
    // Halfway between two whole numbers, to the even one.
    #expect(try set.kernels.quantize_row([127, 2.5, -3.5], 3, &found) == 1)
    #expect(found == [127, 2, -4])
    #expect(try !set.kernels.quantize_row([1, .nan, 3], 3, &found).isFinite)
    #expect(try !set.kernels.quantize_row([1, 2, -.infinity], 3, &found).isFinite)
  }

  @Test(arguments: KernelSet.all, [2, 36, 130])
  func tableRows(_ set: KernelSet, features: Int) throws {
    var samples = Samples(features)
    let table = (0..<9).map { _ in (0..<features).map { _ in Int8.random(in: -127...127, using: &samples) } }
    let scales = samples.row(9).map(abs)
    let indices: [UInt32] = (0..<70).map { UInt32($0 * 5 % 9) }
    let out = Arranged(tokens: 70, features: features)
    let flat = Array(table.joined())
    try flat.withUnsafeBufferPointer { flat in
      try scales.withUnsafeBufferPointer { scales in
        try indices.withUnsafeBufferPointer { indices in
          var job = sl_gather(
            tokens: 70, features: features, terms: 1, indices: indices.baseAddress, coefficients: nil, table: flat.baseAddress,
            table_number: SL_I8, table_scales: scales.baseAddress, add: false, out: out.floats)
          try set.kernels.gather(&job, 0, 2)
        }
      }
    }
    for token in 0..<70 {
      let row = Int(indices[token])
      #expect(out.rows[token] == table[row].map { Float($0) * scales[row] })
    }
    #expect(out.guardsAreIntact)
  }
}
