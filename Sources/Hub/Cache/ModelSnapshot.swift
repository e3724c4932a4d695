public import Foundation

/// One revision of a model in a cache.
public struct ModelSnapshot: Sendable, Equatable, Codable {
  /// The repository: `ORG/NAME`.
  public let repository: String
  /// The commit, or what else names the snapshot's folder.
  public let commit: String
  /// Branches and tags that led to the commit last.
  public let revisions: [String]
  /// The hub that the model came from.
  public let source: HubSource
  /// The folder to open.
  public let directory: String
  /// Bytes of its files; other snapshots may share them.
  public let bytes: Int
  /// When a file of it was last read or written, as exactly as the system keeps that (often a day).
  public let lastUse: Date?
}
