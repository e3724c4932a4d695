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
    switch FileSource(reference) {
    case .file(let path): self = .file(path)
    case .url(let url): self = .url(url)
    case .dataURI(let uri): self = .dataURI(uri)
    case .bytes(let bytes): self = .bytes(bytes)
    }
  }
}
