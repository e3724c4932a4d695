/// Why a demonstration, or a part of one, cannot be used: where, what was found, and what to do.
public struct DemonstrationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of fault.
  public enum Code: String, Sendable {
    /// A file or folder is not there or cannot be read.
    case unreadable
    /// Nothing in a folder says what it is.
    case unrecognized
    /// A file is not what its name says: no JSON, no database, no picture.
    case malformed
    /// A field that must be there is not.
    case missingField
    /// A field holds something that it cannot hold.
    case invalidField
    /// Another version of the schema.
    case unsupportedVersion
    /// A path leads out of the demonstration's folder.
    case unsafePath
    /// Two demonstrations with one id.
    case duplicateID
    /// A recording has nothing in it to make a step of.
    case empty
    /// A recording is larger than the limits allow.
    case limitExceeded
    /// A file cannot be written.
    case unwritable
  }

  /// The kind of fault.
  public let code: Code
  /// The file or folder.
  public internal(set) var file: String?
  /// The step, counted from 0.
  public internal(set) var step: Int?
  /// The field, with the fields around it: `action.coordinates.x`.
  public internal(set) var field: String?
  /// What was found and what to do, in words.
  public let reason: String

  /// An error.
  public init(_ code: Code, file: String? = nil, step: Int? = nil, field: String? = nil, _ reason: String) {
    self.code = code
    self.file = file
    self.step = step
    self.field = field
    self.reason = reason
  }

  /// File, step, field and reason in one sentence.
  public var description: String { [file, withinFile].compactMap(\.self).joined(separator: withinFile == reason ? ": " : ", ") }

  /// Where in its file, and the reason.
  public var withinFile: String {
    var place: [String] = []
    if let step { place.append("step \(step)") }
    if let field { place.append(field) }
    return place.isEmpty ? reason : "\(place.joined(separator: ", ")): \(reason)"
  }
}
