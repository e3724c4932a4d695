/// Why a tokenizer's files cannot be used.
///
/// `description` is one line for a person: the file, the field in it, what was found, what was expected and what to do.
public struct TokenizerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of problem, for programs that act on it.
  public enum Kind: Sendable, Hashable {
    /// A file is missing or could not be read.
    case unreadable
    /// The bytes are not strict JSON, or a field is missing or has the wrong type or range.
    case malformed
    /// A setting is well formed, but this library does not carry it out, so using the file would give wrong ids.
    case unsupported
    /// Two parts of the files contradict each other.
    case inconsistent
  }

  /// The kind of problem.
  public let kind: Kind

  /// The file, as the caller named it.
  public let file: String

  /// The place in the file, such as `model.merges[17]`; empty where the whole file is meant.
  public let field: String

  /// What was found, what was expected and what to do, without file and field.
  public let message: String

  /// File, field and message in one line.
  public var description: String {
    field.isEmpty ? "\(file): \(message)" : "\(file): \(field): \(message)"
  }
}

extension String {
  /// A text from a file, made fit for an error message: in quotes, escaped, cut after 60 characters.
  var quotedForMessage: String {
    let limit = 60
    var escaped = ""
    for scalar in unicodeScalars.prefix(limit) {
      escaped += scalar.escaped(asASCII: false)
    }
    return "\"\(escaped)\(unicodeScalars.count > limit ? "…" : "")\""
  }
}
