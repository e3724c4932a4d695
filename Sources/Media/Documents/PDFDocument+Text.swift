extension PDFDocument {
  /// Pages whose text one run of `pdftotext` is asked for.
  private static let pagesTogether = 64

  /// The text layer of a page, in reading order; empty where the page is a picture only.
  ///
  /// Lines end in line feeds. The text is the document's claim: it need not be what the picture shows.
  ///
  /// - Parameter number: Counts from 1.
  /// - Returns: Lines of text.
  /// - Throws: As ``page(_:fitting:)``; ``MediaError/Code/limitExceeded`` for more than ``DocumentLimits/maximumTextBytes``.
  public func text(_ number: Int) async throws -> String {
    try check(number)
    do {
      return String(decoding: try await read(number...number).dropLast(), as: UTF8.self)
    } catch let error as MediaError {
      throw MediaError(error.code, file: poppler.path, "page \(number): \(error.reason)")
    }
  }

  /// The text layers of a run of pages; one process for 64 of them.
  ///
  /// - Throws: As ``text(_:)``, for the first page at fault.
  public func texts(_ numbers: ClosedRange<Int>) async throws -> [String] {
    try check(numbers.lowerBound)
    try check(numbers.upperBound)
    var texts: [String] = []
    for first in stride(from: numbers.lowerBound, through: numbers.upperBound, by: Self.pagesTogether) {
      texts += try await textsTogether(first...min(first + Self.pagesTogether - 1, numbers.upperBound))
    }
    return texts
  }

  /// Each page's text ends in a form feed.
  ///
  /// Where their number is not that of the pages, or one page is at fault, each is asked for alone.
  private func textsTogether(_ numbers: ClosedRange<Int>) async throws -> [String] {
    if numbers.count > 1, let bytes = try await readLeniently(numbers) {
      let pieces = bytes.split(separator: Self.formFeed, omittingEmptySubsequences: false)
      if pieces.count == numbers.count + 1 { return pieces.dropLast().map { String(decoding: $0, as: UTF8.self) } }
    }
    var texts: [String] = []
    for number in numbers { texts.append(try await text(number)) }
    return texts
  }

  private static let formFeed = UInt8(0x0c)

  private func readLeniently(_ numbers: ClosedRange<Int>) async throws -> [UInt8]? {
    do {
      return try await read(numbers)
    } catch is MediaError {
      return nil
    }
  }

  private func read(_ numbers: ClosedRange<Int>) async throws -> [UInt8] {
    let options = ["-f", "\(numbers.lowerBound)", "-l", "\(numbers.upperBound)", "-enc", "UTF-8", "-eol", "unix"]
    return try await poppler.run(
      "pdftotext", options + (box == .crop ? ["-cropbox"] : []), ["-"], outputLimit: poppler.limits.maximumTextBytes)
  }
}
