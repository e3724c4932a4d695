import CKernels
import Tensors

/// Vectors of length 1.
enum UnitVector {
  /// How far a length may be from 1 for the vector to count as one of length 1: what rounding to f16 or bf16 leaves.
  static let tolerance = 1e-3

  /// The length, or nil where it is not finite, or too small for squares to be told from zero.
  static func length(_ vector: UnsafeBufferPointer<Float>) -> Double? {
    let length = sl_squared_length(vector.baseAddress, vector.count).squareRoot()
    return length > 0 && length < .infinity ? length : nil
  }

  /// The first `dimensions` numbers brought to length 1.
  ///
  /// - Returns: nil where they have no length.
  static func prefix(_ vector: [Float], _ dimensions: Int) -> [Float]? {
    vector.withUnsafeBufferPointer { vector in
      let prefix = UnsafeBufferPointer(rebasing: vector.prefix(dimensions))
      guard let length = length(prefix) else { return nil }
      return [Float](unsafeUninitializedCapacity: prefix.count) { unit, count in
        sl_divide(prefix.baseAddress, unit.baseAddress, prefix.count, length)
        count = prefix.count
      }
    }
  }

  /// What each vector is to be divided by so that its length is 1: 1 where it is near enough, 0 where it has none.
  static func divisors(_ vectors: [(id: UInt64, vector: [Float])], _ workers: Workers) -> [Double] {
    [Double](unsafeUninitializedCapacity: vectors.count) { divisors, count in
      count = vectors.count
      nonisolated(unsafe) let divisors = divisors
      let jobSize = 64
      workers.run((count + jobSize - 1) / jobSize) { job in
        for index in job * jobSize..<min((job + 1) * jobSize, vectors.count) {
          let length = vectors[index].vector.withUnsafeBufferPointer { Self.length($0) } ?? 0
          divisors.initializeElement(at: index, to: abs(length - 1) <= tolerance ? 1 : length)
        }
      }
    }
  }
}
