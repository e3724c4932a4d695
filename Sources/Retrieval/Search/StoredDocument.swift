import Embedding
import Foundation
import GRDB
import Media

/// Where a record's content can be read again, to rerank or to show it.
struct StoredDocument: Sendable, Equatable {
  let name: String
  let kind: SourceKind
  let location: RecordLocation
  let text: String?
  let size: Int?
  let modified: Int?
  /// The folder of the file of JSON lines that it comes from.
  let folder: String?
  /// Its line there.
  let content: String?

  /// The record as a model reads it.
  ///
  /// - Throws: `SourceError` where its file is gone or has changed since it was indexed.
  func item() throws(SourceError) -> Item {
    switch kind {
    case .text, .markdown: return Item(text: text ?? "")
    case .image:
      try checkUnchanged()
      return Item(image: .file(name))
    case .pdf:
      try checkUnchanged()
      guard case .page(let number) = location, let pages = try? PageRanges("\(number)") else { throw SourceError("has no page number") }
      return Item(documents: [DocumentInput(.file(name), pages: pages)])
    case .video:
      try checkUnchanged()
      return Item(videos: [VideoInput(name, location)])
    case .item:
      switch ItemRecord.parse((content ?? "")[...]) {
      case .success(let item): return item.relative(to: folder ?? "")
      case .failure(let error): throw SourceError(error.description)
      }
    }
  }

  private func checkUnchanged() throws(SourceError) {
    guard let status = StableFile.status(ofPath: name) else { throw SourceError("is gone; index again") }
    guard status.size == size, modified == nil || status.modified == modified else {
      throw SourceError("has changed since it was indexed; index again")
    }
  }
}

extension SearchResult {
  static let columns = "r.key, r.first, r.last, r.text, s.name, s.kind, s.origin, s.size, s.modified, s.content, s.metadata"

  init(_ row: Row, similarity: Float) throws {
    key = UInt64(bitPattern: row["key"] as Int64)
    source = row["name"]
    kind = try SourceKind(stored: row["kind"])
    location = RecordLocation(kind, start: row["first"], end: row["last"])
    text = row["text"]
    metadata = try (row["metadata"] as String?).map(MetadataValue.decode) ?? [:]
    self.similarity = similarity
    document = StoredDocument(
      name: source, kind: kind, location: location, text: text, size: row["size"], modified: row["modified"],
      folder: (row["origin"] as String?).map { ($0 as NSString).deletingLastPathComponent }, content: row["content"])
  }
}
