/// A record that a search found.
public struct SearchResult: Sendable, Equatable {
  /// The record's number in the collection.
  public let key: UInt64
  /// The path of its file, or the caller's id.
  public let source: String
  /// What its source is.
  public let kind: SourceKind
  /// Which part of the source it is.
  public let location: RecordLocation
  /// Its words, where it has any.
  public let text: String?
  /// What the caller said of it.
  public let metadata: [String: MetadataValue]
  /// The cosine of its vector and the query's: the first stage.
  public let similarity: Float
  /// How much it meets the query, from 0 to 1, says the reranker: the second stage; `nil` where there was none.
  public internal(set) var relevance: Double?
  /// Why the reranker could not judge it.
  public internal(set) var rerankFailure: String?
  /// What the record can be read from again.
  let document: StoredDocument

  /// The source and the part, as an address: `report.pdf#page=3`.
  public var address: String { location.fragment.isEmpty ? source : "\(source)#\(location.fragment)" }

  /// The text cut to a length and to one line, or nothing.
  public func snippet(_ length: Int) -> String {
    let words = (text ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.count > length ? words.prefix(max(0, length - 1)) + "…" : words
  }
}

/// How much of a collection a search looks at, and how.
public struct SearchOptions: Sendable {
  /// Results at most.
  public var count = 10
  /// Records that the reranker judges at most; without one, this plays no part.
  public var candidates = 100
  /// What a record must be to be found.
  public var filters: [SearchFilter] = []
  /// Numbers of each vector that are compared, a Matryoshka prefix; `nil` for all.
  public var dimensions: Int?
  /// Whether every vector is compared, however many there are; otherwise codes choose first in a large collection.
  public var isExact = false

  /// The reference's options: ten results, of a hundred candidates where there is a reranker.
  public init() {}
}
