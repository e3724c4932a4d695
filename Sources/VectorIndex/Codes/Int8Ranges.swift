import CKernels

/// The range of numbers that each dimension of an int8 code stands for.
///
/// Made and used as `quantize_embeddings` of sentence-transformers does: a range of 255 steps from the smallest to the largest number seen,
/// each number rounded down to a step and kept within the range. The same vectors and ranges give the same codes.
public struct Int8Ranges: Sendable, Equatable {
  /// The number that code -128 begins at, for each dimension.
  public var minimum: [Float]
  /// The number that code 127 begins at, for each dimension.
  public var maximum: [Float]

  /// Ranges that are known already.
  public init(minimum: [Float], maximum: [Float]) {
    self.minimum = minimum
    self.maximum = maximum
  }

  /// The width of each code's part of its range; a dimension that never changes has steps of 1.
  var steps: [Float] {
    zip(minimum, maximum).map { minimum, maximum in
      let step = (maximum - minimum) / 255
      return step == 0 ? 1 : step
    }
  }
}

/// Ranges in the making: the smallest and largest numbers so far.
struct RangeCollector {
  private(set) var ranges: Int8Ranges

  init(dimensions: Int) {
    ranges = Int8Ranges(
      minimum: Array(repeating: .infinity, count: dimensions), maximum: Array(repeating: -.infinity, count: dimensions))
  }

  /// Includes a vector, of which as many numbers are read as there are ranges.
  mutating func include(_ vector: UnsafeBufferPointer<Float>) {
    guard vector.count >= ranges.minimum.count else { return }
    sl_extend_ranges(vector.baseAddress, &ranges.minimum, &ranges.maximum, ranges.minimum.count)
  }

  /// Includes what another collector has; one that has nothing changes nothing.
  mutating func include(_ other: RangeCollector) {
    for index in ranges.minimum.indices {
      ranges.minimum[index] = min(ranges.minimum[index], other.ranges.minimum[index])
      ranges.maximum[index] = max(ranges.maximum[index], other.ranges.maximum[index])
    }
  }
}
