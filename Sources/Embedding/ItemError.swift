/// Why one item could not be embedded or scored.
///
/// The others of the same call are not affected.
public struct ItemError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of fault.
  public enum Code: String, Sendable {
    /// A picture cannot be read, fetched or decoded.
    case unreadableImage
    /// A video cannot be read, fetched or decoded.
    case unreadableVideo
    /// A document or one of its pages cannot be read, fetched or drawn.
    case unreadableDocument
    /// More tokens than the limit, where none may be left out.
    case tooLong
    /// A kind of input that this version does not take.
    case unsupportedInput
    /// The item is not in the form that was asked for.
    case malformedInput
  }

  /// The kind of fault.
  public let code: Code
  /// What is at fault, such as a file name, where there is one.
  public let subject: String?
  /// One sentence for a person.
  public let reason: String

  /// An error of the given kind.
  public init(_ code: Code, subject: String? = nil, _ reason: String) {
    self.code = code
    self.subject = subject
    self.reason = reason
  }

  /// The subject and the reason, as one line.
  public var description: String { subject.map { "\($0): \(reason)" } ?? reason }
}
