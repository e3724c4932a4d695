import Synchronization
import Tensors

/// The segment that rows are being added to.
///
/// Rows collect in memory and go to disk in extents of a few megabytes. Nobody reads an extent before a commit names it, so that a failed
/// or interrupted write can simply be made again.
struct SegmentWriter {
  /// Bytes of rows that are collected before they are written, a quarter of what opening compares with checksums.
  static let bufferByteLimit = 4 << 20

  let number: UInt64
  private let files: any FileChanges
  private let columns: [Column]
  private let paths: [String]
  private let descriptors: [Int32]
  /// Rows on disk.
  private(set) var written: Int
  private(set) var buffered = 0
  private let buffer: RowBuffer
  private let workers: Workers

  /// Begins a segment.
  init(
    creating number: UInt64, _ folder: IndexFolder, _ manifest: Manifest, _ files: any FileChanges, _ workers: Workers
  ) throws(VectorIndexError) {
    try self.init(number, folder, manifest, files, workers, count: 0) { (column, path) throws(SystemFault) in
      try files.create(path, header: .column(column, segment: number, of: manifest.index))
    }
  }

  /// Goes on with a segment that has `count` rows.
  ///
  /// What lies behind them was never committed.
  init(
    continuing number: UInt64, count: Int, _ folder: IndexFolder, _ manifest: Manifest, _ files: any FileChanges, _ workers: Workers
  ) throws(VectorIndexError) {
    try self.init(number, folder, manifest, files, workers, count: count) { (_, path) throws(SystemFault) in try files.open(path) }
  }

  private init(
    _ number: UInt64, _ folder: IndexFolder, _ manifest: Manifest, _ files: any FileChanges, _ workers: Workers, count: Int,
    open: (Column, String) throws(SystemFault) -> Int32
  ) throws(VectorIndexError) {
    self.number = number
    self.files = files
    columns = manifest.settings.columns
    paths = columns.map { folder.segment(number, $0.kind) }
    var descriptors: [Int32] = []
    for (column, path) in zip(columns, paths) {
      do throws(SystemFault) { descriptors.append(try open(column, path)) } catch {
        for descriptor in descriptors { files.close(descriptor) }
        throw VectorIndexError(.unwritableFile, file: path, "cannot be opened to add rows: \(error)")
      }
    }
    self.descriptors = descriptors
    written = count
    buffer = RowBuffer(manifest.settings, byteLimit: Self.bufferByteLimit)
    self.workers = workers
  }

  var count: Int { written + buffered }

  /// Rows that can be added before the next `flush()`.
  var room: Int { buffer.capacity - buffered }

  /// Adds rows on all threads.
  ///
  /// - Parameters:
  ///   - count: `room` at most.
  ///   - set: Sets row `row` of the buffer to the vector number `index` of `count`.
  mutating func append(_ count: Int, _ set: @Sendable (_ index: Int, _ buffer: RowBuffer, _ row: Int) -> Void) {
    let (buffer, first, jobSize) = (buffer, buffered, 64)
    workers.run((count + jobSize - 1) / jobSize) { job in
      for index in job * jobSize..<min((job + 1) * jobSize, count) { set(index, buffer, first + index) }
    }
    buffered += count
  }

  /// Writes the buffered rows, and meanwhile computes their checksums.
  ///
  /// - Returns: The extent they make, or nil where there are none.
  mutating func flush() throws(VectorIndexError) -> JournalEntry.Extent? {
    guard buffered > 0 else { return nil }
    let fault = Mutex<VectorIndexError?>(nil)
    let checksums = Mutex<[UInt32]>([])
    workers.run(2) { [self] job in
      if job == 0 {
        do throws(VectorIndexError) { try write() } catch { fault.withLock { $0 = error } }
      } else {
        let found = columns.indices.map { Checksum.of(buffer.bytes($0, count: buffered)) }
        checksums.withLock { $0 = found }
      }
    }
    if let fault = fault.withLock({ $0 }) { throw fault }
    let extent = JournalEntry.Extent(segment: number, first: written, count: buffered, checksums: checksums.withLock { $0 })
    written += buffered
    buffered = 0
    return extent
  }

  private func write() throws(VectorIndexError) {
    for (index, column) in columns.enumerated() {
      do throws(SystemFault) {
        try files.writeAll(buffer.bytes(index, count: buffered), to: descriptors[index], at: FileHeader.byteCount + written * column.stride)
      } catch {
        throw VectorIndexError(.unwritableFile, file: paths[index], "cannot be written: \(error)")
      }
    }
  }

  /// Waits until the written rows are on disk.
  ///
  /// For all columns at once: file systems then bring them to disk together.
  func sync() throws(VectorIndexError) {
    let fault = Mutex<VectorIndexError?>(nil)
    workers.run(columns.count) { index in
      do throws(SystemFault) { try files.sync(descriptors[index]) } catch {
        let error = VectorIndexError(.unwritableFile, file: paths[index], "cannot be brought to disk: \(error)")
        fault.withLock { $0 = error }
      }
    }
    if let fault = fault.withLock({ $0 }) { throw fault }
  }

  func close() {
    for descriptor in descriptors { files.close(descriptor) }
  }
}
