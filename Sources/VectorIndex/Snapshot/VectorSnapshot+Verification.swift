import Foundation

/// How large an index is.
public struct VectorStatistics: Sendable, Equatable {
  /// Vectors in the index.
  public let vectors: Int
  /// Rows that were removed or replaced; `compact()` frees their room.
  public let deadRows: Int
  /// Segments.
  public let segments: Int
  /// Bytes of all rows on disk, dead ones among them.
  public let byteCount: Int
  /// The last commit.
  public let commit: UInt64
  /// Counts the journals: each compaction, and each taking back of commits, begins a new one.
  public let generation: UInt64
  /// Whether there are int8 codes: settings ask for them and their ranges are known.
  public let hasInt8Codes: Bool
  /// Whether there are binary codes.
  public let hasBinaryCodes: Bool
}

/// Rows that are not what was written.
public struct DamagedRows: Sendable, Equatable, CustomStringConvertible {
  /// The file.
  public let file: String
  /// The first byte that its checksum covers.
  public let offset: Int
  /// Bytes that the checksum covers.
  public let byteCount: Int

  /// One line for a person.
  public var description: String { "\(file): bytes \(offset) to \(offset + byteCount) are not what was written" }
}

extension VectorSnapshot {
  /// How large the index is.
  public var statistics: VectorStatistics {
    let rowByteCount = settings.columns.reduce(0) { $0 + $1.stride }
    return VectorStatistics(
      vectors: count, deadRows: layout.deadCount, segments: segments.count, byteCount: layout.rowCount * rowByteCount, commit: commit,
      generation: manifest.generation, hasInt8Codes: settings.columns.contains { $0.kind == .int8 },
      hasBinaryCodes: settings.binaryDimensions != nil)
  }

  /// Compares every row with its checksum: reads all files whole.
  ///
  /// - Parameter progress: Is told how many bytes are done, of how many.
  /// - Returns: What is damaged; empty when nothing is.
  /// - Throws: `CancellationError`.
  public func verify(progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }) throws -> [DamagedRows] {
    let numbers = Dictionary(uniqueKeysWithValues: segments.map { ($0.number, $0) })
    let all = statistics.byteCount
    var done = 0
    var damaged: [DamagedRows] = []
    for extent in layout.extents {
      try Task.checkCancellation()
      guard let segment = numbers[extent.segment] else { continue }
      for (mapped, checksum) in zip(segment.columns, extent.checksums) {
        let bytes = mapped.bytes(extent.rows)
        if Checksum.of(bytes) != checksum {
          damaged.append(
            DamagedRows(
              file: folder.segment(extent.segment, mapped.column.kind),
              offset: FileHeader.byteCount + extent.first * mapped.column.stride, byteCount: bytes.count))
        }
        done += bytes.count
      }
      progress(done, all)
    }
    return damaged
  }
}
