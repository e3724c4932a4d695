/// Why an index of vectors cannot be opened, changed or searched: which file, what was found and what would be right.
public struct VectorIndexError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of fault.
  public enum Code: String, Sendable {
    /// There is no index in the folder.
    case missing
    /// There is an index in the folder already.
    case alreadyThere
    /// Another writer has the index open.
    case locked
    /// A file cannot be read, or the system refuses to map it.
    case unreadableFile
    /// A file cannot be written: the disk is full, permissions are missing.
    case unwritableFile
    /// A file's bytes are not what was written.
    case damagedFile
    /// A file is of a version, an index or a kind that this program does not read.
    case unsupportedFile
    /// The commit that was asked for is not in the index.
    case missingCommit
    /// A vector that cannot be stored or searched: wrong length, not finite, zero.
    case invalidVector
    /// A setting or an argument is out of range or contradicts another one.
    case invalidArgument
    /// An earlier fault left the writer unsure of what is on disk: open the index again.
    case broken
  }

  /// The kind of fault.
  public let code: Code
  /// The file or folder at fault.
  public let file: String
  /// One sentence for a person.
  public let reason: String

  /// An error of the given kind.
  public init(_ code: Code, file: String, _ reason: String) {
    self.code = code
    self.file = file
    self.reason = reason
  }

  /// The file and the reason, as one line.
  public var description: String { "\(file): \(reason)" }
}
