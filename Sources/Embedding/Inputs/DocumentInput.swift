public import Media

/// Pages of a PDF document: each is a picture.
public struct DocumentInput: Sendable {
  /// Where the document comes from.
  public enum Source: Sendable {
    /// A file.
    case file(FileSource)
    /// A document that is open already, with the name that messages give it.
    case open(PDFDocument, name: String)
  }

  /// Where the document comes from.
  public var source: Source
  /// Which pages, in which order.
  public var pages: PageRanges
  /// The user's or the owner's password.
  public var password: String?

  /// Pages of a document.
  public init(_ source: Source, pages: PageRanges = .all, password: String? = nil) {
    self.source = source
    self.pages = pages
    self.password = password
  }

  /// Pages of a PDF file.
  public init(_ file: FileSource, pages: PageRanges = .all, password: String? = nil) {
    self.init(.file(file), pages: pages, password: password)
  }

  /// How a message names the document.
  public var label: String {
    switch source {
    case .file(let file): file.label
    case .open(_, let name): name
    }
  }
}
