import Foundation
import GRDB

/// What SQLite keeps of a collection: sources, their records, and what failed.
///
/// A vector belongs to the record whose key it has; a key that is not here does not exist.
final class RecordStore: Sendable {
  /// The file's name in the collection's folder.
  static let fileName = "records.sqlite"

  private let pool: DatabasePool
  private let path: String

  /// Opens the records of a collection.
  ///
  /// - Parameters:
  ///   - directory: The collection's folder.
  ///   - writing: Whether records will be written; tables that are missing are made.
  /// - Throws: `CollectionError` where the file is missing, damaged, or of another version.
  init(_ directory: String, writing: Bool) throws(CollectionError) {
    path = "\(directory)/\(Self.fileName)"
    if !writing, !FileManager.default.fileExists(atPath: path) {
      throw CollectionError(.damaged, "\(path): is missing; the collection cannot be read without it")
    }
    var configuration = Configuration()
    configuration.readonly = !writing
    configuration.label = "sightline.records"
    configuration.busyMode = .timeout(30)
    do {
      pool = try DatabasePool(path: path, configuration: configuration)
      if writing {
        // In WAL mode, a commit that has returned is on disk only with this; on macOS only with both. GRDB turns the first one off while it
        // opens a pool, so that it cannot be set before.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON") }
        try pool.write { try RecordSchema.create($0) }
      }
      try pool.read { try RecordSchema.check($0) }
    } catch let error as CollectionError {
      throw error
    } catch {
      throw Self.fault(error, path)
    }
  }

  /// Reads a consistent state.
  func read<Value: Sendable>(_ body: (Database) throws -> Value) throws(CollectionError) -> Value {
    do { return try pool.read(body) } catch { throw Self.fault(error, path) }
  }

  /// As ``read(_:)``, without holding a thread of the caller's.
  func readAside<Value: Sendable>(_ body: @Sendable @escaping (Database) throws -> Value) async throws -> Value {
    do { return try await pool.read(body) } catch let error as DatabaseError { throw Self.fault(error, path) }
  }

  /// Writes in one transaction: all of it lasts, or nothing.
  ///
  /// - Throws: What `body` throws, and `CollectionError` for what SQLite says.
  func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
    do { return try pool.write(body) } catch let error as DatabaseError { throw Self.fault(error, path) }
  }

  /// Gives deleted rows' space back to the disk.
  func compact() throws(CollectionError) {
    do { try pool.vacuum() } catch { throw Self.fault(error, path) }
  }

  /// What SQLite finds wrong with its file; empty where nothing is.
  func integrityFaults() throws(CollectionError) -> [String] {
    try read { database in
      try String.fetchAll(database, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
        + Row.fetchAll(database, sql: "PRAGMA foreign_key_check").map { "a row of \($0[0] as String? ?? "?") refers to nothing" }
    }
  }

  private static func fault(_ error: any Error, _ path: String) -> CollectionError {
    if let error = error as? CollectionError { return error }
    guard let error = error as? DatabaseError else { return CollectionError(.inputOutput, "\(path): \(error)") }
    switch error.resultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: return CollectionError(.damaged, "\(path): is damaged: \(error.message ?? "\(error)")")
    case .SQLITE_FULL:
      return CollectionError(
        .inputOutput, "\(path): cannot be written: the disk is full; make room and run this again: what was done before is kept")
    default: return CollectionError(.inputOutput, "\(path): \(error.message ?? "\(error)")")
    }
  }
}
