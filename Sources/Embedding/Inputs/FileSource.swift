import Fetching

/// Where the bytes of a video or a document come from.
public enum FileSource: Sendable, Equatable {
  /// A file's path.
  case file(String)
  /// An `http` or `https` address.
  case url(String)
  /// A `data:` URI.
  case dataURI(String)
  /// The bytes of the file.
  case bytes([UInt8])

  /// A file by what people write: an `http(s)` address, a `data:` or `file:` URI, or else a path.
  public init(_ reference: String) {
    let scheme = reference.prefix(8).lowercased()
    if scheme.hasPrefix("http://") || scheme.hasPrefix("https://") {
      self = .url(reference)
    } else if scheme.hasPrefix("data:") {
      self = .dataURI(reference)
    } else if scheme.hasPrefix("file://") {
      self = .file(String(reference.dropFirst(7)))
    } else {
      self = .file(reference)
    }
  }

  /// How a message names the file: its path or address (without what may be secret in it), or that it is in memory.
  public var label: String {
    switch self {
    case .file(let path): path
    case .url(let url): RedactedURL.text(of: url)
    case .dataURI: "data URI"
    case .bytes: "file in memory"
    }
  }
}
