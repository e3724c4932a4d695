/// How far two sets of numbers are apart. NaN anywhere makes both figures NaN, which no tolerance accepts.
public struct Difference: Sendable {
  /// The largest difference of two numbers, divided by the largest expected magnitude.
  public let relativeMaximum: Double
  /// The lowest cosine between rows.
  public let lowestCosine: Double

  /// Compares rows with the expected ones; sets of another shape are infinitely far apart.
  public init(_ found: [[Float]], _ expected: [[Float]]) {
    guard found.count == expected.count, zip(found, expected).allSatisfy({ $0.count == $1.count }) else {
      relativeMaximum = .infinity
      lowestCosine = -1
      return
    }
    var largest = 0.0
    var magnitude = 0.0
    var cosine = 1.0
    for (a, b) in zip(found, expected) {
      var (dot, lengthA, lengthB) = (0.0, 0.0, 0.0)
      for (x, y) in zip(a, b) {
        let (x, y) = (Double(x), Double(y))
        largest = Self.worst(largest, abs(x - y), >)
        magnitude = max(magnitude, abs(y))
        dot += x * y
        lengthA += x * x
        lengthB += y * y
      }
      cosine = Self.worst(cosine, dot / (lengthA * lengthB).squareRoot(), <)
    }
    relativeMaximum = largest / magnitude
    lowestCosine = cosine
  }

  private static func worst(_ a: Double, _ b: Double, _ isWorse: (Double, Double) -> Bool) -> Double {
    a.isNaN || b.isNaN ? .nan : isWorse(b, a) ? b : a
  }
}
