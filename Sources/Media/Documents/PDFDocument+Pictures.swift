extension PDFDocument {
  /// Draws a page as large as a number of pixels allows, and no larger, with the page's own ratio of sides.
  ///
  /// The picture is that of pdf2image's `convert_from_path(…, size: n, use_cropbox: true)`, where n is the longest side that keeps to the
  /// budget. ``ImagePreprocessor`` then shrinks it by less than a patch on each side.
  ///
  /// - Parameters:
  ///   - number: Counts from 1.
  ///   - pixels: Most pixels of the picture; ``ImagePreprocessor/maximumPixels`` is the right number.
  /// - Returns: The picture, opaque on white.
  /// - Throws: ``MediaError``, naming the page: ``MediaError/Code/extremeAspectRatio`` for a page of more than 200 to 1,
  ///   ``MediaError/Code/limitExceeded`` for one that costs too much; `CancellationError`.
  /// - Complexity: One process; with text alone about 40 ms of processor time for 1.8 million pixels, plus 15 µs for each page before it.
  public func page(_ number: Int, fitting pixels: Int) async throws -> RGBImage {
    guard (1...poppler.limits.maximumPixels).contains(pixels) else {
      throw MediaError(
        .invalidArgument, file: poppler.path,
        "a page cannot be drawn with \(pixels) pixels; expected 1 to \(poppler.limits.maximumPixels) (maximumPixels)")
    }
    let size = try await pageSize(number)
    do {
      let longest = try size.longerSide(fitting: pixels)
      // Poppler reckons with more digits of the size than it prints: rarely, rounding up adds a row that the budget has no room for.
      for side in stride(from: longest, through: max(1, longest - 2), by: -1) {
        let image = try await draw(number, size, side)
        if image.width * image.height <= pixels { return image }
      }
      throw MediaError(.corrupt, "poppler draws it larger than its size says, \(size)")
    } catch let error as MediaError {
      throw MediaError(error.code, file: poppler.path, "page \(number): \(error.reason)")
    }
  }

  private func draw(_ number: Int, _ size: PageSize, _ side: Int) async throws -> RGBImage {
    let options = ["-f", "\(number)", "-l", "\(number)", "-scale-to", "\(side)"] + (box == .crop ? ["-cropbox"] : [])
    let other = Int((Double(side) * min(size.width, size.height) / max(size.width, size.height)).rounded(.up))
    // One more on each side, for the same rounding.
    let outputLimit = (side + 1) * (other + 1) * 3 + PortablePixmap.longestHeader
    let image = try PortablePixmap.decode(try await poppler.run("pdftoppm", options, outputLimit: outputLimit))
    // Without memory for the page, poppler draws one white pixel instead, and succeeds.
    guard abs(max(image.width, image.height) - side) <= 1, abs(min(image.width, image.height) - other) <= 1 else {
      throw MediaError(
        .limitExceeded,
        "poppler draws \(image.size) pixels where \(side) by \(other) were asked for; what it does when it needs more than "
          + "\(poppler.limits.maximumMemory >> 20) MiB of memory (maximumMemory)")
    }
    return image
  }
}
