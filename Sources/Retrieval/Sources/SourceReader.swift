import Crypto
import Embedding
import Foundation
import Media

/// Reads files into content.
struct SourceReader: Sendable {
  /// The largest text that is read.
  private static let maximumTextBytes = 64 << 20

  let passages: Passages
  /// Tokens of a text.
  let count: @Sendable (String) -> Int
  let profile: EmbeddingProfile
  let segmentSeconds: Int?

  /// Reads a file.
  ///
  /// - Returns: Its content and its status at that time, or `nil` for a file of no kind that is indexed.
  func read(_ path: String, isExplicit: Bool) async throws(SourceError) -> (content: SourceContent, status: FileStatus)? {
    let beginning = try StableFile.beginning(path, count: SourceKind.recognizedBytes)
    guard let kind = SourceKind.recognize(path, beginning, isExplicit: isExplicit) else { return nil }
    switch kind {
    case .text, .markdown:
      let (bytes, status) = try StableFile.bytes(path, maximumBytes: Self.maximumTextBytes)
      return (try text(bytes, kind), status)
    case .image:
      let (bytes, status) = try StableFile.bytes(path, maximumBytes: ImageLimits().maximumBytes)
      return (image(bytes), status)
    case .pdf:
      let (bytes, status) = try StableFile.bytes(path, maximumBytes: DocumentLimits().maximumBytes)
      return (try await pages(bytes, path), status)
    case .video: return try video(path)
    case .item: return nil
    }
  }

  private func text(_ bytes: [UInt8], _ kind: SourceKind) throws(SourceError) -> SourceContent {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SourceError("is no text in UTF-8; convert it, for example with iconv")
    }
    let found = passages.split(text, headings: kind == .markdown, counting: count)
    guard !found.isEmpty else { throw SourceError("is empty") }
    return SourceContent(kind: kind, digest: Array(SHA256.hash(data: bytes)), count: found.count) { index in
      let passage = found[index]
      return SourceContent.Part(
        item: Item(text: passage.text), location: .passage(bytes: passage.bytes), text: passage.text, tokens: count(passage.text),
        bytes: passage.text.utf8.count)
    }
  }

  private func image(_ bytes: [UInt8]) -> SourceContent {
    let size = try? ImageSize(ofEncoded: bytes)
    let pixels = min(size.map { $0.width * $0.height } ?? .max, profile.maximumPixels ?? 0)
    return SourceContent(kind: .image, digest: Array(SHA256.hash(data: bytes)), count: 1) { _ in
      SourceContent.Part(item: Item(image: .bytes(bytes)), tokens: Self.tokens(pixels: pixels), bytes: bytes.count)
    }
  }

  /// Pages as pictures, each with its text to show.
  private func pages(_ bytes: [UInt8], _ path: String) async throws(SourceError) -> SourceContent {
    let document: PDFDocument
    do {
      document = try await PDFDocument(bytes: bytes)
    } catch {
      throw SourceError((error as? MediaError)?.reason ?? "\(error)")
    }
    let tokens = Self.tokens(pixels: profile.maximumPixels ?? 0)
    return SourceContent(kind: .pdf, digest: Array(SHA256.hash(data: bytes)), count: document.pageCount) { index in
      let number = index + 1
      let item = Item(documents: [DocumentInput(.open(document, name: path), pages: try PageRanges("\(number)"))])
      // A page without a text that can be read is a picture all the same.
      let text = try? await document.text(number)
      return SourceContent.Part(item: item, location: .page(number), text: text?.isEmpty == true ? nil : text, tokens: tokens)
    }
  }

  /// All of a video and, where that is wanted, its segments.
  private func video(_ path: String) throws(SourceError) -> (content: SourceContent, status: FileStatus) {
    var hash = SHA256()
    let status = try StableFile.read(path, maximumBytes: .max) { hash.update(bufferPointer: $0) }
    let segments = try segments(path)
    let tokens = Self.tokens(pixels: profile.videos?.totalPixels ?? 0)
    let content = SourceContent(kind: .video, digest: Array(hash.finalize()), count: 1 + segments.count) { index in
      let location = index == 0 ? RecordLocation.whole : .segment(milliseconds: segments[index - 1])
      return SourceContent.Part(
        item: Item(videos: [VideoInput(path, location)]), location: location, tokens: tokens,
        file: SourceContent.File(path: path, status: status))
    }
    return (content, status)
  }

  /// Where segments begin and end, in milliseconds; none for a video that is no longer than one.
  private func segments(_ path: String) throws(SourceError) -> [Range<Int>] {
    guard let segmentSeconds else { return [] }
    let duration: Double
    do throws(MediaError) { duration = try Video(file: path).duration } catch { throw SourceError(error.reason) }
    guard duration.isFinite, duration < 1e7 else { throw SourceError("says that it lasts \(duration) seconds") }
    let end = Int(duration * 1_000)
    let step = segmentSeconds * 1_000
    guard end > step else { return [] }
    // What is left at the end and is shorter than half a segment belongs to the last one.
    let count = max(1, (end + step / 2) / step)
    return (0..<count).map { $0 * step..<($0 == count - 1 ? end : ($0 + 1) * step) }
  }

  /// Tokens of a picture, about: one for 1,024 pixels.
  static func tokens(pixels: Int) -> Int { max(1, pixels / 1_024) }
}

extension VideoInput {
  /// A part of a video file.
  init(_ path: String, _ location: RecordLocation) {
    self.init(.file(path))
    guard case .segment(let range) = location else { return }
    start = Double(range.lowerBound) / 1_000
    end = Double(range.upperBound) / 1_000
  }
}
