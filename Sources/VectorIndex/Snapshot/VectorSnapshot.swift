import Foundation
import Synchronization
import Tensors

/// An index of vectors as one commit left it, to be searched by any number of threads and processes.
///
/// A snapshot does not change while a writer goes on, compacts the index or removes it; `refreshed()` gives a newer one. Opening costs the
/// reading of the journal; vectors are mapped, and read from disk when they are first used.
public final class VectorSnapshot: Sendable {
  /// What is stored of each vector.
  public var settings: VectorSettings { manifest.settings }
  /// The commit that this is a snapshot of.
  public var commit: UInt64 { layout.sequence }
  /// Vectors in the index.
  public var count: Int { layout.rowCount - layout.deadCount }

  let folder: IndexFolder
  let manifest: Manifest
  let layout: Layout
  /// One for each of the layout's segments.
  let segments: [MappedSegment]
  let workers: Workers
  let kernels = SearchKernels.best
  /// Where each id lies, once someone has asked.
  private let places = Mutex<[UInt64: RowPlace]?>(nil)

  /// Opens an index to read it.
  ///
  /// - Parameters:
  ///   - directory: The index's folder.
  ///   - committed: The commit to show, as the caller's database has it, or nil for the last one. A commit that the writer has
  ///     compacted away since is `missingCommit`: read the database again.
  ///   - threads: Threads that a search uses, or nil for one on each processor.
  /// - Returns: The index at that commit.
  /// - Throws: `VectorIndexError`.
  public static func open(
    directory: String, committed: UInt64? = nil, threads: Int? = nil
  ) throws(VectorIndexError) -> VectorSnapshot {
    let workers = Workers(threads: max(1, threads ?? ProcessInfo.processInfo.activeProcessorCount))
    return try open(IndexFolder(path: directory), committed: committed, workers: workers, known: [])
  }

  /// The same index now.
  ///
  /// What has not changed is not mapped again.
  ///
  /// - Throws: `VectorIndexError`.
  public func refreshed(committed: UInt64? = nil) throws(VectorIndexError) -> VectorSnapshot {
    try Self.open(folder, committed: committed, workers: workers, known: manifest.index == Manifest(folder).index ? segments : [])
  }

  /// Opens again when a writer compacts the index in between, and the files that the manifest spoke of are gone.
  private static func open(
    _ folder: IndexFolder, committed: UInt64?, workers: Workers, known: [MappedSegment]
  ) throws(VectorIndexError) -> VectorSnapshot {
    var generation: UInt64?
    while true {
      do throws(VectorIndexError) {
        return try VectorSnapshot(IndexContents(folder, committed: committed), workers: workers, known: known)
      } catch {
        guard error.code == .missing, error.file != folder.path else { throw error }
        let now = try Manifest(folder).generation
        guard generation == nil || generation != now else {
          throw VectorIndexError(.damagedFile, file: error.file, "is missing, and the index needs it")
        }
        generation = now
      }
    }
  }

  convenience init(_ contents: IndexContents, workers: Workers, known: [MappedSegment]) throws(VectorIndexError) {
    try self.init(contents.folder, contents.manifest, contents.layout, workers: workers, known: known)
  }

  init(
    _ folder: IndexFolder, _ manifest: Manifest, _ layout: Layout, workers: Workers, known: [MappedSegment]
  ) throws(VectorIndexError) {
    self.folder = folder
    self.manifest = manifest
    self.layout = layout
    self.workers = workers
    let known = Dictionary(known.map { ($0.number, $0) }) { first, _ in first }
    var segments: [MappedSegment] = []
    for segment in layout.segments {
      if let mapped = known[segment.number], mapped.capacity >= segment.count {
        segments.append(mapped)
      } else {
        segments.append(try MappedSegment(segment.number, folder, manifest, count: segment.count))
      }
    }
    self.segments = segments
  }

  /// The stored vector of an id, in f32, or nil where the id is not in the index.
  ///
  /// The first call reads all ids.
  public func vector(of id: UInt64) -> [Float]? {
    place(of: id).map { segments[$0.segment].vector($0.row) }
  }

  /// Whether an id is in the index.
  public func contains(_ id: UInt64) -> Bool { place(of: id) != nil }

  /// Calls `body` with every id and its stored vector, in the order in which they were added.
  public func forEach<Failure: Error>(_ body: (_ id: UInt64, _ vector: [Float]) throws(Failure) -> Void) throws(Failure) {
    try forEachRow { (segment, row, id) throws(Failure) in try body(id, segment.vector(row)) }
  }

  /// All ids, in the order in which they were added.
  public var ids: [UInt64] {
    var ids: [UInt64] = []
    ids.reserveCapacity(count)
    forEachRow { _, _, id in ids.append(id) }
    return ids
  }

  /// Calls `body` for every row that is not dead.
  func forEachRow<Failure: Error>(_ body: (_ segment: MappedSegment, _ row: Int, _ id: UInt64) throws(Failure) -> Void) throws(Failure) {
    for (segment, rows) in zip(segments, layout.segments) {
      for row in 0..<rows.count where !rows.dead.contains(row) { try body(segment, row, segment.keys.key(row)) }
    }
  }

  func place(of id: UInt64) -> RowPlace? {
    places.withLock { places in
      if let places { return places[id] }
      var all = [UInt64: RowPlace](minimumCapacity: count)
      for (index, segment) in segments.enumerated() {
        let dead = layout.segments[index].dead
        for row in 0..<layout.segments[index].count where !dead.contains(row) {
          all[segment.keys.key(row)] = RowPlace(segment: index, row: row)
        }
      }
      places = all
      return all[id]
    }
  }
}

/// Where a row lies in a snapshot: the segment's place in it, not its number.
struct RowPlace {
  let segment: Int
  let row: Int
}
