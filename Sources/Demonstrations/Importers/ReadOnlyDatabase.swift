import Foundation
import GRDB

/// A recorder's database, opened so that nothing beside it or in it changes.
///
/// SQLite makes files beside a database in WAL mode even to read it, and a recorder that died leaves a log that has to be taken in: such a
/// database is copied with its log and the copy is opened.
final class ReadOnlyDatabase {
  private let queue: DatabaseQueue
  private let file: String
  private var copy: URL?

  init(_ folder: DemonstrationFolder, _ name: String) throws(DemonstrationError) {
    file = try folder.file(name)
    guard let handle = FileHandle(forReadingAtPath: file), let head = try? handle.read(upToCount: 20) else {
      throw DemonstrationError(.unreadable, file: file, "cannot be read; allow it")
    }
    try? handle.close()
    guard head.starts(with: Array("SQLite format 3\0".utf8)), head.count == 20 else {
      throw DemonstrationError(.malformed, file: file, "is not a SQLite database; the recording is damaged, record it again")
    }
    let isLogged = head[head.startIndex + 18] == 2 || head[head.startIndex + 19] == 2
    let logs = [("-wal", folder.has(name + "-wal")), ("-journal", folder.has(name + "-journal"))].filter { $0.1 }.map(\.0)
    var opened = file
    var copied: URL?
    do {
      if isLogged || !logs.isEmpty {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("sightline-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        copied = place
        for suffix in [""] + logs {
          try FileManager.default.copyItem(atPath: try folder.file(name + suffix), toPath: "\(place.path)/\(name)\(suffix)")
        }
        opened = "\(place.path)/\(name)"
      }
      var configuration = Configuration()
      // A copy takes in its log, for which it has to be written.
      configuration.readonly = copied == nil
      configuration.label = "sightline.recording"
      // What a schema computes could take any time: only plain tables are read, and nothing of it is trusted.
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA trusted_schema = OFF") }
      queue = try DatabaseQueue(path: opened, configuration: configuration)
      copy = copied
      try queue.read { try Self.checkTables($0, file) }
    } catch {
      if let copied { try? FileManager.default.removeItem(at: copied) }
      throw Self.fault(error, file)
    }
  }

  private static func checkTables(_ database: Database, _ file: String) throws {
    let sql = """
      SELECT name FROM sqlite_master WHERE type = 'view' OR type = 'table' AND sql LIKE 'create virtual%'
      OR type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_xinfo(sqlite_master.name) WHERE hidden > 1)
      """
    if let name = try String.fetchOne(database, sql: sql) {
      throw DemonstrationError(
        .malformed, file: file, field: name, "is a view, a virtual table, or has computed columns; no recorder makes these")
    }
  }

  deinit {
    try? queue.close()
    if let copy { try? FileManager.default.removeItem(at: copy) }
  }

  /// The names of a table's columns; empty where there is no such table.
  func columns(of table: String) throws(DemonstrationError) -> Set<String> {
    Set(try rows("SELECT name FROM pragma_table_info(?)", [table]).compactMap { $0["name"] as String? })
  }

  /// Rows of a query.
  ///
  /// - Parameters:
  ///   - sql: The query.
  ///   - arguments: What stands for its question marks.
  ///   - maximum: The most rows that are taken.
  /// - Returns: The rows.
  /// - Throws: ``DemonstrationError`` for a database that is damaged, or one with more rows.
  func rows(_ sql: String, _ arguments: StatementArguments = [], maximum: Int = 5_000_000) throws(DemonstrationError) -> [Row] {
    do {
      return try queue.read { database in
        var rows: [Row] = []
        let cursor = try Row.fetchCursor(database, sql: sql, arguments: arguments)
        while let row = try cursor.next() {
          guard rows.count < maximum else {
            throw DemonstrationError(.limitExceeded, file: file, "has more than \(maximum) rows in a table")
          }
          rows.append(row.copy())
        }
        return rows
      }
    } catch {
      throw Self.fault(error, file)
    }
  }

  private static func fault(_ error: any Error, _ file: String) -> DemonstrationError {
    if let error = error as? DemonstrationError { return error.at(file: file) }
    if let error = error as? DatabaseError {
      return DemonstrationError(
        .malformed, file: file, "cannot be read as a database (\(error.message ?? "\(error.resultCode)")); the recording is damaged")
    }
    return DemonstrationError(.unreadable, file: file, "cannot be read: \(error.localizedDescription)")
  }
}

extension Row {
  /// A number, whatever way SQLite stores it: a column of type NUMERIC keeps whole numbers as integers.
  func number(_ column: String) -> Double? {
    guard hasColumn(column) else { return nil }
    let value: DatabaseValue = self[column]
    switch value.storage {
    case .double(let number): return number.isFinite ? number : nil
    case .int64(let number): return Double(number)
    case .string(let text): return Double(text).flatMap { $0.isFinite ? $0 : nil }
    default: return nil
    }
  }

  func text(_ column: String) -> String? {
    guard hasColumn(column) else { return nil }
    let value: DatabaseValue = self[column]
    switch value.storage {
    case .string(let text): return text
    case .int64(let number): return String(number)
    case .double(let number): return String(number)
    default: return nil
    }
  }

  /// JSON in a text; `null` and what is no JSON are nothing.
  func json(_ column: String) -> JSONValue? {
    guard let text = text(column), let value = try? JSONValue(parsing: Data(text.utf8)), value != .null else { return nil }
    return value
  }

  func bytes(_ column: String) -> [UInt8]? {
    guard hasColumn(column) else { return nil }
    let value: DatabaseValue = self[column]
    if case .blob(let data) = value.storage, !data.isEmpty { return Array(data) }
    return nil
  }
}
