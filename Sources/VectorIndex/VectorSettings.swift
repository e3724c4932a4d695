/// What an index stores of each vector, settled when it is created.
public struct VectorSettings: Sendable, Equatable {
  /// How the vectors themselves are stored.
  public enum Number: String, Sendable, Codable, CaseIterable {
    /// 4 bytes a number; what was given comes back bit for bit.
    case float32
    /// 2 bytes a number, rounded to nearest even.
    case float16

    var byteCount: Int { self == .float32 ? 4 : 2 }
  }

  /// Longest vector that an index takes.
  public static let dimensionLimit = 1 << 16

  /// Numbers of each vector.
  public var dimensions: Int
  /// How they are stored.
  public var number: Number
  /// Dimensions that int8 codes are made of, or nil for no int8 codes.
  ///
  /// A prefix is brought to length 1 before it is coded.
  public var int8Dimensions: Int?
  /// The range of every dimension of `int8Dimensions`, or nil to take it from the vectors at the first `compact()`.
  public var int8Ranges: Int8Ranges?
  /// Dimensions that binary codes are made of, a multiple of 8, or nil for no binary codes.
  public var binaryDimensions: Int?
  /// Size at which a segment is full and the next one begins, in bytes of vectors.
  public var segmentByteLimit: Int

  /// Settings with int8 and binary codes of all dimensions.
  ///
  /// - Parameters:
  ///   - dimensions: Numbers of each vector: 1 to 65,536.
  ///   - number: How they are stored.
  public init(dimensions: Int, number: Number = .float32) {
    self.dimensions = dimensions
    self.number = number
    int8Dimensions = dimensions
    binaryDimensions = dimensions >= 8 ? dimensions / 8 * 8 : nil
    segmentByteLimit = 1 << 30
  }

  /// Why these settings are refused, or nil when they hold together.
  var fault: String? {
    guard 1...Self.dimensionLimit ~= dimensions else { return "dimensions are \(dimensions): 1 to \(Self.dimensionLimit) are possible" }
    if let int8Dimensions, !(1...dimensions ~= int8Dimensions) {
      return "int8 codes of \(int8Dimensions) dimensions cannot be made of vectors of \(dimensions)"
    }
    if let binaryDimensions, !(1...dimensions ~= binaryDimensions) || binaryDimensions % 8 != 0 {
      return "binary codes have a multiple of 8 dimensions, \(dimensions) at most, not \(binaryDimensions)"
    }
    if let int8Ranges {
      guard int8Ranges.minimum.count == int8Dimensions && int8Ranges.maximum.count == int8Dimensions else {
        return "int8 ranges are of \(int8Ranges.minimum.count) and \(int8Ranges.maximum.count) dimensions, int8 codes of "
          + "\(int8Dimensions.map(String.init) ?? "none")"
      }
      guard zip(int8Ranges.minimum, int8Ranges.maximum).allSatisfy({ $0 <= $1 && ($1 - $0).isFinite }) else {
        return "an int8 range is not finite or its minimum lies above its maximum"
      }
    }
    guard 1 << 12...1 << 40 ~= segmentByteLimit else {
      return "a segment of \(segmentByteLimit) bytes is too small or too large: 4 KB to 1 TB are possible"
    }
    return nil
  }

  /// Rows of a full segment.
  var segmentRowLimit: Int { max(1, segmentByteLimit / (dimensions * number.byteCount)) }
}
