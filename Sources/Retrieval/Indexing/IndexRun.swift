import Embedding
import Foundation
import VectorIndex

/// One run of an indexer: what is open, what waits for the model, and what has been done so far.
actor IndexRun {
  /// Tokens that wait at most before they are embedded and made durable: two passes, some seconds of a 2B model on two cores.
  private static let windowTokens = 2_048
  /// Records that wait at most.
  private static let windowCount = 64
  /// Bytes that wait at most, unless one record alone has more.
  private static let windowBytes = 64 << 20
  /// A file changed this short a time ago could change again and keep its time: its content is compared next time.
  private static let settledAfter = 2_000_000_000

  /// Vectors from which on int8 codes are made.
  private static let codesFrom = 10_000

  let indexer: Indexer
  let writer: CollectionWriter
  private let tell: (@Sendable (IndexProgress) -> Void)?
  var report = IndexReport()
  private var progress = IndexProgress()
  private var window: [PendingPart] = []
  private var windowTokens = 0
  private var windowBytes = 0
  /// What is under way, by source.
  private var open: [OpenSource.Key: Remaining] = [:]

  /// What is left of a source.
  private struct Remaining {
    var parts: Int
    var failed = 0
    var hasReplaced = false
  }

  init(_ indexer: Indexer, _ writer: CollectionWriter, _ tell: (@Sendable (IndexProgress) -> Void)?) {
    self.indexer = indexer
    self.writer = writer
    self.tell = tell
  }

  func run(_ paths: [String]) async throws -> IndexReport {
    let walk = FolderWalk(paths, includesHidden: indexer.options.includesHidden, excluding: indexer.collection.directory)
    report.failures = walk.problems.map { IndexFailure(source: $0.path, reason: $0.reason) }
    progress.total = walk.entries.count
    var lines: [LinesRead] = []
    do {
      for entry in walk.entries {
        try Task.checkCancellation()
        if entry.isExplicit && SourceKind.isLines(entry.path) {
          lines.append(try await indexLines(entry))
        } else {
          try await indexFile(entry, walk)
        }
      }
      try await flush()
      try Task.checkCancellation()
      if indexer.options.prunes { report.removed += try await prune(walk, lines) }
      try await makeCodes()
    } catch is CancellationError {
      report.isInterrupted = true
    }
    report.embedded = progress.embedded
    return report
  }

  /// Makes int8 codes, whose ranges are taken from the vectors, once there are enough of them for codes to matter.
  private func makeCodes() async throws {
    guard indexer.collection.manifest.vectors.int8 else { return }
    let statistics = try await writer.vectorStatistics()
    if !statistics.hasInt8Codes, statistics.vectors >= Self.codesFrom { try await writer.compact() }
  }

  private func indexFile(_ entry: FolderWalk.Entry, _ walk: FolderWalk) async throws {
    let known = try await writer.known(entry.path, isItem: false)
    if let known, known.isComplete, known.row.size == entry.status.size, known.row.modified == entry.status.modified {
      return finishUnchanged()
    }
    let found: (content: SourceContent, status: FileStatus)?
    do throws(SourceError) {
      found = try await indexer.reader.read(entry.path, isExplicit: entry.isExplicit)
    } catch {
      return try await fail(OpenSource(name: entry.path, kind: nil), error.description)
    }
    guard let read = found else {
      report.skipped += 1
      // A picture's name may stand for something else by now.
      if known != nil { report.removed += try await writer.removeSources { name, origin in origin == nil && name == entry.path } }
      return finishOne()
    }
    let source = OpenSource(
      name: entry.path, kind: read.content.kind, digest: read.content.digest, parts: read.content.count, size: read.status.size,
      modified: Self.settled(read.status.modified))
    var finished: Set<Int> = []
    if let known, known.row.digest == source.digest {
      finished = known.finishedParts
      try await writer.refresh(source, of: known.row.id)
    } else if let renamed = try await writer.rename(to: source, { !walk.contains($0) && Folder.isVacant($0) }) {
      finished = renamed
      report.renamed += 1
    }
    guard finished.count < source.parts else { return finishUnchanged(isRenamed: known?.row.digest != source.digest) }
    try await enqueue(source, (0..<source.parts).filter { !finished.contains($0) }, read.content.part)
  }

  /// The time a file was changed, or `nil` where it is too new to tell anything.
  private static func settled(_ modified: Int) -> Int? {
    let now = Int(Date().timeIntervalSince1970 * 1e9)
    return modified < now - settledAfter ? modified : nil
  }

  /// Whether parts of a source wait to be embedded.
  func isOpen(_ source: OpenSource) -> Bool { open[source.key] != nil }

  /// Puts parts of a source into the window, and embeds it whenever it is full.
  func enqueue(_ source: OpenSource, _ parts: [Int], _ load: @Sendable (Int) async throws -> SourceContent.Part) async throws {
    open[source.key] = Remaining(parts: parts.count)
    for index in parts {
      let part: Result<SourceContent.Part, SourceError>
      do {
        part = .success(try await load(index))
      } catch let error as CancellationError {
        throw error
      } catch {
        part = .failure(SourceError("\(error)"))
      }
      if case .success(let part) = part {
        if windowTokens + part.tokens > Self.windowTokens || windowBytes + part.bytes > Self.windowBytes { try await flush() }
        windowTokens += part.tokens
        windowBytes += part.bytes
      }
      window.append(PendingPart(source: source, index: index, part: part))
      if window.count >= Self.windowCount { try await flush() }
    }
  }

  /// Embeds what waits and makes it durable.
  ///
  /// - Throws: `CancellationError` when the task was cancelled; what waited is durable then too.
  func flush() async throws {
    guard !window.isEmpty else { return }
    let batch = window
    window = []
    (windowTokens, windowBytes) = (0, 0)
    let items = batch.compactMap { try? $0.part.get().item }
    let (embedder, dimensions) = (indexer.embedder, indexer.collection.manifest.vectors.dimensions)
    // A task of its own, which cancelling this one does not stop: the passes that have been run would be lost.
    var vectors = try await Task { try await embedder.embed(items, dimensions: dimensions) }.value.makeIterator()
    let outcomes = batch.map { pending in
      let part = try? pending.part.get()
      let vector = pending.part.flatMap { part in
        let vector = (vectors.next() ?? .failure(ItemError(.malformedInput, "was not embedded"))).mapError { SourceError($0.reason) }
        // What the model read by itself must be what the digest is of.
        guard let file = part.file, StableFile.status(ofPath: file.path) != file.status else { return vector }
        return .failure(StableFile.changed)
      }
      return FinishedPart(
        source: pending.source, index: pending.index, location: part?.location ?? .whole, text: part?.text, vector: vector)
    }
    let replaced = try await writer.store(outcomes)
    for key in replaced { open[key]?.hasReplaced = true }
    outcomes.forEach(note)
    try Task.checkCancellation()
  }

  private func note(_ outcome: FinishedPart) {
    let source = outcome.source
    guard var rest = open[source.key] else { return }
    rest.parts -= 1
    switch outcome.vector {
    case .success: progress.embedded += 1
    case .failure(let error):
      rest.failed += 1
      report.failures.append(
        IndexFailure(source: source.name, part: source.parts > 1 ? outcome.index : nil, reason: error.description))
    }
    open[source.key] = rest.parts > 0 ? rest : nil
    guard rest.parts == 0 else { return }
    if rest.failed == 0 {
      report.indexed += 1
      if rest.hasReplaced { report.replaced += 1 }
    }
    finishOne(hasFailed: rest.failed > 0)
  }

  /// Records that a source as a whole could not be read.
  func fail(_ source: OpenSource, _ reason: String) async throws {
    report.failures.append(IndexFailure(source: source.name, reason: reason))
    try await writer.fail(source, reason)
    finishOne(hasFailed: true)
  }

  func finishUnchanged(isRenamed: Bool = false) {
    if !isRenamed { report.unchanged += 1 }
    finishOne()
  }

  func finishOne(hasFailed: Bool = false) {
    progress.done += 1
    if hasFailed { progress.failed += 1 }
    tell?(progress)
  }

  /// Counts a file of lines, whose lines count by themselves.
  func finishFile() { progress.done += 1 }

  /// Notes a line that could not be understood; without an id it cannot be kept.
  func failLine(_ path: String, _ number: Int?, _ reason: String) {
    report.failures.append(IndexFailure(source: number.map { "\(path), line \($0)" } ?? path, reason: reason))
    finishOne(hasFailed: true)
  }

  /// A file of lines turned out to hold this many more sources than the one it was counted as.
  func expect(_ more: Int) { progress.total += more }
}
