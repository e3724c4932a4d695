import Synchronization

/// A PDF document, whose pages become pictures and text.
///
/// Poppler's programs do the work in processes of their own, one a page and as many at a time as there are processors: a hostile document
/// runs into limits and takes nothing down, and pixels are those of pdf2image. `Documentation/documents.md` says more. Pages may be asked
/// for in any order and from many tasks at once.
///
/// A document holds one open file until its last copy is gone.
public struct PDFDocument: Sendable {
  /// The number of pages, at least 1.
  public let pageCount: Int
  /// The part of each page that is shown.
  public let box: PageBox

  let poppler: Poppler
  private let sizes: PageSizes

  /// Opens a PDF file.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - password: The user's or the owner's password. While a page is drawn, other users of the machine can see it in the list of
  ///     processes: poppler's programs take it no other way.
  ///   - box: The part of each page that is shown.
  ///   - limits: What the work may cost.
  /// - Throws: ``MediaError``, naming the file: one that is missing or too large, encrypted, damaged beyond poppler's repairs, or without
  ///   pages; ``MediaError/Code/programUnavailable`` without poppler-utils; `CancellationError`.
  public init(file path: String, password: String? = nil, box: PageBox = .crop, limits: DocumentLimits = DocumentLimits()) async throws {
    try limits.check()
    let file = try DocumentFile(path: path, maximumBytes: limits.maximumBytes)
    try await self.init(Poppler(file, path: path, password: password, limits: limits), box: box)
  }

  /// Opens a PDF document in memory.
  ///
  /// The bytes are put into a temporary file without a name, which is gone when the document is, or the program.
  ///
  /// - Throws: As ``init(file:password:box:limits:)``, without a name; ``MediaError/Code/unreadableFile`` where the temporary folder is full.
  public init(bytes: [UInt8], password: String? = nil, box: PageBox = .crop, limits: DocumentLimits = DocumentLimits()) async throws {
    try limits.check()
    guard Self.isPDF(bytes) else {
      throw bytes.isEmpty
        ? MediaError(.empty, "there are no bytes; expected a PDF document")
        : MediaError(.unrecognizedFormat, "this is no PDF document: its first kilobyte does not hold %PDF-")
    }
    let file = try DocumentFile(bytes: bytes, maximumBytes: limits.maximumBytes)
    try await self.init(Poppler(file, path: nil, password: password, limits: limits), box: box)
  }

  private init(_ poppler: Poppler, box: PageBox) async throws {
    self.poppler = poppler
    self.box = box
    let first = try await poppler.information(pages: 1...PageSizes.together, box: box)
    guard first.pageCount >= 1 else { throw MediaError(.empty, file: poppler.path, "the PDF has no pages") }
    guard first.pageCount <= poppler.limits.maximumPages else {
      throw MediaError(
        .limitExceeded, file: poppler.path,
        "the PDF has \(first.pageCount) pages; at most \(poppler.limits.maximumPages) are read (maximumPages)")
    }
    pageCount = first.pageCount
    sizes = PageSizes(first.sizes)
  }

  /// Whether bytes are a PDF document as readers recognise it: `%PDF-` within the first kilobyte.
  public static func isPDF(_ bytes: [UInt8]) -> Bool {
    let mark = Array("%PDF-".utf8)
    let start = bytes.prefix(1_024)
    return start.indices.contains { bytes[$0...].starts(with: mark) }
  }

  /// The size of a page as it is shown: its box, turned by its rotation.
  ///
  /// Sizes are read 256 pages at a time, when first asked for.
  ///
  /// - Parameter number: Counts from 1.
  /// - Returns: Width and height in points.
  /// - Throws: ``MediaError/Code/invalidArgument`` for a page that the document has not, ``MediaError/Code/corrupt`` for one that poppler
  ///   cannot find.
  public func pageSize(_ number: Int) async throws -> PageSize {
    try check(number)
    if let known = sizes.known.withLock({ $0[number] }) { return known }
    let first = (number - 1) / PageSizes.together * PageSizes.together + 1
    let information = try await poppler.information(pages: first...first + PageSizes.together - 1, box: box)
    sizes.known.withLock { $0.merge(information.sizes) { old, _ in old } }
    guard let size = information.sizes[number] else {
      throw MediaError(.corrupt, file: poppler.path, "page \(number) is listed in the PDF and not in it")
    }
    return size
  }

  /// Passes the numbers of pages that are there.
  func check(_ number: Int) throws(MediaError) {
    guard (1...pageCount).contains(number) else {
      throw MediaError(
        .invalidArgument, file: poppler.path, "there is no page \(number); the document has \(pageCount), counted from 1")
    }
  }
}

/// Sizes learnt so far, shared by the copies of a document.
private final class PageSizes: Sendable {
  /// Pages that one run of `pdfinfo` is asked about.
  static let together = 256

  let known: Mutex<[Int: PageSize]>

  init(_ sizes: [Int: PageSize]) { known = Mutex(sizes) }
}

extension Poppler {
  fileprivate func information(pages: ClosedRange<Int>, box: PageBox) async throws -> PDFInformation {
    let options = ["-box", "-f", "\(pages.lowerBound)", "-l", "\(pages.upperBound)"]
    let output = try await run("pdfinfo", options, outputLimit: PDFInformation.longest)
    do {
      return try PDFInformation(parsing: output, box: box)
    } catch {
      throw path.map { error.of(file: $0) } ?? error
    }
  }
}
