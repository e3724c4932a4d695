import Crypto
import Embedding
import Foundation
import Media

/// A source that was read: which content it has, and what its records will be.
struct SourceContent: Sendable {
  /// One record to be.
  struct Part: Sendable {
    let item: Item
    let location: RecordLocation
    /// Words to show, and for a passage to rerank.
    let text: String?
    /// Tokens that the model will run through, about.
    let tokens: Int
    /// Bytes in memory until it is embedded.
    let bytes: Int
  }

  let kind: SourceKind
  /// SHA-256 of the content.
  let digest: [UInt8]
  /// How many parts there are.
  let count: Int
  /// Makes a part ready; numbered from 0.
  let part: @Sendable (Int) async throws -> Part
}

/// Reads files into content.
struct SourceReader: Sendable {
  /// The largest text that is read.
  static let maximumTextBytes = 64 << 20
  /// The largest picture that is read.
  static let maximumImageBytes = ImageLimits().maximumBytes

  let passages: Passages
  /// Tokens of a text.
  let count: @Sendable (String) -> Int
  /// Pixels that pictures are reduced to.
  let maximumPixels: Int

  /// Reads a file.
  ///
  /// - Returns: Its content and its status at that time, or `nil` for a file of no kind that is indexed.
  func read(_ path: String, isExplicit: Bool) throws(SourceError) -> (content: SourceContent, status: FileStatus)? {
    let beginning = try StableFile.beginning(path, count: SourceKind.recognizedBytes)
    guard let kind = SourceKind.recognize(path, beginning, isExplicit: isExplicit) else { return nil }
    switch kind {
    case .text, .markdown:
      let (bytes, status) = try StableFile.bytes(path, maximumBytes: Self.maximumTextBytes)
      return (try text(bytes, kind), status)
    case .image:
      let (bytes, status) = try StableFile.bytes(path, maximumBytes: Self.maximumImageBytes)
      return (image(bytes), status)
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
    SourceContent(kind: .image, digest: Array(SHA256.hash(data: bytes)), count: 1) { _ in
      SourceContent.Part(
        item: Item(image: .bytes(bytes)), location: .whole, text: nil, tokens: tokens(ofImage: bytes), bytes: bytes.count)
    }
  }

  /// Tokens of a picture, about: one for 1,024 pixels.
  private func tokens(ofImage bytes: [UInt8]) -> Int {
    let size = try? ImageSize(ofEncoded: bytes)
    return max(1, min(size.map { $0.width * $0.height } ?? maximumPixels, maximumPixels) / 1_024)
  }
}
