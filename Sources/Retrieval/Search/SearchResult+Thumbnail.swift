import Embedding
public import Media

extension SearchResult {
  /// A small picture of the record, read from its source again; `nil` for one without a picture.
  ///
  /// Pictures behind an address are not fetched.
  ///
  /// - Parameter side: Pixels of the longer side at most.
  /// - Throws: `MediaError` where its file can no longer be read.
  public func thumbnail(fitting side: Int) throws -> RGBImage? {
    guard let image = try document.item().images.first else { return nil }
    return switch image {
    case .file(let path): try RGBImage(file: path).thumbnail(fitting: side)
    case .dataURI(let uri): try RGBImage(dataURI: uri).thumbnail(fitting: side)
    case .bytes(let bytes): try RGBImage(decoding: bytes).thumbnail(fitting: side)
    case .pixels(let image): try image.thumbnail(fitting: side)
    case .url: nil
    }
  }
}
