/// One commit: the rows it added and the rows it made dead.
struct JournalEntry: Equatable {
  /// Rows added to a segment, with a checksum of their bytes in each column.
  struct Extent: Equatable {
    let segment: UInt64
    let first: Int
    let count: Int
    /// In the order of `VectorSettings.columns`.
    let checksums: [UInt32]

    var rows: Range<Int> { first..<first + count }
  }

  /// Counts the commits of the index.
  let sequence: UInt64
  var extents: [Extent]
  var deaths: [RowAddress]

  /// More rows than a segment can have.
  private static let rowLimit: UInt64 = 1 << 40
  private static let magic: UInt32 = 0x4A4C_5356
  private static let headByteCount = 32
  private static let deathByteCount = 16
  /// Longest entry.
  static let byteLimit = 1 << 30

  /// The entry as it stands in the journal: a multiple of 8 bytes, checksum last.
  func encoded(columns: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(Self.magic)
    bytes.append(UInt32(columns))
    bytes.append(UInt64(extents.count))
    bytes.append(UInt64(deaths.count))
    bytes.append(sequence)
    for extent in extents {
      bytes.append(extent.segment)
      bytes.append(UInt64(extent.first))
      bytes.append(UInt64(extent.count))
      for checksum in extent.checksums { bytes.append(checksum) }
      if columns % 2 != 0 { bytes.append(UInt32(0)) }
    }
    for death in deaths {
      bytes.append(death.segment)
      bytes.append(UInt64(death.row))
    }
    bytes.append(UInt32(0))
    bytes.append(Checksum.of(bytes))
    return bytes
  }

  /// Bytes of an entry with these counts, or nil where they cannot be those of an entry.
  private static func byteCount(columns: Int, extents: UInt64, deaths: UInt64) -> Int? {
    let extentByteCount = 24 + (columns + 1) / 2 * 8
    guard extents <= UInt64(byteLimit / extentByteCount), deaths <= UInt64(byteLimit / deathByteCount) else { return nil }
    let count = headByteCount + Int(extents) * extentByteCount + Int(deaths) * deathByteCount + 8
    return count <= byteLimit ? count : nil
  }

  /// Reads the entry that begins at `offset`.
  ///
  /// - Returns: The entry and where it ends; nil where no whole entry with a true checksum begins there.
  static func read(_ bytes: [UInt8], at offset: Int, columns: Int) -> (entry: JournalEntry, end: Int)? {
    guard bytes.count - offset >= headByteCount + 8, bytes.integer(at: offset, as: UInt32.self) == magic,
      bytes.integer(at: offset + 4, as: UInt32.self) == UInt32(columns)
    else { return nil }
    let extentCount = bytes.integer(at: offset + 8, as: UInt64.self)
    let deathCount = bytes.integer(at: offset + 16, as: UInt64.self)
    guard let byteCount = byteCount(columns: columns, extents: extentCount, deaths: deathCount), byteCount <= bytes.count - offset,
      bytes.integer(at: offset + byteCount - 4, as: UInt32.self) == Checksum.of(bytes[offset..<offset + byteCount - 4])
    else { return nil }
    var cursor = offset + headByteCount
    func next() -> UInt64 {
      defer { cursor += 8 }
      return bytes.integer(at: cursor, as: UInt64.self)
    }
    var entry = JournalEntry(sequence: bytes.integer(at: offset + 24, as: UInt64.self), extents: [], deaths: [])
    for _ in 0..<extentCount {
      let (segment, first, count) = (next(), next(), next())
      guard first <= rowLimit, 1...rowLimit ~= count else { return nil }
      let checksums = (0..<columns).map { bytes.integer(at: cursor + $0 * 4, as: UInt32.self) }
      cursor += (columns + 1) / 2 * 8
      entry.extents.append(Extent(segment: segment, first: Int(first), count: Int(count), checksums: checksums))
    }
    for _ in 0..<deathCount {
      let (segment, row) = (next(), next())
      guard row <= rowLimit else { return nil }
      entry.deaths.append(RowAddress(segment: segment, row: Int(row)))
    }
    return (entry, offset + byteCount)
  }
}

/// Where a vector lies.
struct RowAddress: Hashable {
  /// The segment's number.
  var segment: UInt64
  var row: Int
}
