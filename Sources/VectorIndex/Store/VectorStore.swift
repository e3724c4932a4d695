import Foundation
import Tensors

/// The writer of an index of vectors: adds, replaces and removes vectors, and makes what was done durable with `commit()`.
///
/// There is one writer at a time, in all processes; any number of `VectorSnapshot`s read beside it. Ids are the caller's. The index keeps
/// no texts and no records: a database beside it stores, with each of its own transactions, the number that `commit()` gave, and opens the
/// index with that number. Whatever was interrupted in between, both then show the same state:
///
/// 1. `append`, `remove`, then `let number = try store.commit()`.
/// 2. The database's transaction, which stores `number`.
/// 3. After a crash: `VectorStore.open(directory:committed:)` with the database's number takes back what the database has not heard of.
///
/// `compact()` makes the last commit the oldest one that can be opened: call it when the database has stored that commit's number.
///
/// A store is not `Sendable`: keep it in an actor, or use it from one task at a time.
public final class VectorStore {
  /// What is stored of each vector.
  public var settings: VectorSettings { manifest.settings }
  /// The number of the last commit.
  public var lastCommit: UInt64 { layout.sequence }

  let folder: IndexFolder
  let files: any FileChanges
  let workers: Workers
  private let lock: WriterLock
  var manifest: Manifest
  /// What is committed.
  var layout: Layout
  var journal: JournalWriter
  /// The largest number that a segment's file has had.
  var lastSegment: UInt64
  var writer: SegmentWriter?
  /// What the next commit adds and removes, as far as it is on disk.
  var pending = JournalEntry(sequence: 0, extents: [], deaths: [])
  /// Segments begun since the last commit have names that are not on disk yet.
  var hasNewFiles = false
  /// Where each id lies, pending rows among them; made when it is first needed.
  private var places: [UInt64: RowAddress]?
  /// Why nothing can be written any more.
  private var fault: VectorIndexError?
  private var mapped: [MappedSegment] = []

  init(
    _ folder: IndexFolder, _ files: any FileChanges, lock: WriterLock, _ manifest: Manifest, _ layout: Layout, _ journal: JournalWriter,
    lastSegment: UInt64, threads: Int?
  ) {
    self.folder = folder
    self.files = files
    self.lock = lock
    self.manifest = manifest
    self.layout = layout
    self.journal = journal
    self.lastSegment = lastSegment
    workers = Workers(threads: max(1, threads ?? ProcessInfo.processInfo.activeProcessorCount))
  }

  deinit {
    writer?.close()
    journal.close()
  }

  /// Adds vectors; an id that is in the index already is replaced.
  ///
  /// Where one of them is invalid, none is added. Where the disk refuses to take them, some may be: `rollBack()` forgets those.
  ///
  /// A vector whose length is within 0.001 of 1 is stored as it is, any other is brought to length 1 first. Nothing is durable, or visible
  /// to anyone, before `commit()`.
  ///
  /// - Throws: `VectorIndexError`: `invalidVector` for a vector of the wrong length, with a number that is not finite, or without length.
  public func append(_ vectors: [(id: UInt64, vector: [Float])]) throws(VectorIndexError) {
    try checkIsSound()
    let divisors = try divisors(vectors)
    try loadPlaces()
    var done = 0
    while done < vectors.count {
      try makeRoom()
      guard let number = writer?.number, let row = writer?.count, let room = writer?.room else { return }
      let (first, count) = (done, min(vectors.count - done, room, settings.segmentRowLimit - row))
      writer?.append(count) { index, buffer, row in
        let (id, vector) = vectors[first + index]
        vector.withUnsafeBufferPointer { buffer.set(row, id: id, $0, length: divisors[first + index]) }
      }
      for index in 0..<count {
        let place = RowAddress(segment: number, row: row + index)
        if let old = places?.updateValue(place, forKey: vectors[first + index].id) { pending.deaths.append(old) }
      }
      done += count
    }
  }

  /// Removes ids.
  ///
  /// - Returns: How many of them were in the index.
  /// - Throws: `VectorIndexError`.
  @discardableResult
  public func remove(_ ids: some Sequence<UInt64>) throws(VectorIndexError) -> Int {
    try checkIsSound()
    var removed = 0
    try loadPlaces()
    for id in ids {
      guard let place = places?.removeValue(forKey: id) else { continue }
      pending.deaths.append(place)
      removed += 1
    }
    return removed
  }

  /// Whether an id is in the index, what was added since the last commit among it.
  ///
  /// - Throws: `VectorIndexError` where the ids cannot be read.
  public func contains(_ id: UInt64) throws(VectorIndexError) -> Bool {
    try loadPlaces()
    return places?[id] != nil
  }

  /// Makes everything since the last commit durable, all of it or nothing.
  ///
  /// When it returns, the commit survives a killed process and a loss of power. When it throws, call it again, for instance once the disk
  /// has room, or take everything back with `rollBack()`; the error `broken` asks for opening the index anew.
  ///
  /// - Returns: The commit's number; that of the last one where nothing has changed.
  /// - Throws: `VectorIndexError`.
  @discardableResult
  public func commit() throws(VectorIndexError) -> UInt64 {
    try checkIsSound()
    try flush()
    guard !pending.extents.isEmpty || !pending.deaths.isEmpty else { return lastCommit }
    let entry = JournalEntry(sequence: lastCommit + 1, extents: pending.extents, deaths: pending.deaths)
    try breaking { () throws(VectorIndexError) in
      if let writer, entry.extents.contains(where: { $0.segment == writer.number }) { try writer.sync() }
      if hasNewFiles { try syncFolder() }
    }
    hasNewFiles = false
    try journal.append(entry, columns: settings.columns.count) { fault = $0 }
    do throws(VectorIndexError) { try layout.apply(entry, file: journal.path) } catch {
      fault = error
      throw error
    }
    pending = JournalEntry(sequence: 0, extents: [], deaths: [])
    return lastCommit
  }

  /// Forgets everything since the last commit.
  ///
  /// - Throws: `VectorIndexError` with the code `broken`.
  public func rollBack() throws(VectorIndexError) {
    try checkIsSound()
    closeWriter()
    pending = JournalEntry(sequence: 0, extents: [], deaths: [])
    places = nil
  }

  /// The index as the last commit left it.
  ///
  /// - Throws: `VectorIndexError`.
  public func snapshot() throws(VectorIndexError) -> VectorSnapshot {
    let snapshot = try VectorSnapshot(folder, manifest, layout, workers: workers, known: mapped)
    mapped = snapshot.segments
    return snapshot
  }

  /// Brings the writer to a point where it takes at least one more row.
  private func makeRoom() throws(VectorIndexError) {
    if let writer, writer.count >= settings.segmentRowLimit {
      try flush()
      // Written for good: the commit that names its rows need not wait for this segment again.
      try breaking { () throws(VectorIndexError) in try writer.sync() }
      closeWriter()
    }
    if writer == nil { try openWriter() }
    if writer?.room == 0 { try flush() }
  }

  /// What each vector is to be divided by.
  private func divisors(_ vectors: [(id: UInt64, vector: [Float])]) throws(VectorIndexError) -> [Double] {
    for (id, vector) in vectors where vector.count != settings.dimensions {
      throw VectorIndexError(
        .invalidVector, file: folder.path, "takes vectors of \(settings.dimensions) numbers; that of id \(id) has \(vector.count)")
    }
    let divisors = UnitVector.divisors(vectors, workers)
    if let bad = divisors.firstIndex(of: 0) {
      let what = vectors[bad].vector.allSatisfy { $0 == 0 } ? "is zero and has no direction" : "has a number that is not finite"
      throw VectorIndexError(.invalidVector, file: folder.path, "cannot store the vector of id \(vectors[bad].id): it \(what)")
    }
    return divisors
  }

  private func flush() throws(VectorIndexError) {
    if let extent = try writer?.flush() { pending.extents.append(extent) }
  }

  /// Goes on with the last segment where that is possible, else begins one.
  private func openWriter() throws(VectorIndexError) {
    if let last = layout.segments.last, last.isOpen, last.count < settings.segmentRowLimit, pending.extents.isEmpty {
      writer = try SegmentWriter(continuing: last.number, count: last.count, folder, manifest, files, workers)
    } else {
      lastSegment += 1
      writer = try SegmentWriter(creating: lastSegment, folder, manifest, files, workers)
      hasNewFiles = true
    }
  }

  func closeWriter() {
    writer?.close()
    writer = nil
  }

  /// Reads all ids, the first time.
  private func loadPlaces() throws(VectorIndexError) {
    guard places == nil else { return }
    let snapshot = try snapshot()
    var all = [UInt64: RowAddress](minimumCapacity: snapshot.count)
    snapshot.forEachRow { segment, row, id in all[id] = RowAddress(segment: segment.number, row: row) }
    places = all
  }

  func forgetPlaces() {
    places = nil
    mapped = []
  }

  func checkIsSound() throws(VectorIndexError) {
    guard let fault else { return }
    throw VectorIndexError(.broken, file: folder.path, "must be opened again, because of an earlier fault: \(fault)")
  }

  /// A failed wait for the disk cannot be made good by waiting again: the system may have dropped what it could not write.
  func breaking(_ body: () throws(VectorIndexError) -> Void) throws(VectorIndexError) {
    do throws(VectorIndexError) { try body() } catch {
      fault = error
      throw error
    }
  }

  func syncFolder() throws(VectorIndexError) {
    do throws(SystemFault) { try files.syncFolder(folder.path) } catch {
      throw VectorIndexError(.unwritableFile, file: folder.path, "cannot be brought to disk: \(error)")
    }
  }
}
