/// Vectors of length 1.
enum UnitVector {
  /// How far a length may be from 1 for the vector to count as one of length 1: what rounding to f16 or bf16 leaves.
  static let tolerance = 1e-3

  /// The sum of squares in double precision, in order.
  static func squaredLength(_ vector: some Sequence<Float>) -> Double {
    vector.reduce(0.0) { $0 + Double($1) * Double($1) }
  }

  /// The first `dimensions` numbers brought to length 1.
  ///
  /// - Returns: nil where they are all zero, or too small for their squares to be told from zero.
  static func prefix(_ vector: some Collection<Float>, _ dimensions: Int) -> [Float]? {
    let prefix = vector.prefix(dimensions)
    let length = squaredLength(prefix).squareRoot()
    guard length > 0 && length < .infinity else { return nil }
    return prefix.map { Float(Double($0) / length) }
  }

  /// The vector itself where its length is 1 already, else brought to it.
  static func normalized(_ vector: some Collection<Float>) -> [Float]? {
    let length = squaredLength(vector).squareRoot()
    if abs(length - 1) <= tolerance { return Array(vector) }
    return prefix(vector, vector.count)
  }
}
