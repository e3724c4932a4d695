/// A place on a screen in pixels of its screenshot, from the upper left corner; both at least 0.
public struct Coordinates: Sendable, Hashable, Codable {
  /// Pixels from the left.
  public var x: Int
  /// Pixels from the top.
  public var y: Int

  /// A place.
  public init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }
}

/// A place on a screen as fractions of its width and height: (0, 0) is the upper left corner, (1, 1) the lower right.
///
/// The schema does not enforce the range.
public struct NormalizedCoordinates: Sendable, Hashable {
  /// The fraction of the width.
  public var x: Double
  /// The fraction of the height.
  public var y: Double

  /// A place.
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// Width and height of a screen in pixels of its screenshot.
public struct ScreenSize: Sendable, Hashable {
  /// The width.
  public var width: Int
  /// The height.
  public var height: Int

  /// A size.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }
}

/// A rectangle on a screen in pixels of its screenshot; width and height at least 0.
public struct BoundingBox: Sendable, Hashable, Codable {
  /// The left edge.
  public var x: Int
  /// The upper edge.
  public var y: Int
  /// The width.
  public var width: Int
  /// The height.
  public var height: Int

  /// A rectangle.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }
}
