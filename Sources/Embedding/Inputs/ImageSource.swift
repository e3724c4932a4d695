public import Media

/// Where a picture comes from.
public enum ImageSource: Sendable {
  /// A file's path.
  case file(String)
  /// An `http` or `https` address.
  case url(String)
  /// A `data:` URI.
  case dataURI(String)
  /// The bytes of a picture file of any supported format.
  case bytes([UInt8])
  /// Pixels in memory.
  case pixels(RGBImage)

  /// A picture by what people write: an `http(s)` address, a `data:` or `file:` URI, or else a path.
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
}
