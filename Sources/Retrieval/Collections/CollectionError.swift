/// Why a collection cannot be used for what was asked: what was found and what would be right.
public struct CollectionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of fault.
  public enum Code: String, Sendable {
    /// There is no collection of that name.
    case missing
    /// A collection is there already, or something else is in its place.
    case exists
    /// A name that no collection can have.
    case invalidName
    /// A setting out of range, or one that contradicts the collection.
    case invalidSetting
    /// The collection was made with another model, or with other settings of it.
    case differentModel
    /// Another process writes into the collection.
    case busy
    /// The files contradict themselves or each other.
    case damaged
    /// A newer version wrote the collection.
    case newerFormat
    /// The disk refuses to read or to write.
    case inputOutput
    /// A filter that cannot be understood.
    case invalidFilter
  }

  /// The kind of fault.
  public let code: Code
  /// One sentence for a person.
  public let reason: String

  /// An error of the given kind.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// The reason.
  public var description: String { reason }
}
