/// Why a verification cannot be carried out.
///
/// That numbers differ is no error: it is what the outcome says.
public struct VerificationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of fault.
  public enum Code: String, Sendable {
    /// The file of cases is missing, is not JSON, or contradicts itself.
    case malformedCases
    /// There is nothing to run.
    case noCases
    /// An input is missing or cannot be read.
    case unreadableInput
    /// An input has other bytes than the published numbers were computed from.
    case wrongDigest
    /// An input holds something else than the cases take it for.
    case malformedInput
    /// An input could not be fetched.
    case unfetchableInput
    /// The published numbers are those of a model of another size.
    case wrongModel
  }

  /// The kind of fault.
  public let code: Code
  /// The file, address or folder at fault.
  public let subject: String
  /// One sentence for a person.
  public let reason: String

  init(_ code: Code, _ subject: String, _ reason: String) {
    self.code = code
    self.subject = subject
    self.reason = reason
  }

  /// The subject and the reason.
  public var description: String { "\(subject): \(reason)" }
}
