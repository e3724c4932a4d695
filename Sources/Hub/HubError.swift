/// Why a model could not be had: what was found, what was expected, what to do.
public struct HubError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of fault.
  public enum Code: String, Sendable {
    /// The text does not name a repository or a revision.
    case invalidReference
    /// An environment variable or a setting has a value that cannot be used.
    case invalidConfiguration
    /// The network is needed, and switched off.
    case offline
    /// The repository is private, or wants its terms accepted.
    case accessDenied
    /// There is no such repository or revision.
    case notFound
    /// The server gets too many requests.
    case rateLimited
    /// The network or the server failed, also after several tries.
    case unreachable
    /// The server's listing or answer is not usable, or not safe to use.
    case malformedAnswer
    /// The repository has no weights in a form that is loaded.
    case noWeights
    /// What came is not what the listing promised.
    case wrongContent
    /// There is not enough room on the disk.
    case diskFull
    /// The cache cannot be read or written.
    case unusableCache
    /// The model is not in the cache, or not all of it.
    case notCached
  }

  /// The kind of fault.
  public let code: Code
  /// A sentence or two for a person.
  public let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}

/// Text from elsewhere, in quotation marks, fit to stand in a message: on one line and not too long.
func shown(_ text: String) -> String {
  let kept = text.unicodeScalars.prefix(120).map { scalar -> Unicode.Scalar in
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: "\u{fffd}"
    default: scalar
    }
  }
  var view = String.UnicodeScalarView()
  view.append(contentsOf: kept)
  return "\"\(String(view))\(text.unicodeScalars.count > 120 ? "…" : "")\""
}
