import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The rows of one column of a segment, mapped.
///
/// `@unchecked Sendable`: rows that a commit counts are never written again, and no others are read.
final class MappedColumn: @unchecked Sendable {
  let column: Column
  /// Rows that may be read through this mapping once they are committed.
  let capacity: Int
  private let base: UnsafeMutableRawPointer
  private let byteCount: Int

  /// Maps `count` rows, and with them the room up to `limit` that later rows will fill, so that the mapping need not be made anew
  /// with every commit.
  init(_ column: Column, _ path: String, header: FileHeader, count: Int, limit: Int) throws(VectorIndexError) {
    self.column = column
    let descriptor = try FileReading.open(path)
    defer { close(descriptor) }
    let size = try FileReading.size(of: descriptor, path)
    let needed = FileHeader.byteCount + count * column.stride
    guard size >= needed else {
      throw VectorIndexError(.damagedFile, file: path, "has \(size) bytes, where \(count) rows need \(needed): it was cut short")
    }
    #if os(Linux)
      capacity = max(count, limit)
    #else
      // Elsewhere it is not promised that bytes beyond the file's end become readable when the file grows.
      capacity = count
    #endif
    byteCount = FileHeader.byteCount + capacity * column.stride
    guard let base = mmap(nil, byteCount, PROT_READ, MAP_SHARED, descriptor, 0), base != MAP_FAILED else {
      throw VectorIndexError(.unreadableFile, file: path, "cannot be mapped: \(SystemFault(errno))")
    }
    self.base = base
    try header.check(UnsafeRawBufferPointer(start: base, count: FileHeader.byteCount), file: path)
  }

  deinit { munmap(base, byteCount) }

  /// The address of a row, which the next ones follow without gaps.
  func row(_ row: Int) -> UnsafeRawPointer { UnsafeRawPointer(base + FileHeader.byteCount + row * column.stride) }

  /// The bytes of a range of rows.
  func bytes(_ rows: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: row(rows.lowerBound), count: rows.count * column.stride)
  }

  /// A row of keys.
  func key(_ index: Int) -> UInt64 { UInt64(littleEndian: row(index).loadUnaligned(as: UInt64.self)) }
}

/// The columns of one segment, mapped.
final class MappedSegment: Sendable {
  let number: UInt64
  let keys: MappedColumn
  let vectors: MappedColumn
  let int8: MappedColumn?
  let binary: MappedColumn?

  init(_ number: UInt64, _ folder: IndexFolder, _ manifest: Manifest, count: Int) throws(VectorIndexError) {
    self.number = number
    func map(_ column: Column) throws(VectorIndexError) -> MappedColumn {
      try MappedColumn(
        column, folder.segment(number, column.kind), header: .column(column, segment: number, of: manifest.index), count: count,
        limit: manifest.settings.segmentRowLimit)
    }
    let columns = manifest.settings.columns
    keys = try map(columns[0])
    vectors = try map(columns[1])
    var int8: MappedColumn?
    var binary: MappedColumn?
    for column in columns.dropFirst(2) {
      let mapped = try map(column)
      if column.kind == .int8 { int8 = mapped } else { binary = mapped }
    }
    self.int8 = int8
    self.binary = binary
  }

  /// Rows that this mapping can show.
  var capacity: Int { columns.map(\.capacity).min() ?? 0 }

  var columns: [MappedColumn] { [keys, vectors] + [int8, binary].compactMap { $0 } }

  /// A vector as it is stored, in f32.
  func vector(_ row: Int) -> [Float] { withVector(row) { Array($0) } }

  /// Calls `body` with a vector as it is stored, in f32.
  func withVector<Result>(_ row: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    let (dimensions, start) = (vectors.column.dimensions, vectors.row(row))
    // Rows of f32 begin at multiples of 4.
    if vectors.column.stride == dimensions * 4 {
      return try body(UnsafeBufferPointer(start: start.assumingMemoryBound(to: Float.self), count: dimensions))
    }
    return try withUnsafeTemporaryAllocation(of: Float.self, capacity: dimensions) { vector in
      sl_widen_f16(start.assumingMemoryBound(to: UInt16.self), vector.baseAddress, dimensions)
      return try body(UnsafeBufferPointer(vector))
    }
  }
}
