import CKernels

/// Rows of a matrix as whole numbers from -127 to 127, each row with a scale, and how well they stand for the originals.
public struct QuantizedRows: Sendable {
  /// The whole numbers, [rows][columns].
  public let numbers: [Int8]
  /// What each row's numbers are multiplied with.
  ///
  /// Not finite where a number of the row is not.
  public let scales: [Float]
  /// The cosine of each row with the original; 1 for a row of zeros, 0 for one of numbers so small that zeros are left of it.
  public let cosines: [Double]
}

extension Matrix {
  /// The given rows as int8.
  ///
  /// A row's scale is its largest magnitude / 127, at least the smallest normal number; each number is divided by it in f32 and rounded to
  /// nearest, ties to even. `Tools/quantization/make_fixtures.py` does the same in numpy.
  public func quantizedRows(_ range: Range<Int>, threads: Int) -> QuantizedRows {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows)
    var numbers = [Int8](repeating: 0, count: range.count * columns)
    var scales = [Float](repeating: 0, count: range.count)
    var cosines = [Double](repeating: 0, count: range.count)
    numbers.withUnsafeMutableBufferPointer { numbers in
      scales.withUnsafeMutableBufferPointer { scales in
        cosines.withUnsafeMutableBufferPointer { cosines in
          // Jobs write to rows of their own.
          nonisolated(unsafe) let (numbers, scales, cosines) = (numbers, scales, cosines)
          Workers(threads: threads).run(range.count) { index in
            let row = row(range.lowerBound + index)
            let whole = UnsafeMutableBufferPointer(rebasing: numbers[index * columns..<(index + 1) * columns])
            scales[index] = row.withUnsafeBufferPointer {
              Kernels.best.functions.quantize_row($0.baseAddress, columns, whole.baseAddress)
            }
            cosines[index] = Self.cosine(row, UnsafeBufferPointer(whole))
          }
        }
      }
    }
    return QuantizedRows(numbers: numbers, scales: scales, cosines: cosines)
  }

  /// The scale does not change a cosine.
  private static func cosine(_ row: [Float], _ whole: UnsafeBufferPointer<Int8>) -> Double {
    var (dot, length) = (0.0, 0.0)
    var wholeLength = 0
    for index in row.indices {
      let (x, q) = (Double(row[index]), Int(whole[index]))
      dot += x * Double(q)
      length += x * x
      wholeLength += q * q
    }
    guard length > 0, wholeLength > 0 else { return length == 0 ? 1 : 0 }
    return dot / (length * Double(wholeLength)).squareRoot()
  }
}
