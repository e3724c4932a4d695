/// Rows on their way to disk, encoded by several threads at once.
///
/// `@unchecked Sendable`: no two threads write the same row, and a row is read when all are done.
final class RowBuffer: @unchecked Sendable {
  /// Rows that there is room for.
  let capacity: Int
  private let columns: [Column]
  private let encoder: RowEncoder
  /// The rows of each column.
  private let blocks: [UnsafeMutableRawPointer]

  /// Room for rows of so many bytes in all columns together, for one row at least and for no more than a segment has.
  init(_ settings: VectorSettings, byteLimit: Int) {
    let columns = settings.columns
    let capacity = max(1, min(byteLimit / columns.reduce(0) { $0 + $1.stride }, settings.segmentRowLimit))
    self.columns = columns
    self.capacity = capacity
    encoder = RowEncoder(settings)
    blocks = columns.map { UnsafeMutableRawPointer.allocate(byteCount: capacity * $0.stride, alignment: 64) }
  }

  deinit { for block in blocks { block.deallocate() } }

  /// Encodes a vector as row `row`; `length` is what it is divided by first, 1 for one that is stored as it is.
  func set(_ row: Int, id: UInt64, _ vector: UnsafeBufferPointer<Float>, length: Double = 1) {
    encoder.withStored(vector, length: length) { stored in
      for (column, block) in zip(columns, blocks) { encoder.encode(id: id, stored, column, to: block + row * column.stride) }
    }
  }

  /// The first `count` rows of a column.
  func bytes(_ column: Int, count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: blocks[column], count: count * columns[column].stride)
  }
}
