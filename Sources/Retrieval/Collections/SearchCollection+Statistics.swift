import Foundation
import GRDB
import VectorIndex

/// How large a collection is and what it holds.
public struct CollectionStatistics: Sendable, Equatable, Codable {
  /// Records, each with a vector.
  public let records: Int
  /// Files and lines of JSON that have records or failed.
  public let sources: Int
  /// Records by the kind of their source.
  public let kinds: [String: Int]
  /// What failed when it was last tried, in order of the sources.
  public let failures: [IndexFailure]
  /// Rows of vectors whose records are gone; compacting frees their room.
  public let deadVectors: Int
  /// Files of vectors.
  public let segments: Int
  /// Whether there are int8 codes, which the first compaction makes.
  public let hasInt8Codes: Bool
  /// Whether there are binary codes.
  public let hasBinaryCodes: Bool
  /// Bytes of all files.
  public let bytes: Int
}

extension SearchCollection {
  /// How large the collection is.
  ///
  /// - Throws: `CollectionError`.
  public func statistics() async throws -> CollectionStatistics {
    let bytes = self.bytes
    return try await read { database, vectors in
      let kinds = try Row.fetchAll(
        database, sql: "SELECT s.kind, count(*) AS count FROM record r JOIN source s ON s.id = r.source GROUP BY s.kind")
      let failures = try Row.fetchAll(
        database,
        sql: "SELECT s.name, f.part, f.reason FROM failure f JOIN source s ON s.id = f.source ORDER BY s.name, f.part")
      let statistics = vectors.statistics
      return CollectionStatistics(
        records: try Int.fetchOne(database, sql: "SELECT count(*) FROM record") ?? 0,
        sources: try Int.fetchOne(database, sql: "SELECT count(*) FROM source") ?? 0,
        kinds: Dictionary(uniqueKeysWithValues: kinds.map { ($0["kind"] as String? ?? "", $0["count"] as Int) }),
        failures: failures.map { row in
          let part: Int = row["part"]
          return IndexFailure(source: row["name"], part: part < 0 ? nil : part, reason: row["reason"])
        },
        deadVectors: statistics.deadRows, segments: statistics.segments, hasInt8Codes: statistics.hasInt8Codes,
        hasBinaryCodes: statistics.hasBinaryCodes, bytes: bytes)
    }
  }

  private var bytes: Int {
    let files = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? []
    return files.reduce(0) { sum, name in
      var isDirectory: ObjCBool = false
      let path = "\(directory)/\(name)"
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue else { return sum }
      return sum + (StableFile.status(ofPath: path)?.size ?? 0)
    }
  }

  /// Looks for damage: compares all vectors with their checksums, asks SQLite about its file, and each side about the other.
  ///
  /// Reads everything.
  ///
  /// - Returns: A sentence for each fault; empty where nothing is wrong.
  /// - Throws: `CollectionError` where the collection cannot even be read.
  public func verify() async throws -> [String] {
    let found = try records.integrityFaults()
    return try await found
      + read { database, vectors in
        var faults = try vectors.verify().map(\.description)
        let stored = Set(vectors.ids)
        let recorded = try Set(Int64.fetchAll(database, sql: "SELECT key FROM record").map(UInt64.init(bitPattern:)))
        let (missing, stray) = (recorded.subtracting(stored).sorted(), stored.subtracting(recorded).sorted())
        if let first = missing.first { faults.append("\(missing.count) records have no vector, the first is \(first)") }
        if let first = stray.first { faults.append("\(stray.count) vectors have no record, the first is \(first)") }
        let next = UInt64(bitPattern: try Int64.fetchOne(database, sql: "SELECT next_key FROM state") ?? 0)
        if let last = recorded.max(), last >= next { faults.append("the next key is \(next), but there is a record \(last)") }
        return faults
      }
  }
}

extension SearchCollection {
  /// Gives the room of removed records back to the disk, and makes int8 codes where they are wanted and not there yet.
  ///
  /// Needs room for a second copy of the vectors. Searches go on meanwhile.
  ///
  /// - Throws: `CollectionError` with the code `busy` while another process writes.
  public func compact() async throws {
    try await CollectionWriter.open(self) { try await $0.compact() }
  }
}
