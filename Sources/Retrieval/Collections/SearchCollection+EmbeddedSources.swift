import Foundation
import GRDB
import VectorIndex

/// A source whose vectors its caller makes: something of several parts that is no file, such as a recorded demonstration.
package struct EmbeddedSource: Sendable {
  /// The caller's id.
  package let name: String
  /// SHA-256 of all that the vectors were made of.
  package let digest: [UInt8]
  /// What the caller wants to keep with it.
  package let content: String
  /// Its parts in order: their words, and their vectors.
  package let parts: [(text: String?, vector: [Float])]

  /// A source.
  package init(name: String, digest: [UInt8], content: String, parts: [(text: String?, vector: [Float])]) {
    self.name = name
    self.digest = digest
    self.content = content
    self.parts = parts
  }
}

/// Sources that their callers embed: the collection keeps records and vectors together, as for files.
extension SearchCollection {
  /// What stands in the place of a file's path: these sources come from none.
  private static let origin = "embedded"

  /// Digests of the sources that have all their parts, by name.
  package func embeddedDigests() async throws -> [String: [UInt8]] {
    try await read { database, _ in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT s.name, s.digest FROM source s
          WHERE s.origin = ? AND s.parts = (SELECT count(*) FROM record r WHERE r.source = s.id)
          """,
        arguments: [Self.origin])
      return Dictionary(rows.map { ($0["name"] as String, Array($0["digest"] as Data? ?? Data())) }) { first, _ in first }
    }
  }

  /// Keeps a source with all its parts, in the place of an earlier one of its name; all of it lasts when this returns, or nothing.
  ///
  /// - Throws: `CollectionError` with the code `busy` while another process writes.
  package func store(_ source: EmbeddedSource) async throws {
    let open = OpenSource(
      name: source.name, kind: .item, origin: Self.origin, digest: source.digest, parts: source.parts.count, content: source.content)
    let parts = source.parts.enumerated().map { index, part in
      FinishedPart(source: open, index: index, location: .whole, text: part.text, vector: .success(part.vector))
    }
    _ = try await CollectionWriter.open(self) { try await $0.store(parts) }
  }

  /// Removes the embedded sources of some names.
  ///
  /// - Returns: How many there were.
  @discardableResult
  package func removeEmbedded(_ names: Set<String>) async throws -> Int {
    try await CollectionWriter.open(self) { writer in
      try await writer.removeSources { name, origin in origin == Self.origin && names.contains(name) }
    }
  }

  /// Compares queries with every part of embedded sources.
  ///
  /// - Parameters:
  ///   - queries: Vectors of the collection's length.
  ///   - names: The sources to compare with.
  /// - Returns: By source: what the caller kept with it, and for each query the cosine of every part, in the parts' order.
  /// - Throws: `CollectionError` where a vector is missing.
  package func similarities(
    of queries: [[Float]], to names: Set<String>
  ) async throws -> [String: (content: String, cosines: [[Float]])] {
    try await read { database, vectors in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT r.key, s.name, s.content FROM record r JOIN source s ON s.id = r.source WHERE s.origin = ? ORDER BY s.id, r.part
          """,
        arguments: [Self.origin]
      ).filter { names.contains($0["name"]) }
      let keys = rows.map { UInt64(bitPattern: $0["key"] as Int64) }
      let cosines = try vectors.search(queries, count: keys.count, allowing: .only(keys)).map { matches in
        Dictionary(matches.map { ($0.id, $0.score) }) { first, _ in first }
      }
      var found: [String: (content: String, cosines: [[Float]])] = [:]
      for (key, row) in zip(keys, rows) {
        let name: String = row["name"]
        var entry = found[name] ?? (row["content"] as String? ?? "", queries.map { _ in [] })
        for index in queries.indices {
          guard let cosine = cosines[index][key] else {
            throw CollectionError(.damaged, "the record \(key) has no vector; `sightline collection verify` says more")
          }
          entry.cosines[index].append(cosine)
        }
        found[name] = entry
      }
      return found
    }
  }

  /// What is kept of an embedded source.
  ///
  /// - Returns: What the caller kept with it, and the vectors of its parts, in order; `nil` where there is none of that name.
  package func embedded(_ name: String) async throws -> (content: String, vectors: [[Float]])? {
    try await read { database, vectors in
      guard let row = try SourceRow.find(name, isItem: true, database) else { return nil }
      let keys = try Int64.fetchAll(database, sql: "SELECT key FROM record WHERE source = ? ORDER BY part", arguments: [row.id])
      let content = try String.fetchOne(database, sql: "SELECT content FROM source WHERE id = ?", arguments: [row.id])
      return (content ?? "", keys.compactMap { vectors.vector(of: UInt64(bitPattern: $0)) })
    }
  }
}
