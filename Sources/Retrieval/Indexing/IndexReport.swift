/// How far indexing has come.
public struct IndexProgress: Sendable, Equatable {
  /// Files and lines of JSON that are done, unchanged ones among them.
  public var done = 0
  /// Files and lines known so far.
  public var total = 0
  /// Records that were embedded.
  public var embedded = 0
  /// Files and lines that failed, in whole or in part.
  public var failed = 0
}

/// Something that could not be indexed; it is tried again next time.
public struct IndexFailure: Sendable, Equatable, Codable, CustomStringConvertible {
  /// A path, or the caller's id.
  public let source: String
  /// Which of its parts, counted from 0; `nil` for all of it.
  public let part: Int?
  /// One sentence for a person.
  public let reason: String

  /// A failure.
  public init(source: String, part: Int? = nil, reason: String) {
    self.source = source
    self.part = part
    self.reason = reason
  }

  /// The source, its part and the reason, as one line.
  public var description: String { "\(source)\(part.map { ", part \($0 + 1)" } ?? ""): \(reason)" }
}

/// What indexing did.
public struct IndexReport: Sendable, Equatable, Codable {
  /// Files and lines that have new records, and all of them.
  public var indexed = 0
  /// Of these, those that replaced records made from an earlier content.
  public var replaced = 0
  /// Files and lines that had not changed.
  public var unchanged = 0
  /// Files that had only been renamed and kept their vectors.
  public var renamed = 0
  /// Files and lines that were gone and whose records were removed.
  public var removed = 0
  /// Files of kinds that are not indexed.
  public var skipped = 0
  /// Records that were embedded.
  public var embedded = 0
  /// Whether it was cancelled; what is reported is done all the same, and the next run goes on.
  public var isInterrupted = false
  /// What failed, in order.
  public var failures: [IndexFailure] = []
}

/// What happens while a collection is indexed.
public enum IndexEvent: Sendable {
  /// Some more is done.
  case progress(IndexProgress)
  /// All is done; the last event.
  case finished(IndexReport)
}

/// What is indexed and what becomes of the rest.
public struct IndexOptions: Sendable {
  /// Whether records of files that are gone are removed.
  public var prunes = false
  /// Whether files and folders are read whose names begin with a dot.
  public var includesHidden = false

  /// Nothing is removed, hidden files are left out.
  public init() {}
}
