/// Why a checkpoint cannot be used: which file, which field or tensor, what was found and what would be right.
public struct CheckpointError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of fault.
  public enum Code: String, Sendable {
    /// A file is not there.
    case missingFile
    /// A file cannot be read: permissions, a directory in its place, a device.
    case unreadableFile
    /// A file's bytes are not what its format says: truncated, overlapping, not JSON.
    case malformedFile
    /// A value of a configuration file is missing.
    case missingValue
    /// A value has the wrong type, lies out of range, or contradicts another one.
    case invalidValue
    /// A value is understood, and what it asks for is not supported.
    case unsupported
    /// A tensor that the model needs is not in the checkpoint.
    case missingTensor
    /// A tensor has another shape or number type than the configuration says.
    case invalidTensor
    /// The checkpoint holds tensors that this model does not have.
    case leftoverTensors
    /// A file cannot be written.
    case unwritableFile
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
