import Testing

@testable import Checkpoints

/// The synthetic weights' own rounding, which the Python recipe repeats.
@Suite struct RoundingTests {
  /// Every bf16 number is itself, and what lies between two goes to the nearer one, ties to the even one.
  @Test func bfloat16RoundsToNearestEven() {
    for bits in UInt16.min ..< .max {
      let exact = Float(bitPattern: UInt32(bits) << 16)
      guard exact.isFinite else { continue }
      let isOdd = bits & 1 == 1
      #expect(SyntheticCheckpoint.bfloat16(exact) == bits)
      #expect(SyntheticCheckpoint.bfloat16(Float(bitPattern: UInt32(bits) << 16 | 0x7fff)) == bits)
      #expect(SyntheticCheckpoint.bfloat16(Float(bitPattern: UInt32(bits) << 16 | 0x8000)) == bits + (isOdd ? 1 : 0))
      #expect(SyntheticCheckpoint.bfloat16(Float(bitPattern: UInt32(bits) << 16 | 0x8001)) == bits + 1)
    }
  }

  #if !(os(macOS) && arch(x86_64))
    /// Against the language's own Float16, for all bf16 numbers and for numbers between them.
    @Test(arguments: [UInt32(0), 0x1, 0x0fff, 0x1000, 0x1001, 0x2fff, 0x3000, 0x8000, 0xffff])
    func float16RoundsAsTheLanguageDoes(fraction: UInt32) {
      var wrong: [Float] = []
      for bits in 0...UInt32(UInt16.max) {
        let number = Float(bitPattern: bits << 16 | fraction)
        let expected = Float16(number)
        let found = Float16(bitPattern: SyntheticCheckpoint.float16(number))
        if expected.isNaN ? !found.isNaN : found.bitPattern != expected.bitPattern { wrong.append(number) }
      }
      #expect(wrong.isEmpty, "\(wrong.count) numbers, the first is \(wrong.first ?? 0)")
    }
  #endif
}
