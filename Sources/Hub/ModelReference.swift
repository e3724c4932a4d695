/// A model repository and one of its revisions: `Qwen/Qwen3-VL-Embedding-2B`, `Qwen/Qwen3-VL-Embedding-2B@v1.0`.
public struct ModelReference: Sendable, Hashable, CustomStringConvertible {
  /// The user or organisation.
  public let organisation: String
  /// The repository's name.
  public let name: String
  /// A branch, a tag or a commit; nil for the main branch.
  public let revision: String?

  /// Reads `ORG/NAME` or `ORG/NAME@REVISION`.
  ///
  /// - Throws: `HubError` of the code `invalidReference`.
  public init(parsing text: String) throws(HubError) {
    let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    try self.init(repository: String(halves[0]), revision: halves.count > 1 ? String(halves[1]) : nil)
  }

  /// A repository `ORG/NAME` and a revision.
  ///
  /// - Throws: `HubError` of the code `invalidReference`.
  public init(repository: String, revision: String? = nil) throws(HubError) {
    let parts = repository.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, parts.allSatisfy(Self.isName) else {
      throw HubError(
        .invalidReference,
        "\(shown(repository)) does not name a model; expected ORG/NAME, such as Qwen/Qwen3-VL-Embedding-2B: letters, digits, \"-\", \"_\" and \".\""
      )
    }
    if let revision, !Self.isRevision(revision) {
      throw HubError(.invalidReference, "\(shown(revision)) is not a revision; expected a branch, a tag or a commit")
    }
    (organisation, name) = (parts[0], parts[1])
    self.revision = revision
  }

  /// The repository: `ORG/NAME`.
  public var repository: String { "\(organisation)/\(name)" }

  /// `ORG/NAME`, with `@REVISION` if there is one.
  public var description: String { repository + (revision.map { "@\($0)" } ?? "") }

  /// Whether both hubs take a text for one part of a repository's name.
  ///
  /// Two hyphens separate the parts in a cache's folder names, so no part holds them.
  private static func isName(_ text: String) -> Bool {
    (1...96).contains(text.utf8.count) && text.utf8.allSatisfy { isNameByte($0) } && !text.contains("--") && !text.contains("..")
      && !text.hasPrefix(".") && !text.hasPrefix("-") && !text.hasSuffix(".") && !text.hasSuffix("-") && !text.hasSuffix(".git")
  }

  /// Whether a text can name a branch, a tag or a commit, and a file below `refs`.
  static func isRevision(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return text.utf8.count <= 200 && parts.count <= 8
      && parts.allSatisfy { part in
        !part.isEmpty && part.utf8.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: "+") } && !part.hasPrefix(".") && !part.contains("..")
      }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
    default: false
    }
  }
}
