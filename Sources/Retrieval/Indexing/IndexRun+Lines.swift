import Embedding
import Foundation

/// What was read of a file of JSON lines.
struct LinesRead: Sendable {
  let path: String
  var ids: Set<String> = []
  /// Whether every line was understood, so that an id that did not come is gone.
  var isWhole = true
}

extension IndexRun {
  /// Indexes a file of JSON lines, a record each.
  func indexLines(_ entry: FolderWalk.Entry) async throws -> LinesRead {
    var read = LinesRead(path: entry.path)
    let folder = (entry.path as NSString).deletingLastPathComponent
    do {
      var reader = try LineReader(entry.path)
      var number = 0
      while case let lines = try reader.next(256), !lines.isEmpty {
        expect(lines.count)
        for line in lines {
          try Task.checkCancellation()
          number += 1
          let item: ItemLine
          do throws(SourceError) {
            item = try ItemLine(line, folder: folder)
            guard read.ids.insert(item.id).inserted else { throw SourceError("has the id \"\(item.id)\", which an earlier line has") }
          } catch {
            read.isWhole = false
            failLine(entry.path, number, error.description)
            continue
          }
          try await index(item, of: entry.path)
        }
      }
    } catch let error as InputError {
      read.isWhole = false
      failLine(entry.path, nil, error.description)
    }
    // The file itself was counted as one of those to do.
    finishFile()
    if StableFile.status(ofPath: entry.path) != entry.status {
      read.isWhole = false
      failLine(entry.path, nil, "has changed while it was read; it is read again next time")
    }
    return read
  }

  private func index(_ line: ItemLine, of path: String) async throws {
    let source = OpenSource(
      name: line.id, kind: .item, origin: path, digest: line.digest, parts: 1, content: line.content, metadata: line.metadata)
    // Another file had the same id a moment ago.
    if isOpen(source) { try await flush() }
    if let known = try await writer.known(line.id, isItem: true), known.row.digest == line.digest,
      known.finishedParts.count == source.parts
    {
      // An item that failed since it was indexed, and is now what it was before, has its record still.
      if known.row.origin != path || known.hasFailed { try await writer.refresh(source, of: known.row.id) }
      return finishUnchanged()
    }
    let text = line.item.texts.joined(separator: "\n")
    let reader = indexer.reader
    let pixels =
      (line.item.images.count + line.item.documents.count) * (reader.profile.maximumPixels ?? 0)
      + line.item.videos.count * (reader.profile.videos?.totalPixels ?? 0)
    let tokens = SourceReader.tokens(pixels: pixels) + (text.isEmpty ? 0 : reader.count(text))
    try await enqueue(source, [0]) { _ in
      SourceContent.Part(item: line.item, text: text.isEmpty ? nil : text, tokens: tokens, bytes: line.content.utf8.count)
    }
  }

  /// Removes what is gone: files that the walk should have come upon, and ids that their file no longer has.
  func prune(_ walk: FolderWalk, _ lines: [LinesRead]) async throws -> Int {
    let whole = Dictionary(uniqueKeysWithValues: lines.filter(\.isWhole).map { ($0.path, $0.ids) })
    return try await writer.removeSources { name, origin in
      if let origin { return whole[origin].map { !$0.contains(name) } ?? false }
      return walk.covers(name) && !walk.contains(name)
    }
  }
}
