import GRDB

/// What a record must be to be found; several must all hold.
public enum SearchFilter: Sendable, Hashable {
  /// Its source's path, or the caller's id, matches a pattern: `*` any characters, `?` one, `[abc]` one of these.
  case path(String)
  /// Its source is of a kind.
  case kind(SourceKind)
  /// A value of its metadata equals this, as a text, a number, or `true` and `false`.
  case metadata(key: String, value: String)

  /// A filter as people write it: `path=*.pdf`, `type=image`, or `key=value` for metadata.
  ///
  /// `metadata.path=…` and `metadata.type=…` stand for metadata of these names.
  ///
  /// - Throws: `CollectionError` with the code `invalidFilter`.
  public init(_ text: String) throws(CollectionError) {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      throw CollectionError(.invalidFilter, "\"\(text)\" is no filter; expected key=value, such as type=image or path=*/2025/*")
    }
    var key = String(text[..<equals])
    let value = String(text[text.index(after: equals)...])
    switch key {
    case "path": self = .path(value)
    case "type":
      guard let kind = SourceKind(rawValue: value) else {
        let kinds = SourceKind.allCases.map(\.rawValue).joined(separator: ", ")
        throw CollectionError(.invalidFilter, "type=\(value): there is no such type; expected one of \(kinds)")
      }
      self = .kind(kind)
    default:
      if key.hasPrefix("metadata.") { key.removeFirst("metadata.".count) }
      guard !key.isEmpty, !key.contains("\""), !key.contains("\\") else {
        throw CollectionError(.invalidFilter, "\"\(text)\": a metadata key has no quotes and no backslashes")
      }
      self = .metadata(key: key, value: value)
    }
  }

  /// The condition on a record `r` of a source `s`.
  private var condition: (sql: String, arguments: StatementArguments) {
    switch self {
    case .path(let pattern): return ("s.name GLOB ?", [pattern])
    case .kind(let kind): return ("s.kind = ?", [kind.rawValue])
    case .metadata(let key, let value):
      let path = "$.\"\(key)\""
      return (
        """
        CASE json_type(s.metadata, ?)
        WHEN 'text' THEN json_extract(s.metadata, ?) = ?
        WHEN 'integer' THEN json_extract(s.metadata, ?) = ?
        WHEN 'real' THEN json_extract(s.metadata, ?) = ?
        ELSE json_type(s.metadata, ?) = ? END
        """,
        [path, path, value, path, Double(value), path, Double(value), path, value]
      )
    }
  }

  /// Keys of all records that meet all filters.
  static func keys(_ filters: [SearchFilter], _ database: Database) throws -> [UInt64] {
    let conditions = filters.map(\.condition)
    let sql =
      "SELECT r.key FROM record r JOIN source s ON s.id = r.source WHERE " + conditions.map { "(\($0.sql))" }.joined(separator: " AND ")
    let arguments = conditions.reduce(into: StatementArguments()) { $0 += $1.arguments }
    return try Int64.fetchAll(database, sql: sql, arguments: arguments).map(UInt64.init(bitPattern:))
  }
}
