import CKernels
import Testing

/// The limit really multiplies and adds.
@Suite struct LimitTests {
  @Test(arguments: KernelSet.all, [true, false])
  func everyRoundIsCounted(set: KernelSet, isInt8: Bool) throws {
    let number = isInt8 ? SL_I8 : SL_BF16
    let kernels = try set.kernels
    var sum: Float = 0
    let one = kernels.limit(number, 1, &sum)
    let perRound = sum
    #expect(one > 0 && one % 64 == 0)
    // Two products a round in each of the sums, or four.
    #expect(Double(perRound) == Double(one) / 32)
    #expect(kernels.limit(number, 1_000, &sum) == 1_000 * one)
    #expect(sum == 1_000 * perRound)
    #expect(kernels.limit(number, 0, &sum) == 0 && sum == 0)
  }
}
