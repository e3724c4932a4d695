/// The first 4,096 bytes of every file of an index but the manifest; what follows are rows, or the journal's entries.
///
/// The layout is in `Documentation/index-format.md`.
struct FileHeader: Equatable {
  static let byteCount = 4096
  static let version: UInt32 = 1
  private static let magic = Array("SLVECTOR".utf8)
  private static let byteOrder: UInt32 = 0x0102_0304
  /// Where the header's checksum stands.
  private static let checksumOffset = 64
  /// The journal's kind, beside those of `Column.Kind`.
  static let journalKind: UInt32 = 16

  let kind: UInt32
  let index: IndexIdentity
  /// A segment's number, or the journal's generation.
  let number: UInt64
  let dimensions: Int
  let stride: Int

  static func column(_ column: Column, segment: UInt64, of index: IndexIdentity) -> FileHeader {
    FileHeader(kind: column.kind.rawValue, index: index, number: segment, dimensions: column.dimensions, stride: column.stride)
  }

  static func journal(_ generation: UInt64, of index: IndexIdentity) -> FileHeader {
    FileHeader(kind: journalKind, index: index, number: generation, dimensions: 0, stride: 0)
  }

  var bytes: [UInt8] {
    var bytes = Self.magic
    bytes.append(Self.version)
    bytes.append(Self.byteOrder)
    bytes.append(kind)
    bytes.append(UInt32(0))
    bytes.append(index.high)
    bytes.append(index.low)
    bytes.append(number)
    bytes.append(UInt64(dimensions))
    bytes.append(UInt64(stride))
    bytes.append(Checksum.of(bytes))
    return bytes + Array(repeating: 0, count: Self.byteCount - bytes.count)
  }

  /// Checks that a file begins as it should.
  func check(_ bytes: some Collection<UInt8>, file: String) throws(VectorIndexError) {
    let found = Array(bytes.prefix(Self.checksumOffset + 4))
    guard found.count == Self.checksumOffset + 4, Array(found.prefix(8)) == Self.magic else {
      throw VectorIndexError(.damagedFile, file: file, "does not begin as a file of an index of vectors")
    }
    let version = found.integer(at: 8, as: UInt32.self)
    guard version == Self.version else {
      throw VectorIndexError(.unsupportedFile, file: file, "has format version \(version); this program reads version \(Self.version)")
    }
    guard found.integer(at: Self.checksumOffset, as: UInt32.self) == Checksum.of(found.prefix(Self.checksumOffset)) else {
      throw VectorIndexError(.damagedFile, file: file, "has a header that does not match its checksum")
    }
    guard Array(self.bytes.prefix(found.count)) == found else {
      throw VectorIndexError(.unsupportedFile, file: file, "belongs to another index, or is another file of this one")
    }
  }
}

/// 128 random bits that every file of an index carries, so that files of two indexes are never mixed.
struct IndexIdentity: Equatable {
  let high: UInt64
  let low: UInt64

  static func random() -> IndexIdentity { IndexIdentity(high: .random(in: 0 ... .max), low: .random(in: 0 ... .max)) }

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads the two numbers as `text` writes them.
  init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let high = UInt64(parts[0], radix: 16), let low = UInt64(parts[1], radix: 16) else { return nil }
    self.init(high: high, low: low)
  }

  var text: String { String(high, radix: 16) + "-" + String(low, radix: 16) }
}
