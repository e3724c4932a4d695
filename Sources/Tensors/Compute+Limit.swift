import CKernels

extension Compute {
  /// Multiplications and additions a second that this machine's processors reach when all numbers stay in registers: what products are
  /// measured against.
  ///
  /// For int8, of whole numbers; for the other precisions, of the kernels' products of bf16.
  ///
  /// - Parameter rounds: How long to measure; the default takes about a quarter of a second.
  /// - Returns: Operations a second, all threads together, the best of three tries.
  public func arithmeticLimit(rounds: Int = 1 << 24) -> Double {
    let number = precision == .int8 ? SL_I8 : SL_BF16
    let table = kernels.functions
    var best = 0.0
    for _ in 0..<3 {
      let start = ContinuousClock.now
      nonisolated(unsafe) let table = table
      workers.run(threads) { _ in
        var sum: Float = 0
        _ = table.limit(number, rounds, &sum)
      }
      let duration = (ContinuousClock.now - start).components
      var sum: Float = 0
      let operations = Double(table.limit(number, 1, &sum)) * Double(rounds) * Double(threads)
      best = max(best, operations / (Double(duration.seconds) + Double(duration.attoseconds) * 1e-18))
    }
    return best
  }
}
