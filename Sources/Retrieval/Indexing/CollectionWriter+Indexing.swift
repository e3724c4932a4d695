import Foundation
import GRDB

extension CollectionWriter {
  /// The part of a source that stands for all of it, in the table of failures.
  static let wholeSource = -1

  /// What the collection has of a source.
  func known(_ name: String, isItem: Bool) throws(CollectionError) -> KnownSource? {
    try read { database in
      guard let row = try SourceRow.find(name, isItem: isItem, database) else { return nil }
      return KnownSource(
        row: row, finishedParts: try row.finishedParts(database),
        hasFailed: try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM failure WHERE source = ?)", arguments: [row.id]) ?? false)
    }
  }

  /// Notes size and time of a file whose content is what it was; what failed meanwhile and has its record after all is forgotten.
  func refresh(_ source: OpenSource, of row: Int64) throws {
    try change { database, _ in
      try database.execute(
        sql: "UPDATE source SET size = ?, modified = ?, origin = ? WHERE id = ?",
        arguments: [source.size, source.modified, source.origin, row])
      try database.execute(
        sql: "DELETE FROM failure WHERE source = ?1 AND (part = ?2 OR part IN (SELECT part FROM record WHERE source = ?1))",
        arguments: [row, Self.wholeSource])
    }
  }

  /// Gives a file that has the content of one that is gone that one's records.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - isGone: Whether nothing is at a path any more.
  /// - Returns: The parts that have records, or `nil` where no file with that content is gone.
  /// - Throws: `CollectionError`.
  func rename(to source: OpenSource, _ isGone: @Sendable (String) -> Bool) throws -> Set<Int>? {
    let candidates = try read { try SourceRow.files(digest: source.digest, $0) }
    guard let old = candidates.first(where: { $0.kind == source.kind && isGone($0.name) }) else { return nil }
    return try change { database, vectors in
      if let replaced = try SourceRow.find(source.name, isItem: false, database) {
        vectors.remove(try SourceRow.remove(replaced.id, database))
      }
      try database.execute(
        sql: "UPDATE source SET name = ?, size = ?, modified = ? WHERE id = ?",
        arguments: [source.name, source.size, source.modified, old.id])
      return try old.finishedParts(database)
    }
  }

  /// Makes parts of sources durable, with the reasons of those that failed.
  ///
  /// The records of an earlier content go when the first record of the new one comes.
  ///
  /// - Returns: The sources of which an earlier content was replaced.
  func store(_ parts: [FinishedPart]) throws -> Set<OpenSource.Key> {
    try change { database, vectors in
      var replaced: Set<OpenSource.Key> = []
      for part in parts {
        let source = part.source
        switch part.vector {
        case .success(let vector):
          let row = try Self.row(source, database)
          if row.digest != source.digest {
            let old = try SourceRow.removeRecords(row.id, database)
            vectors.remove(old)
            if !old.isEmpty { replaced.insert(source.key) }
            try Self.begin(source, row.id, database)
          }
          let bounds = part.location.bounds
          try database.execute(
            sql: "INSERT INTO record (key, source, part, first, last, text) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
              Int64(bitPattern: vectors.add(vector)), row.id, part.index, bounds?.start, bounds?.end, part.text,
            ])
          try database.execute(
            sql: "DELETE FROM failure WHERE source = ? AND part IN (?, ?)", arguments: [row.id, part.index, Self.wholeSource])
        case .failure(let error):
          try Self.note(error.description, Self.row(source, database).id, part.index, database)
        }
      }
      return replaced
    }
  }

  /// Notes that a source could not be read; what records it has stay.
  func fail(_ source: OpenSource, _ reason: String) throws {
    try change { database, _ in try Self.note(reason, Self.row(source, database).id, Self.wholeSource, database) }
  }

  /// Removes the sources for which a rule says so.
  ///
  /// - Returns: How many there were.
  func removeSources(where isGone: @Sendable (_ name: String, _ origin: String?) -> Bool) throws -> Int {
    let gone = try read { database in
      try Row.fetchAll(database, sql: "SELECT id, name, origin FROM source ORDER BY id").filter { isGone($0["name"], $0["origin"]) }
        .map { $0["id"] as Int64 }
    }
    // In portions, so that no transaction keeps readers' log growing.
    for start in stride(from: 0, to: gone.count, by: 1_000) {
      let portion = gone[start..<min(start + 1_000, gone.count)]
      try change { database, vectors in
        for id in portion { vectors.remove(try SourceRow.remove(id, database)) }
      }
    }
    return gone.count
  }

  private static func row(_ source: OpenSource, _ database: Database) throws -> SourceRow {
    if let row = try SourceRow.find(source.name, isItem: source.origin != nil, database) { return row }
    try database.execute(
      sql: "INSERT INTO source (name, kind, origin) VALUES (?, ?, ?)", arguments: [source.name, source.kind?.rawValue, source.origin])
    guard let row = try SourceRow.find(source.name, isItem: source.origin != nil, database) else {
      throw CollectionError(.damaged, "\(source.name): was added and is not there")
    }
    return row
  }

  /// Puts a source's new content in the place of the old.
  private static func begin(_ source: OpenSource, _ row: Int64, _ database: Database) throws {
    let metadata = source.metadata.isEmpty ? nil : try MetadataValue.encode(source.metadata)
    try database.execute(
      sql: """
        UPDATE source SET kind = ?, origin = ?, size = ?, modified = ?, digest = ?, parts = ?, content = ?, metadata = ? WHERE id = ?
        """,
      arguments: [
        source.kind?.rawValue, source.origin, source.size, source.modified, Data(source.digest), source.parts, source.content, metadata,
        row,
      ])
    try database.execute(sql: "DELETE FROM failure WHERE source = ? AND part >= ?", arguments: [row, source.parts])
  }

  private static func note(_ reason: String, _ row: Int64, _ part: Int, _ database: Database) throws {
    try database.execute(sql: "INSERT OR REPLACE INTO failure (source, part, reason) VALUES (?, ?, ?)", arguments: [row, part, reason])
  }
}
