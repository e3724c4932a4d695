/// Why a library of demonstrations cannot be used for what was asked.
public struct LibraryError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of fault.
  public enum Code: String, Sendable {
    /// There is no library, or no demonstration of that id.
    case missing
    /// A query with nothing that the method could compare.
    case invalidQuery
    /// A setting out of range, or one without what it needs.
    case invalidSetting
    /// A file that contradicts itself.
    case damaged
    /// A newer version wrote the library.
    case newerFormat
    /// Another process writes into the library.
    case busy
    /// The disk refuses to read or to write.
    case inputOutput
  }

  /// The kind of fault.
  public let code: Code
  /// One sentence for a person.
  public let description: String

  /// An error of the given kind.
  public init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
