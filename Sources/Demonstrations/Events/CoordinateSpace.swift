/// From a recorder's coordinates to pixels of its screenshots, the one space in which steps are kept.
struct CoordinateSpace: Sendable {
  /// Pixels of the screenshot for one unit of the recorder.
  let scale: Double
  /// The size of the screenshot; nil where nobody knows.
  let size: ScreenSize?

  /// The place in pixels and as fractions; without pixels where it lies left of or above the screenshot, and without fractions where no size
  /// is known.
  func place(_ point: Point) -> (Coordinates?, NormalizedCoordinates?) {
    let x = point.x * scale
    let y = point.y * scale
    var pixels: Coordinates?
    if let left = Int(exactly: x.rounded()), let top = Int(exactly: y.rounded()), left >= 0, top >= 0 {
      pixels = Coordinates(x: left, y: top)
    }
    guard let size, size.width > 0, size.height > 0, x.isFinite, y.isFinite else { return (pixels, nil) }
    return (pixels, NormalizedCoordinates(x: x / Double(size.width), y: y / Double(size.height)))
  }
}
