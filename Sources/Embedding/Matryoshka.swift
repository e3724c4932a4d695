/// Vectors of unit length.
public enum Matryoshka {
  /// The first `dimensions` numbers of a vector, brought to length 1 again.
  ///
  /// The model is trained so that a prefix of its vector is a vector too; 64 numbers and more are advised.
  ///
  /// - Precondition: `dimensions` is from 1 to the vector's length.
  public static func prefix(_ vector: [Float], _ dimensions: Int) -> [Float] {
    precondition(dimensions >= 1 && dimensions <= vector.count)
    return normalized(Array(vector[..<dimensions]))
  }

  /// The vector divided by its length.
  ///
  /// The zero vector stays as it is.
  public static func normalized(_ vector: [Float]) -> [Float] {
    let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    // The reference's floor, below which it divides by the floor instead.
    let divisor = max(length, 1e-12)
    return vector.map { Float(Double($0) / divisor) }
  }

  /// The sum of products, in double precision and in order.
  ///
  /// For vectors of unit length, the cosine of their angle.
  public static func dotProduct(_ a: [Float], _ b: [Float]) -> Double {
    precondition(a.count == b.count)
    var sum = 0.0
    for index in a.indices { sum += Double(a[index]) * Double(b[index]) }
    return sum
  }
}
