import Foundation
import GRDB
import Synchronization
import VectorIndex

/// A collection on disk: records of texts, pictures, pages and videos, and a vector for each.
///
/// A folder holds it all: `manifest.json` (what it is), `records.sqlite` (sources, records, failures) and `vectors/`. Any number of processes
/// read it while one writes. An ``Indexer`` fills it and a ``Retriever`` searches it. The name leaves Swift's own `Collection` to those who
/// import this library.
///
/// ```swift
/// let embedder = try Embedder(Model(directory: "Qwen3-VL-Embedding-2B"))
/// let collection = try SearchCollection.create(at: "photos.collection", for: embedder)
/// let report = try await Indexer(collection, embedder: embedder).index(["Photos"])
/// let results = try await Retriever(collection, embedder: embedder).search(Item(text: "a red helmet"))
/// ```
public final class SearchCollection: Sendable {
  /// The folder.
  public let directory: String
  /// What the collection is.
  public let manifest: CollectionManifest
  let records: RecordStore
  private let vectors = Mutex<VectorSnapshot?>(nil)

  /// Opens a collection to read it.
  ///
  /// Costs milliseconds: vectors are mapped when something is first searched.
  ///
  /// - Throws: `CollectionError` where there is none, or it cannot be read.
  public init(opening directory: String) throws(CollectionError) {
    self.directory = directory
    manifest = try CollectionManifest.read(directory)
    records = try RecordStore(directory, writing: false)
  }

  var vectorDirectory: String { Self.vectorDirectory(directory) }

  static func vectorDirectory(_ directory: String) -> String { directory + "/vectors" }

  /// Reads records and vectors of one and the same state, whatever a writer does meanwhile.
  func read<Value: Sendable>(_ body: @Sendable @escaping (Database, VectorSnapshot) throws -> Value) async throws -> Value {
    let sought = Mutex<UInt64?>(nil)
    while true {
      let before = sought.withLock { $0 }
      do {
        return try await records.readAside { database in
          let commit = try Self.committed(database)
          sought.withLock { $0 = commit }
          return try body(database, try self.vectors(at: commit))
        }
      } catch let error as VectorIndexError where error.code == .missingCommit {
        // Compacted in between: the records have moved on too. Where they have not, the commit is lost.
        if let before, before == sought.withLock({ $0 }) { throw CollectionError(error) }
      }
    }
  }

  /// The commit of the vectors that the records are of.
  static func committed(_ database: Database) throws -> UInt64 {
    UInt64(try Int64.fetchOne(database, sql: "SELECT vector_commit FROM state") ?? 0)
  }

  private func vectors(at commit: UInt64) throws -> VectorSnapshot {
    try vectors.withLock { cached in
      if let cached, cached.commit == commit { return cached }
      let snapshot = try VectorSnapshot.open(directory: vectorDirectory, committed: commit)
      cached = snapshot
      return snapshot
    }
  }
}
