import Foundation
import GRDB

extension SourceKind {
  /// The kind of a row.
  init(stored text: String) throws(CollectionError) {
    guard let kind = SourceKind(rawValue: text) else {
      throw CollectionError(.newerFormat, "a source is of the kind \"\(text)\", which this version does not know")
    }
    self = kind
  }
}

/// A file, or a line of JSON with an id, as the records know it.
struct SourceRow: Sendable {
  let id: Int64
  /// A file's path, or the caller's id.
  let name: String
  /// `nil` for a file that could not be read yet.
  let kind: SourceKind?
  /// The file of JSON lines that it came from; `nil` for a file.
  let origin: String?
  let size: Int?
  /// Nanoseconds since 1970; `nil` where the file was so new that its time tells nothing.
  let modified: Int?
  /// SHA-256 of the content that the records were made from; `nil` before there is a record.
  let digest: [UInt8]?
  /// How many records the content makes.
  let parts: Int?

  init(_ row: Row) throws {
    id = row["id"]
    name = row["name"]
    kind = try (row["kind"] as String?).map { try SourceKind(stored: $0) }
    origin = row["origin"]
    size = row["size"]
    modified = row["modified"]
    digest = (row["digest"] as Data?).map(Array.init)
    parts = row["parts"]
  }

  /// The source of a name, among files or among items.
  static func find(_ name: String, isItem: Bool, _ database: Database) throws -> SourceRow? {
    try Row.fetchOne(
      database, sql: "SELECT * FROM source WHERE name = ? AND (origin IS NULL) = ?", arguments: [name, !isItem]
    ).map(SourceRow.init)
  }

  /// Files with a content.
  static func files(digest: [UInt8], _ database: Database) throws -> [SourceRow] {
    try Row.fetchAll(
      database, sql: "SELECT * FROM source WHERE digest = ? AND origin IS NULL ORDER BY id", arguments: [Data(digest)]
    ).map(SourceRow.init)
  }

  /// Parts of a source that have a record.
  func finishedParts(_ database: Database) throws -> Set<Int> {
    try Set(Int.fetchAll(database, sql: "SELECT part FROM record WHERE source = ?", arguments: [id]))
  }

  /// Removes a source and all that hangs on it.
  ///
  /// - Returns: The keys of its records.
  static func remove(_ id: Int64, _ database: Database) throws -> [UInt64] {
    let keys = try removeRecords(id, database)
    try database.execute(sql: "DELETE FROM source WHERE id = ?", arguments: [id])
    return keys
  }

  /// Removes a source's records.
  ///
  /// - Returns: Their keys.
  static func removeRecords(_ id: Int64, _ database: Database) throws -> [UInt64] {
    let keys = try Int64.fetchAll(database, sql: "SELECT key FROM record WHERE source = ?", arguments: [id])
    try database.execute(sql: "DELETE FROM record WHERE source = ?", arguments: [id])
    return keys.map(UInt64.init(bitPattern:))
  }
}
