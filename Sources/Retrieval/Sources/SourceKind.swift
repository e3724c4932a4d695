import Foundation
import Media

/// What a source is.
public enum SourceKind: String, Sendable, Codable, CaseIterable {
  /// A text, cut into passages.
  case text
  /// A text with headings, cut into passages.
  case markdown
  /// A picture.
  case image
  /// A PDF document: a record a page.
  case pdf
  /// A video: a record for all of it and, where the collection wants that, for its segments.
  case video
  /// A line of JSON with the caller's own id.
  case item

  /// Files whose names end so are taken for texts in a folder.
  static let textExtensions: Set<String> = ["txt", "text", "rst", "adoc", "asciidoc", "org", "tex", "log", "csv", "tsv"]
  static let markdownExtensions: Set<String> = ["md", "markdown", "mdown", "mkd"]
  static let lineExtensions: Set<String> = ["jsonl", "ndjson"]

  /// Bytes that are enough to recognise a kind.
  static let recognizedBytes = 4_096

  /// What a file is, by its first bytes, then by its name's end.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - bytes: Its first bytes.
  ///   - isExplicit: Whether someone named the file itself: then what is none of the known kinds is taken for a text.
  /// - Returns: The kind, or `nil` for a file that is left out.
  static func recognize(_ path: String, _ bytes: [UInt8], isExplicit: Bool) -> SourceKind? {
    let end = (path as NSString).pathExtension.lowercased()
    if textExtensions.contains(end) { return .text }
    if markdownExtensions.contains(end) { return .markdown }
    if PDFDocument.isPDF(bytes) { return .pdf }
    // Before videos: an animation is a picture here.
    if ImageFormat(recognizing: bytes) != nil { return .image }
    if VideoFormat(recognizing: bytes) != nil { return .video }
    return isExplicit && !bytes.contains(0) ? .text : nil
  }

  /// Whether a file's name says that it holds lines of JSON.
  static func isLines(_ path: String) -> Bool { lineExtensions.contains((path as NSString).pathExtension.lowercased()) }
}
