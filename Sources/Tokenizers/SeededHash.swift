extension Span<UInt8> {
  /// A hash for tables that are filled from files.
  ///
  /// The seed changes from process to process, so a file cannot be made of colliding keys. Folded multiplication of eight bytes at a
  /// time; `Hasher` takes five times as long for keys this short, which is 15 ms of loading 150,000 tokens.
  var seededHash: Int {
    let (seed, multiplier) = (HashSeed.shared.seed, HashSeed.shared.multiplier)
    var hash = seed ^ UInt64(count)
    var word: UInt64 = 0
    for index in indices {
      word = word << 8 | UInt64(self[index])
      if index & 7 == 7 {
        hash = Self.fold(hash ^ word, multiplier)
        word = 0
      }
    }
    return Int(truncatingIfNeeded: Self.fold(hash ^ word, multiplier))
  }

  private static func fold(_ value: UInt64, _ multiplier: UInt64) -> UInt64 {
    let (high, low) = value.multipliedFullWidth(by: multiplier)
    return high ^ low
  }
}

private struct HashSeed {
  static let shared = HashSeed()

  let seed = UInt64.random(in: .min ... .max)
  let multiplier = UInt64.random(in: .min ... .max) | 1
}

extension Int {
  /// The smallest power of two that is not less; 1 for zero and less.
  var nextPowerOfTwo: Int {
    self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
  }
}
