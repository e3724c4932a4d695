/// A source that is being indexed: what will be known of it once it has records.
struct OpenSource: Sendable {
  /// A path, or the caller's id.
  let name: String
  let kind: SourceKind?
  /// The file of JSON lines that it comes from; `nil` for a file.
  var origin: String?
  /// SHA-256 of its content; empty where that could not be read.
  var digest: [UInt8] = []
  /// How many records it makes.
  var parts = 0
  var size: Int?
  var modified: Int?
  var content: String?
  var metadata: [String: MetadataValue] = [:]

  var key: Key { Key(name: name, isItem: origin != nil) }

  /// What tells sources of one collection apart.
  struct Key: Hashable, Sendable {
    let name: String
    let isItem: Bool
  }
}

/// A part that waits to be embedded, or the reason why it cannot.
struct PendingPart: Sendable {
  let source: OpenSource
  let index: Int
  let part: Result<SourceContent.Part, SourceError>
}

/// A part that has a vector, or the reason why it has none.
struct FinishedPart: Sendable {
  let source: OpenSource
  let index: Int
  let location: RecordLocation
  let text: String?
  let vector: Result<[Float], SourceError>
}

/// A source that the collection has.
struct KnownSource: Sendable {
  let row: SourceRow
  /// Parts that have records.
  let finishedParts: Set<Int>
  /// Whether something of it failed when it was last tried.
  let hasFailed: Bool

  /// Whether every part has its record, and nothing is to be tried again.
  var isComplete: Bool { row.parts == finishedParts.count && !hasFailed }
}
