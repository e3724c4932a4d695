/// The size of a page as it is shown, in points of 1/72 inch.
public struct PageSize: Sendable, Hashable, CustomStringConvertible {
  /// From left to right, after the page's rotation.
  public let width: Double
  /// From top to bottom, after the page's rotation.
  public let height: Double

  /// A size.
  public init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// `width x height pt`, as in `595.28x841.89 pt`.
  public var description: String { "\(width)x\(height) pt" }

  /// The longer side, in pixels, of the largest picture of the page that has no more than so many pixels.
  ///
  /// The other side is rounded up, as poppler does.
  ///
  /// - Throws: ``MediaError/Code/extremeAspectRatio`` beyond 200 to 1, which no model would take; ``MediaError/Code/corrupt`` for a size
  ///   that is none.
  func longerSide(fitting pixels: Int) throws(MediaError) -> Int {
    let (long, short) = (max(width, height), min(width, height))
    guard short > 0, long.isFinite else { throw MediaError(.corrupt, "the page is \(self); expected sides above 0") }
    guard long <= short * ImageSize.maximumAspectRatio else {
      let ratio = long / short < 1e9 ? "\(Int((long / short).rounded(.up)))" : "over a billion"
      throw MediaError(.extremeAspectRatio, "the page is \(self), a ratio of \(ratio) to 1; at most 200 to 1 is accepted")
    }
    func area(_ side: Int) -> Double { Double(side) * (Double(side) * (short / long)).rounded(.up) }
    var side = max(1, Int((Double(pixels) * (long / short)).squareRoot()))
    while side > 1, area(side) > Double(pixels) { side -= 1 }
    return side
  }
}

/// The part of a page that is shown.
public enum PageBox: Sendable, Hashable, CaseIterable {
  /// What a reader sees on the screen; what pdf2image draws with `use_cropbox=True`.
  case crop
  /// The whole sheet, with all that a crop box hides; what pdf2image draws if not told otherwise.
  case media
}
