extension ImageSize {
  /// The largest ratio of the longer side to the shorter one.
  static let maximumAspectRatio = 200.0

  /// The size at which the model sees a picture of this size: `smart_resize` of qwen-vl-utils 0.0.14.
  ///
  /// Both sides become multiples of `factor`, the area comes to lie between the limits, and the ratio of the sides is kept as well as that
  /// allows. Sides are rounded to the nearest multiple, halves to the even one, as Python rounds.
  ///
  /// In qwen-vl-utils the factor is `image_patch_size * 2`, and `image_patch_size` is 14 unless the caller says otherwise: these models
  /// need 16, hence 32.
  ///
  /// - Throws: ``MediaError/Code/extremeAspectRatio`` beyond 200 to 1, or where a side would shrink to nothing.
  public func smartResized(factor: Int, minimumPixels: Int, maximumPixels: Int) throws(MediaError) -> ImageSize {
    try smartResized(factor: factor, minimumPixels: minimumPixels, maximumPixels: Double(maximumPixels))
  }

  /// As above, with a limit that need not be whole: the share of a frame in a budget.
  func smartResized(factor: Int, minimumPixels: Int, maximumPixels: Double) throws(MediaError) -> ImageSize {
    guard factor >= 1, factor <= 1 << 20, minimumPixels >= 1, maximumPixels >= Double(minimumPixels), maximumPixels < 0x1p52 else {
      throw MediaError(
        .invalidArgument,
        "pictures cannot be fitted to \(minimumPixels) to \(maximumPixels.shortText) pixels and multiples of \(factor); "
          + "expected 1 <= minimumPixels <= maximumPixels and a factor from 1 to \(1 << 20)")
    }
    guard let pixelCount, pixelCount > 0, pixelCount < 1 << 52 else {
      throw MediaError(.empty, "a picture of \(self) pixels cannot be resized; both sides must be at least 1")
    }
    let ratio = Double(max(width, height)) / Double(min(width, height))
    guard ratio <= Self.maximumAspectRatio else {
      throw MediaError(
        .extremeAspectRatio,
        "the picture is \(self), a ratio of \(Int(ratio.rounded(.up))) to 1; at most 200 to 1 is accepted: crop or cut it")
    }
    let step = Double(factor)
    var fitted = ImageSize(width: max(factor, Self.rounded(width, to: factor)), height: max(factor, Self.rounded(height, to: factor)))
    let area = Double(pixelCount)
    if Double(fitted.width * fitted.height) > maximumPixels {
      let shrink = (area / maximumPixels).squareRoot()
      fitted.height = Int((Double(height) / shrink / step).rounded(.down)) * factor
      fitted.width = Int((Double(width) / shrink / step).rounded(.down)) * factor
    } else if fitted.width * fitted.height < minimumPixels {
      let stretch = (Double(minimumPixels) / area).squareRoot()
      fitted.height = Int((Double(height) * stretch / step).rounded(.up)) * factor
      fitted.width = Int((Double(width) * stretch / step).rounded(.up)) * factor
    }
    guard fitted.width >= 1, fitted.height >= 1 else {
      throw MediaError(
        .extremeAspectRatio,
        "the picture is \(self) and would be resized to \(fitted) to stay within \(maximumPixels.shortText) pixels: crop it, or allow more pixels"
      )
    }
    return fitted
  }

  private static func rounded(_ side: Int, to factor: Int) -> Int {
    Int((Double(side) / Double(factor)).rounded(.toNearestOrEven)) * factor
  }
}

extension Double {
  /// Without a fraction where there is none.
  fileprivate var shortText: String { self == rounded() && abs(self) < 0x1p53 ? String(Int(self)) : String(self) }
}
