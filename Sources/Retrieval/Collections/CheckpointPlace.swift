import Foundation

/// Where a checkpoint lies, and what people call it.
struct CheckpointPlace: Sendable, Equatable {
  /// The folder, as an absolute path.
  let directory: String
  /// `ORG/NAME` of one that was pulled, else the folder's name.
  let name: String
  /// The commit of one that was pulled.
  let revision: String?

  /// The place of a folder; in a cache of models, `models--ORG--NAME/snapshots/COMMIT` says where it came from.
  init(_ directory: String) {
    let folder = URL(fileURLWithPath: directory).standardizedFileURL
    let resolved = folder.resolvingSymlinksInPath()
    let snapshots = resolved.deletingLastPathComponent()
    let repository = snapshots.deletingLastPathComponent().lastPathComponent.split(separator: "--", omittingEmptySubsequences: false)
    let isPulled = snapshots.lastPathComponent == "snapshots" && repository.count >= 3 && repository[0] == "models"
    self.directory = folder.path
    name = isPulled ? repository.dropFirst().joined(separator: "/") : resolved.lastPathComponent
    revision = isPulled ? resolved.lastPathComponent : nil
  }
}
