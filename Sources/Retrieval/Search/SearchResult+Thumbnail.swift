import Embedding
public import Media

extension SearchResult {
  /// A small picture of the record, read from its source again: the picture, the page, a frame from the middle of the video; `nil` for one
  /// without any.
  ///
  /// What lies behind an address is not fetched.
  ///
  /// - Parameter side: Pixels of the longer side at most, at least 1.
  /// - Returns: The picture, or `nil`.
  /// - Throws: `MediaError` and others where its file can no longer be read.
  public func thumbnail(fitting side: Int) async throws -> RGBImage? {
    let item = try document.item()
    if let image = item.images.first { return try Self.picture(image)?.thumbnail(fitting: side) }
    if let page = item.documents.first, case .file(.file(let path)) = page.source {
      let document = try await PDFDocument(file: path, password: page.password)
      guard let number = try page.pages.numbers(of: document.pageCount).first else { return nil }
      return try await document.page(number, fitting: side * side).thumbnail(fitting: side)
    }
    if let video = item.videos.first { return try Self.frame(video)?.thumbnail(fitting: side) }
    return nil
  }

  private static func picture(_ source: ImageSource) throws -> RGBImage? {
    switch source {
    case .file(let path): try RGBImage(file: path)
    case .dataURI(let uri): try RGBImage(dataURI: uri)
    case .bytes(let bytes): try RGBImage(decoding: bytes)
    case .pixels(let image): image
    case .url: nil
    }
  }

  private static func frame(_ input: VideoInput) throws -> RGBImage? {
    switch input.source {
    case .frames(let frames): return try frames.isEmpty ? nil : picture(frames[frames.count / 2])
    case .file(.file(let path)):
      let video = try Video(file: path)
      let within = { (time: Double) in max(0, min(time, video.duration)) }
      let middle = (within(input.start ?? 0) + within(input.end ?? video.duration)) / 2
      return try video.frame(at: min(video.frameCount - 1, max(0, Int(middle * video.frameRate))))
    case .file: return nil
    }
  }
}
