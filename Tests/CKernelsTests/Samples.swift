import CKernels

/// The same numbers on every run (SplitMix64).
struct Samples: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Rows of numbers from -1 to 1 that `number` holds exactly.
  mutating func rows(_ count: Int, _ features: Int, _ number: sl_number = SL_F32, scale: Float = 1) -> [[Float]] {
    (0..<count).map { _ in
      (0..<features).map { _ in
        let value = Float.random(in: -1...1, using: &self) * scale
        return number == SL_F32 ? value : value.roundedToBF16
      }
    }
  }

  mutating func row(_ count: Int, _ number: sl_number = SL_F32) -> [Float] { rows(1, count, number)[0] }
}

/// What rounding to a number costs at most, relative: bf16 has 8 significant bits, f32 has 24.
func rounding(_ number: sl_number) -> Double { number == SL_BF16 ? 0x1p-8 : 0x1p-24 }

/// The largest of `abs(result - expected) / allowed`, infinite where any is NaN: a comparison with 1 fails then.
func worst(_ result: [[Float]], _ expected: [[Double]], allowed: (_ token: Int, _ feature: Int) -> Double) -> Double {
  guard result.count == expected.count else { return .infinity }
  var worst = 0.0
  for (token, row) in expected.enumerated() {
    guard result[token].count == row.count else { return .infinity }
    for (feature, value) in row.enumerated() {
      let error = abs(Double(result[token][feature]) - value) / allowed(token, feature)
      guard error < .infinity else { return .infinity }
      worst = max(worst, error)
    }
  }
  return worst
}
