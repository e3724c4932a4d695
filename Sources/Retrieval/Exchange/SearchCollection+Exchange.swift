import Foundation
import GRDB
import VectorIndex

/// A collection as files that other programs read: `manifest.json`, `records.jsonl` (a line a record) and `vectors.npy` (a row a record, in the
/// same order).
extension SearchCollection {
  private static let recordsName = "records.jsonl"
  private static let vectorsName = "vectors.npy"
  /// Records of one transaction of an import.
  private static let portion = 1_000

  /// Writes all records and vectors into a new folder.
  ///
  /// - Returns: How many there are.
  /// - Throws: `CollectionError` where the folder is there already, or cannot be written.
  @discardableResult
  public func export(to folder: String) async throws -> Int {
    guard Folder.isVacant(folder) else { throw CollectionError(.exists, "\(folder): is there already; give another name") }
    let temporary = FolderChanges.partial(of: folder)
    do {
      try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
      let count = try await read { [manifest] database, vectors in
        let lines = try Self.create("\(temporary)/\(Self.recordsName)")
        let rows = try Self.create("\(temporary)/\(Self.vectorsName)")
        let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM record") ?? 0
        try rows.write(contentsOf: NumPyFile.header(rows: count, columns: manifest.vectors.dimensions))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let records = try Row.fetchCursor(database, sql: "SELECT r.*, s.* FROM record r JOIN source s ON s.id = r.source ORDER BY r.key")
        while let row = try records.next() {
          let key = UInt64(bitPattern: row["key"] as Int64)
          guard let vector = vectors.vector(of: key) else { throw CollectionError(.damaged, "the record \(key) has no vector") }
          try lines.write(contentsOf: encoder.encode(ExportedRecord(row)) + Data("\n".utf8))
          try rows.write(contentsOf: NumPyFile.bytes(vector))
        }
        try manifest.encoded().write(to: URL(fileURLWithPath: "\(temporary)/\(CollectionManifest.fileName)"))
        for file in [lines, rows] {
          try file.synchronize()
          try file.close()
        }
        return count
      }
      try FolderChanges.sync("\(temporary)/\(CollectionManifest.fileName)")
      try FolderChanges.sync(temporary)
      try FolderChanges.rename(temporary, to: folder)
      return count
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
      throw (error as? CollectionError) ?? CollectionError(.inputOutput, "\(folder): cannot be written: \(error)")
    }
  }

  /// Makes a collection of what ``export(to:)`` wrote.
  ///
  /// - Parameters:
  ///   - folder: The exported folder.
  ///   - directory: The new collection's folder; it appears only when everything is in it.
  /// - Returns: The new collection.
  /// - Throws: `CollectionError` where the export cannot be understood, or the collection is there already.
  public static func `import`(_ folder: String, to directory: String) async throws -> SearchCollection {
    let manifest = try CollectionManifest.read(folder)
    guard Folder.isVacant(directory) else {
      throw CollectionError(.exists, "\(directory): is there already; give another name, or remove it first")
    }
    let temporary = FolderChanges.partial(of: directory)
    do {
      try await create(
        at: temporary, profile: manifest.profile, vectors: manifest.vectors, passages: manifest.passages,
        segmentSeconds: manifest.segmentSeconds
      ).fill(from: folder)
      try FolderChanges.rename(temporary, to: directory)
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
      throw (error as? CollectionError) ?? CollectionError(.inputOutput, "\(folder): cannot be imported: \(error)")
    }
    return try SearchCollection(opening: directory)
  }

  private func fill(from folder: String) async throws {
    try await CollectionWriter.open(self) { try await fill(from: folder, $0) }
  }

  private func fill(from folder: String, _ writer: CollectionWriter) async throws {
    let columns = manifest.vectors.dimensions
    let path = "\(folder)/\(Self.vectorsName)"
    guard let rows = FileHandle(forReadingAtPath: path), let shape = try NumPyFile.readHeader(rows), shape.columns == columns else {
      throw CollectionError(.damaged, "\(path): is no file of f32 rows of \(columns) numbers, version 1.0 of NumPy's format")
    }
    var lines = try LineReader("\(folder)/\(Self.recordsName)")
    var count = 0
    while case let portion = try lines.next(Self.portion), !portion.isEmpty {
      try Task.checkCancellation()
      var parts: [FinishedPart] = []
      for line in portion {
        count += 1
        guard let record = try? JSONDecoder().decode(ExportedRecord.self, from: Data(line.utf8)) else {
          throw CollectionError(.damaged, "\(folder)/\(Self.recordsName): line \(count) is no exported record")
        }
        guard let vector = try NumPyFile.readRow(rows, columns: columns) else {
          throw CollectionError(.damaged, "\(path): has \(count - 1) rows, but there are more records")
        }
        parts.append(try record.finished(vector))
      }
      _ = try await writer.store(parts)
    }
    guard count == shape.rows else {
      throw CollectionError(.damaged, "\(path): has \(shape.rows) rows for \(count) records")
    }
  }

  private static func create(_ path: String) throws -> FileHandle {
    guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path) else {
      throw CollectionError(.inputOutput, "\(path): cannot be created")
    }
    return file
  }
}
