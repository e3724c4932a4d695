import CKernels
import Testing

@Suite struct PackTests {
  static let sizes = [(1, 2), (15, 16), (16, 30), (17, 36), (33, 72), (64, 64), (65, 34), (130, 130)]

  @Test(arguments: KernelSet.all)
  func packRoundsToNearestEven(_ set: KernelSet) throws {
    for (tokens, features) in Self.sizes {
      var samples = Samples(tokens)
      let source = samples.rows(tokens, features)
      let input = Arranged(source)
      let out = Arranged(tokens: tokens, features: features, number: SL_BF16)
      for tile in 0..<(tokens + 63) / 64 { try set.kernels.pack(input.floats, tokens, features, out.pointer, tile, tile + 1) }
      #expect(out.rows == source.map { $0.map(\.roundedToBF16) }, "\(tokens) tokens, \(features) features")
      #expect(out.guardsAreIntact)
    }
  }

  @Test(arguments: KernelSet.all, Precision.allCases)
  func packRowsTurnsRowsIntoAnOperand(_ set: KernelSet, _ precision: Precision) throws {
    for (tokens, features) in Self.sizes {
      var samples = Samples(tokens)
      let source = samples.rows(tokens, features)
      let rows = Arranged(source, arrangement: .rows, offset: 4)
      let out = Arranged(tokens: tokens, features: features, number: precision.number)
      for tile in 0..<(tokens + 63) / 64 {
        try set.kernels.pack_rows(rows.floats, tokens, features, precision.number, out.pointer, tile, tile + 1)
      }
      #expect(out.rows == source.map { $0.map { precision == .bf16 ? $0.roundedToBF16 : $0 } }, "\(tokens) tokens, \(features) features")
      #expect(out.guardsAreIntact)
    }
  }
}

@Suite struct ConvertTests {
  /// Converts at every short length, at addresses aligned to the element only.
  func convert<In, Out>(_ set: KernelSet, _ values: [In], _ from: sl_number, _ to: sl_number, zero: Out) throws -> [Out] {
    let kernels = try set.kernels
    var whole: [Out] = []
    for count in [values.count, 0, 1, 15, 16, 17, 33] where count <= values.count {
      var input = [values[0]] + values[..<count]
      var output = [Out](repeating: zero, count: count + 2)
      input.withUnsafeMutableBytes { input in
        output.withUnsafeMutableBytes { output in
          kernels.convert(
            input.baseAddress.map { $0 + MemoryLayout<In>.stride }, from, output.baseAddress.map { $0 + MemoryLayout<Out>.stride }, to,
            count)
        }
      }
      let untouched = withUnsafeBytes(of: zero) { Array($0) }
      #expect(withUnsafeBytes(of: output[0]) { Array($0) } == untouched)
      #expect(withUnsafeBytes(of: output[count + 1]) { Array($0) } == untouched)
      if count == values.count { whole = Array(output[1...count]) }
    }
    return whole
  }

  @Test(arguments: KernelSet.all)
  func everyF16BecomesItsF32(_ set: KernelSet) throws {
    let all = (UInt16.min...UInt16.max).map { $0 }
    let result: [Float] = try convert(set, all, SL_F16, SL_F32, zero: 0)
    for (bits, value) in zip(all, result) {
      let expected = f16(bits)
      #expect(expected.isNaN ? value.isNaN : value.bitPattern == expected.bitPattern, "\(bits)")
    }
  }

  @Test(arguments: KernelSet.all)
  func everyBF16BecomesItsF32AndBack(_ set: KernelSet) throws {
    let all = (UInt16.min...UInt16.max).map { $0 }
    let widened: [Float] = try convert(set, all, SL_BF16, SL_F32, zero: 0)
    #expect(widened.map(\.bitPattern) == all.map { UInt32($0) << 16 })
    let back: [UInt16] = try convert(set, widened, SL_F32, SL_BF16, zero: 0)
    for (before, after) in zip(all, back) {
      let value = Float(bitPattern: UInt32(before) << 16)
      #expect(value.isNaN ? Float(bitPattern: UInt32(after) << 16).isNaN : after == before)
    }
    let copied: [UInt16] = try convert(set, all, SL_BF16, SL_BF16, zero: 0)
    for (before, after) in zip(all, copied) where !Float(bitPattern: UInt32(before) << 16).isNaN { #expect(after == before) }
  }

  @Test(arguments: KernelSet.all)
  func f32RoundsToNearestEvenAndKeepsNaN(_ set: KernelSet) throws {
    var samples = Samples(11)
    var values = (0..<20_000).map { _ in Float(bitPattern: UInt32.random(in: .min ... .max, using: &samples)) }
    // Ties on either side, the largest numbers, NaN whose only bits are those that rounding drops.
    values += [0x3F80_8000, 0x3F81_8000, 0x7F7F_FFFF, 0xFF7F_8000, 0x7F80_0001, 0xFFFF_FFFF, 0x0000_0001, 0x8000_8001].map {
      Float(bitPattern: $0)
    }
    let result: [UInt16] = try convert(set, values, SL_F32, SL_BF16, zero: 0)
    for (value, bits) in zip(values, result) {
      let rounded = Float(bitPattern: UInt32(bits) << 16)
      #expect(value.isNaN ? rounded.isNaN : rounded.bitPattern == value.roundedToBF16.bitPattern, "\(value)")
    }
    let copied: [Float] = try convert(set, values, SL_F32, SL_F32, zero: 0)
    #expect(copied.map(\.bitPattern) == values.map(\.bitPattern))
  }

  /// IEEE 754 half precision, by its definition.
  private func f16(_ bits: UInt16) -> Float {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Float(bits & 0x3FF)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * Float(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
    }
  }
}
