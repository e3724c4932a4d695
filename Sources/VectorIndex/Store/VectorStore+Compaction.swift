import Synchronization
import Tensors

extension VectorStore {
  /// Rows that are looked through at a time.
  private static let blockRowCount = 4096

  /// Writes the index anew without its dead rows, as one commit, and puts it in place in one step.
  ///
  /// Where settings ask for int8 codes whose ranges are not known yet, the ranges are taken from the vectors, and the codes made.
  /// Vectors keep their bits and their order. Needs room for a second copy. Readers keep what they have; commits before the last one can
  /// no longer be opened.
  ///
  /// - Parameters:
  ///   - recalibrate: Takes the int8 ranges from the vectors even where they are known.
  ///   - progress: Is told how many vectors are done, of how many.
  /// - Throws: `VectorIndexError` when something is pending or the disk refuses, `CancellationError`; the index is then what it was.
  public func compact(recalibrate: Bool = false, progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }) throws {
    try checkIsSound()
    guard pending.extents.isEmpty, pending.deaths.isEmpty, writer?.buffered ?? 0 == 0 else {
      throw VectorIndexError(.invalidArgument, file: folder.path, "has changes that are not committed: commit them before compacting")
    }
    let snapshot = try snapshot()
    var compacted = manifest
    compacted.generation += 1
    if let dimensions = settings.int8Dimensions, recalibrate || settings.int8Ranges == nil, snapshot.count > 0 {
      compacted.settings.int8Ranges = try ranges(of: snapshot, dimensions)
    }
    let first = lastSegment + 1
    var hasManifest = false
    defer {
      if !hasManifest { removeSegments(from: first) }
    }
    let extents = try copy(snapshot, to: compacted, progress)
    try? files.remove(folder.journal(compacted.generation))
    let base = JournalEntry(sequence: lastCommit, extents: extents, deaths: [])
    let journal = try JournalWriter(
      creating: compacted.generation, base: base, folder, manifest.index, columns: compacted.settings.columns.count, files)
    do throws(VectorIndexError) {
      // From here on until it returns, either manifest may be in place.
      hasManifest = true
      try breaking { () throws(VectorIndexError) in try Self.write(compacted, folder, files) }
    } catch {
      journal.close()
      throw error
    }
    closeWriter()
    self.journal.close()
    self.journal = journal
    manifest = compacted
    layout = try Layout([base], file: journal.path)
    forgetPlaces()
    let used = Set(layout.segments.map(\.number))
    Self.removeOurs(try FileReading.names(in: folder.path), in: folder, files) { name in
      IndexFolder.segmentNumber(name).map { used.contains($0) } ?? (IndexFolder.journalGeneration(name) == compacted.generation)
    }
  }

  /// Copies the rows that are not dead to new segments, which are on disk when it returns.
  private func copy(
    _ snapshot: VectorSnapshot, to manifest: Manifest, _ progress: (_ done: Int, _ all: Int) -> Void
  ) throws -> [JournalEntry.Extent] {
    var extents: [JournalEntry.Extent] = []
    var target: SegmentWriter?
    defer { target?.close() }
    func finish() throws {
      if let extent = try target?.flush() { extents.append(extent) }
      try target?.sync()
      target?.close()
      target = nil
    }
    var done = 0
    for (segment, rows) in zip(snapshot.segments, snapshot.layout.segments) {
      for begin in stride(from: 0, to: rows.count, by: Self.blockRowCount) {
        var living = (begin..<min(begin + Self.blockRowCount, rows.count)).filter { !rows.dead.contains($0) }[...]
        while !living.isEmpty {
          if let count = target?.count, count >= manifest.settings.segmentRowLimit { try finish() }
          if target == nil {
            lastSegment += 1
            target = try SegmentWriter(creating: lastSegment, folder, manifest, files, workers)
          }
          guard let room = target?.room, let count = target?.count else { break }
          let copied = living.prefix(min(room, manifest.settings.segmentRowLimit - count))
          target?.append(copied.count) { index, buffer, row in
            let source = copied[copied.startIndex + index]
            segment.withVector(source) { buffer.set(row, id: segment.keys.key(source), $0) }
          }
          living = living.dropFirst(copied.count)
          done += copied.count
          if copied.count == room {
            try Task.checkCancellation()
            if let extent = try target?.flush() { extents.append(extent) }
            progress(done, snapshot.count)
          }
        }
      }
    }
    try finish()
    progress(done, snapshot.count)
    return extents
  }

  /// The smallest and largest numbers of all vectors, cut to `dimensions`.
  private func ranges(of snapshot: VectorSnapshot, _ dimensions: Int) throws -> Int8Ranges {
    let collector = Mutex(RangeCollector(dimensions: dimensions))
    for (segment, rows) in zip(snapshot.segments, snapshot.layout.segments) {
      for begin in stride(from: 0, to: rows.count, by: Self.blockRowCount) {
        try Task.checkCancellation()
        let (end, jobSize) = (min(begin + Self.blockRowCount, rows.count), 256)
        workers.run((end - begin + jobSize - 1) / jobSize) { job in
          let first = begin + job * jobSize
          var part = RangeCollector(dimensions: dimensions)
          for row in first..<min(first + jobSize, end) where !rows.dead.contains(row) {
            segment.withVector(row) { vector in RowEncoder.withCodedPrefix(vector, dimensions) { part.include($0) } }
          }
          collector.withLock { $0.include(part) }
        }
      }
    }
    return collector.withLock { $0.ranges }
  }

  private func removeSegments(from first: UInt64) {
    guard first <= lastSegment else { return }
    for number in first...lastSegment {
      for kind in Column.Kind.allCases { try? files.remove(folder.segment(number, kind)) }
    }
  }
}
