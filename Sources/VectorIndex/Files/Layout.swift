/// Which rows of which segments are in the index after a number of commits.
struct Layout {
  struct Segment {
    let number: UInt64
    var count = 0
    var dead = RowSet()
    /// Whether rows may be added: the segment was begun after the journal's base.
    let isOpen: Bool
  }

  private(set) var segments: [Segment] = []
  private(set) var extents: [JournalEntry.Extent] = []
  private(set) var sequence: UInt64 = 0
  private var places: [UInt64: Int] = [:]

  /// The commits of a journal up to and with `last`.
  init(_ entries: some Sequence<JournalEntry>, file: String) throws(VectorIndexError) {
    var isBase = true
    for entry in entries {
      try apply(entry, isBase: isBase, file: file)
      isBase = false
    }
  }

  /// Adds a commit.
  ///
  /// - Throws: Where the commit contradicts those before it.
  mutating func apply(_ entry: JournalEntry, isBase: Bool = false, file: String) throws(VectorIndexError) {
    guard isBase || entry.sequence == sequence &+ 1 else {
      throw VectorIndexError(.damagedFile, file: file, "has commit \(entry.sequence) after commit \(sequence)")
    }
    sequence = entry.sequence
    for extent in entry.extents {
      let place = places[extent.segment] ?? segments.count
      if place == segments.count {
        segments.append(Segment(number: extent.segment, isOpen: !isBase))
        places[extent.segment] = place
      }
      guard extent.first == segments[place].count else {
        throw VectorIndexError(
          .damagedFile, file: file,
          "adds rows from \(extent.first) on to segment \(extent.segment), which has \(segments[place].count)")
      }
      segments[place].count += extent.count
      extents.append(extent)
    }
    for death in entry.deaths {
      guard let place = places[death.segment], 0..<segments[place].count ~= death.row else {
        throw VectorIndexError(.damagedFile, file: file, "removes row \(death.row) of segment \(death.segment), which has no such row")
      }
      segments[place].dead.insert(death.row)
    }
  }

  /// All of it as one commit.
  var base: JournalEntry {
    JournalEntry(
      sequence: sequence, extents: extents,
      deaths: segments.flatMap { segment in segment.dead.rows.map { RowAddress(segment: segment.number, row: $0) } })
  }

  var rowCount: Int { segments.reduce(0) { $0 + $1.count } }

  var deadCount: Int { segments.reduce(0) { $0 + $1.dead.count } }
}

/// A set of a segment's rows, one bit each.
struct RowSet: Equatable {
  private(set) var words: [UInt64] = []
  private(set) var count = 0

  mutating func insert(_ row: Int) {
    if row / 64 >= words.count { words.append(contentsOf: repeatElement(0, count: row / 64 + 1 - words.count)) }
    let bit = UInt64(1) << UInt64(row % 64)
    guard words[row / 64] & bit == 0 else { return }
    words[row / 64] |= bit
    count += 1
  }

  func contains(_ row: Int) -> Bool { row / 64 < words.count && words[row / 64] & (1 << UInt64(row % 64)) != 0 }

  /// The members, in order.
  var rows: [Int] {
    words.indices.flatMap { index in (0..<64).filter { words[index] & (1 << UInt64($0)) != 0 }.map { index * 64 + $0 } }
  }
}
