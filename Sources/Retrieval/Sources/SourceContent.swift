import Embedding

/// A source that was read: which content it has, and what its records will be.
struct SourceContent: Sendable {
  /// One record to be.
  struct Part: Sendable {
    let item: Item
    var location = RecordLocation.whole
    /// Words to show, and for a passage to rerank.
    var text: String?
    /// Tokens that the model will run through, about.
    let tokens: Int
    /// Bytes in memory until it is embedded.
    var bytes = 0
    /// A file that is read only when it is embedded, as it must still be then.
    var file: File?
  }

  /// A file as it was when its digest was taken.
  struct File: Sendable {
    let path: String
    let status: FileStatus
  }

  let kind: SourceKind
  /// SHA-256 of the content.
  let digest: [UInt8]
  /// How many parts there are.
  let count: Int
  /// Makes a part ready; numbered from 0.
  let part: @Sendable (Int) async throws -> Part
}
