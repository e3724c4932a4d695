public import Foundation

/// Where collections live.
///
/// A name stands for a folder under `$SIGHTLINE_HOME/collections`; without `SIGHTLINE_HOME`, that is `$XDG_DATA_HOME/sightline/collections`,
/// and without that, `~/.sightline/collections`. What has a slash in it is the path of a collection's folder.
public struct CollectionFolder: Sendable {
  /// The folder that holds collections by name.
  public let root: String

  /// The place that an environment states.
  public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    func absolute(_ name: String) -> String? { environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
    root =
      (absolute("SIGHTLINE_HOME") ?? absolute("XDG_DATA_HOME").map { $0 + "/sightline" }
        ?? (absolute("HOME") ?? NSHomeDirectory()) + "/.sightline") + "/collections"
  }

  /// The folder of a collection.
  ///
  /// - Parameter reference: A name of letters, digits, `.`, `-` and `_`, or a path.
  /// - Returns: The folder's path.
  /// - Throws: `CollectionError` for a name that is neither.
  public func path(of reference: String) throws(CollectionError) -> String {
    if reference.contains("/") { return reference }
    let isName = !reference.hasPrefix(".") && reference.allSatisfy { $0.isLetter || $0.isNumber || ".-_".contains($0) }
    guard isName, (1...100).contains(reference.utf8.count) else {
      throw CollectionError(
        .invalidName, "\"\(reference)\" is no collection's name; use letters, digits, ., - and _, or a path with a slash in it")
    }
    return root + "/" + reference
  }

  /// Names of the collections there, sorted.
  public func names() -> [String] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return entries.filter { FileManager.default.fileExists(atPath: "\(root)/\($0)/\(CollectionManifest.fileName)") }.sorted()
  }
}
