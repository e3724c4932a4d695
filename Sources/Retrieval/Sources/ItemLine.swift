import Crypto
import Embedding
import Foundation

/// A line of JSON with the caller's own id: a source of one record.
struct ItemLine: Sendable {
  /// The caller's id, or one made of the line's digest.
  let id: String
  let item: Item
  let metadata: [String: MetadataValue]
  /// SHA-256 of the line, and of size and time of the files that it names.
  let digest: [UInt8]
  /// The line as it was given, from which the item can be made again.
  let content: String

  private struct Keys: Decodable {
    let id: Identifier?
    let metadata: [String: MetadataValue]?
  }

  /// An id as people write it: a text or a whole number.
  private struct Identifier: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      text = try (try? container.decode(String.self)) ?? String(container.decode(Int.self))
    }
  }

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - line: `{"id": …, "text": …, "image": …, "metadata": {…}}`
  ///   - folder: What relative paths in it are relative to.
  /// - Throws: `SourceError` for a line that is no item.
  init(_ line: Substring, folder: String) throws(SourceError) {
    let item: Item
    switch ItemRecord.parse(line) {
    case .success(let parsed): item = parsed
    case .failure(let error): throw SourceError(error.description)
    }
    guard item.instruction == nil else {
      throw SourceError("has an instruction; records are embedded with the model's default, leave it out")
    }
    let data = Data(line.utf8)
    let keys = try? JSONDecoder().decode(Keys.self, from: data)
    // A bare string has neither.
    guard keys != nil || line.first(where: { !$0.isWhitespace }) == "\"" else {
      throw SourceError(
        "expected id to be a string or a whole number, and metadata an object of strings, numbers, booleans and lists of these")
    }
    self.item = item.relative(to: folder)
    metadata = keys?.metadata ?? [:]
    content = String(line)
    var hash = SHA256()
    hash.update(data: data)
    id = keys?.id?.text ?? "sha256:" + Array(SHA256.hash(data: data)).hexadecimal
    for path in self.item.files {
      let status = StableFile.status(ofPath: path)
      hash.update(data: Data("\n\(path) \(status?.size ?? -1) \(status?.modified ?? -1)".utf8))
    }
    digest = Array(hash.finalize())
    guard !id.isEmpty, id.utf8.count <= 1_024 else { throw SourceError("has an id of \(id.utf8.count) bytes, expected 1 to 1,024") }
  }
}

extension Item {
  /// The same item with paths that begin in a folder.
  func relative(to folder: String) -> Item {
    func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(folder)/\(path)" }
    func absolute(_ image: ImageSource) -> ImageSource {
      if case .file(let path) = image { .file(absolute(path)) } else { image }
    }
    func absolute(_ file: FileSource) -> FileSource {
      if case .file(let path) = file { .file(absolute(path)) } else { file }
    }
    var item = self
    item.images = images.map(absolute)
    for index in item.videos.indices {
      switch videos[index].source {
      case .file(let file): item.videos[index].source = .file(absolute(file))
      case .frames(let frames): item.videos[index].source = .frames(frames.map(absolute))
      }
    }
    for index in item.documents.indices {
      if case .file(let file) = documents[index].source { item.documents[index].source = .file(absolute(file)) }
    }
    return item
  }

  /// Paths of all files that it is made of.
  var files: [String] {
    var pictures = images
    var files: [FileSource] = []
    for video in videos {
      switch video.source {
      case .file(let file): files.append(file)
      case .frames(let frames): pictures += frames
      }
    }
    for document in documents {
      if case .file(let file) = document.source { files.append(file) }
    }
    return pictures.compactMap { if case .file(let path) = $0 { path } else { nil } }
      + files.compactMap { if case .file(let path) = $0 { path } else { nil } }
  }
}
