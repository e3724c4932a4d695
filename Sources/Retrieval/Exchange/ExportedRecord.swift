import Embedding
import Foundation
import GRDB

/// A record with its source, as a line of `records.jsonl`.
struct ExportedRecord: Codable, Sendable {
  let source: String
  let kind: SourceKind
  let origin: String?
  let part: Int
  let parts: Int
  let first: Int?
  let last: Int?
  let text: String?
  let content: String?
  let metadata: [String: MetadataValue]?
  let size: Int?
  let modified: Int?
  /// SHA-256 in hexadecimal.
  let digest: String

  init(_ row: Row) throws {
    source = row["name"]
    kind = try SourceKind(stored: row["kind"])
    origin = row["origin"]
    part = row["part"]
    parts = row["parts"]
    first = row["first"]
    last = row["last"]
    text = row["text"]
    content = row["content"]
    metadata = try (row["metadata"] as String?).map(MetadataValue.decode)
    size = row["size"]
    modified = row["modified"]
    digest = (row["digest"] as Data? ?? Data()).hexadecimal
  }

  /// The record with a vector, to be stored.
  func finished(_ vector: [Float]) throws(CollectionError) -> FinishedPart {
    guard let digest = [UInt8](hexadecimal: digest), parts >= 1, (0..<parts).contains(part), !source.isEmpty else {
      throw CollectionError(.damaged, "\(source): part \(part) of \(parts) with the digest \"\(digest)\" is no record")
    }
    let open = OpenSource(
      name: source, kind: kind, origin: origin, digest: digest, parts: parts, size: size, modified: modified, content: content,
      metadata: metadata ?? [:])
    return FinishedPart(
      source: open, index: part, location: RecordLocation(kind, start: first, end: last), text: text, vector: .success(vector))
  }
}

extension [UInt8] {
  /// What ``Sequence/hexadecimal`` wrote.
  init?(hexadecimal text: String) {
    let digits = text.compactMap(\.hexDigitValue)
    guard digits.count == text.count, digits.count % 2 == 0 else { return nil }
    self = stride(from: 0, to: digits.count, by: 2).map { UInt8(16 * digits[$0] + digits[$0 + 1]) }
  }
}
