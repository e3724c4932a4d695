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
  private var buffers: [[UInt8]]

  /// Begins a segment.
  init(creating number: UInt64, _ folder: IndexFolder, _ manifest: Manifest, _ files: any FileChanges) throws(VectorIndexError) {
    try self.init(number, folder, manifest, files, count: 0) { (column, path) throws(SystemFault) in
      try files.create(path, header: .column(column, segment: number, of: manifest.index))
    }
  }

  /// Goes on with a segment that has `count` rows.
  ///
  /// What lies behind them was never committed.
  init(
    continuing number: UInt64, count: Int, _ folder: IndexFolder, _ manifest: Manifest, _ files: any FileChanges
  ) throws(VectorIndexError) {
    try self.init(number, folder, manifest, files, count: count) { (_, path) throws(SystemFault) in try files.open(path) }
  }

  private init(
    _ number: UInt64, _ folder: IndexFolder, _ manifest: Manifest, _ files: any FileChanges, count: Int,
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
    buffers = Array(repeating: [], count: columns.count)
  }

  var count: Int { written + buffered }

  mutating func append(id: UInt64, _ vector: [Float], _ encoder: RowEncoder) {
    encoder.append(id: id, vector, to: &buffers)
    buffered += 1
  }

  var isBufferFull: Bool { buffers.reduce(0) { $0 + $1.count } >= Self.bufferByteLimit }

  /// Writes the buffered rows.
  ///
  /// - Returns: The extent they make, or nil where there are none.
  mutating func flush() throws(VectorIndexError) -> JournalEntry.Extent? {
    guard buffered > 0 else { return nil }
    for index in columns.indices {
      do throws(SystemFault) {
        try files.writeAll(buffers[index], to: descriptors[index], at: FileHeader.byteCount + written * columns[index].stride)
      } catch {
        throw VectorIndexError(.unwritableFile, file: paths[index], "cannot be written: \(error)")
      }
    }
    let extent = JournalEntry.Extent(segment: number, first: written, count: buffered, checksums: buffers.map { Checksum.of($0) })
    written += buffered
    buffered = 0
    for index in buffers.indices { buffers[index].removeAll(keepingCapacity: true) }
    return extent
  }

  /// Waits until the written rows are on disk.
  func sync() throws(VectorIndexError) {
    for (descriptor, path) in zip(descriptors, paths) {
      do throws(SystemFault) { try files.sync(descriptor) } catch {
        throw VectorIndexError(.unwritableFile, file: path, "cannot be brought to disk: \(error)")
      }
    }
  }

  func close() {
    for descriptor in descriptors { files.close(descriptor) }
  }
}
