import GRDB

/// What a record must be to be found; several must all hold.
public indirect enum SearchFilter: Sendable, Hashable {
  /// Its source's path, or the caller's id, matches a pattern: `*` any characters, `?` one, `[abc]` one of these.
  case path(String)
  /// Its source is of a kind.
  case kind(SourceKind)
  /// A value of its metadata, or one of a list's, stands so to this one.
  ///
  /// Numbers are compared as numbers, texts as texts (so dates as 2025-01-31 come in their order), and flags are equal to `true` or `false`.
  /// Without a value of that key it does not hold.
  case metadata(key: String, Comparison, value: String)
  /// The filter does not hold.
  case not(SearchFilter)
  /// One of the filters holds.
  case any([SearchFilter])

  /// How two values stand to each other.
  public enum Comparison: String, Sendable, CaseIterable {
    /// They are equal.
    case equal = "="
    /// The first is less.
    case less = "<"
    /// The first is less or equal.
    case lessOrEqual = "<="
    /// The first is greater.
    case greater = ">"
    /// The first is greater or equal.
    case greaterOrEqual = ">="
  }

  /// A filter as people write it: `path=*.pdf`, `type=image,pdf`, or `key=value` for metadata.
  ///
  /// `!=` stands for the opposite of `=`; metadata has `<`, `<=`, `>` and `>=` too. `metadata.path=…` and `metadata.type=…` stand for metadata
  /// of these names.
  ///
  /// - Throws: `CollectionError` with the code `invalidFilter`.
  public init(_ text: String) throws(CollectionError) {
    var (key, sign, value) = try Self.parts(text)
    let isNegated = sign == "!="
    if isNegated { sign = "=" }
    guard let comparison = Comparison(rawValue: sign) else {
      throw CollectionError(.invalidFilter, "\"\(text)\" has no comparison; expected =, !=, <, <=, > or >=")
    }
    guard comparison == .equal || key != "path" && key != "type" else {
      throw CollectionError(.invalidFilter, "\"\(text)\": \(key) is compared with = and != only")
    }
    let filter: SearchFilter
    switch key {
    case "path": filter = .path(value)
    case "type":
      var kinds: [SearchFilter] = []
      for name in value.split(separator: ",", omittingEmptySubsequences: false) { kinds.append(.kind(try Self.kind(String(name)))) }
      filter = kinds.count == 1 ? kinds[0] : .any(kinds)
    default:
      if key.hasPrefix("metadata.") { key.removeFirst("metadata.".count) }
      guard !key.isEmpty, !key.contains("\""), !key.contains("\\") else {
        throw CollectionError(.invalidFilter, "\"\(text)\": a metadata key has no quotes and no backslashes")
      }
      filter = .metadata(key: key, comparison, value: value)
    }
    self = isNegated ? .not(filter) : filter
  }

  /// What stands before the first sign of comparison, the sign, and what stands behind it.
  private static func parts(_ text: String) throws(CollectionError) -> (key: String, sign: String, value: String) {
    let signs: Set<Character> = ["=", "!", "<", ">"]
    guard let start = text.firstIndex(where: signs.contains), start > text.startIndex else {
      throw CollectionError(.invalidFilter, "\"\(text)\" is no filter; expected key=value, such as type=image or path=*/2025/*")
    }
    // "=" never begins a longer sign, so that a value may begin with any character.
    let next = text.index(after: start)
    let isLong = text[start] != "=" && next < text.endIndex && text[next] == "="
    let end = isLong ? text.index(after: next) : next
    return (String(text[..<start]), String(text[start..<end]), String(text[end...]))
  }

  private static func kind(_ name: String) throws(CollectionError) -> SourceKind {
    guard let kind = SourceKind(rawValue: name) else {
      let kinds = SourceKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw CollectionError(.invalidFilter, "type=\(name): there is no such type; expected one of \(kinds)")
    }
    return kind
  }

  /// The condition on a record `r` of a source `s`: 1 or 0.
  private var condition: (sql: String, arguments: StatementArguments) {
    switch self {
    case .path(let pattern): return ("s.name GLOB ?", [pattern])
    case .kind(let kind): return ("s.kind = ?", [kind.rawValue])
    case .metadata(let key, let comparison, let value):
      let sign = comparison.rawValue
      let number = Double(value)
      // A value by itself is one row of json_each, a list a row for each of its values.
      return (
        """
        EXISTS (SELECT 1 FROM json_each(s.metadata, ?) WHERE CASE type
        WHEN 'text' THEN value \(sign) ? WHEN 'integer' THEN value \(sign) ? WHEN 'real' THEN value \(sign) ?
        ELSE \(comparison == .equal ? "type = ?" : "0 AND ?") END)
        """,
        ["$.\"\(key)\"", value, number, number, value]
      )
    case .not(let filter):
      let condition = filter.condition
      return ("NOT coalesce(\(condition.sql), 0)", condition.arguments)
    case .any(let filters):
      guard !filters.isEmpty else { return ("0", []) }
      return Self.join(filters, "OR")
    }
  }

  private static func join(_ filters: [SearchFilter], _ word: String) -> (sql: String, arguments: StatementArguments) {
    let conditions = filters.map(\.condition)
    return (
      conditions.map { "(\($0.sql))" }.joined(separator: " \(word) "), conditions.reduce(into: StatementArguments()) { $0 += $1.arguments }
    )
  }

  /// Keys of all records that meet all filters, of which there is at least one.
  static func keys(_ filters: [SearchFilter], _ database: Database) throws -> [UInt64] {
    let condition = join(filters, "AND")
    return try Int64.fetchAll(
      database, sql: "SELECT r.key FROM record r JOIN source s ON s.id = r.source WHERE \(condition.sql)", arguments: condition.arguments
    ).map(UInt64.init(bitPattern:))
  }
}
