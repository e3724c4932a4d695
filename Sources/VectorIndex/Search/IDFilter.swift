/// Which ids a search may find, decided before the best are chosen.
public struct IDFilter: Sendable {
  enum Rule: Sendable {
    case only([UInt64])
    case except([UInt64])
    case matching(@Sendable (UInt64) -> Bool)
  }

  let rule: Rule

  /// Only these ids; those that are not in the index count for nothing.
  public static func only(_ ids: some Sequence<UInt64>) -> IDFilter { IDFilter(rule: .only(Array(ids))) }

  /// All ids but these.
  public static func except(_ ids: some Sequence<UInt64>) -> IDFilter { IDFilter(rule: .except(Array(ids))) }

  /// The ids for which a function says so; it is asked for every id of the index.
  public static func matching(_ allows: @escaping @Sendable (UInt64) -> Bool) -> IDFilter { IDFilter(rule: .matching(allows)) }
}

/// The rows of one segment that a search looks at.
struct RowMask {
  /// One bit a row; nil for all rows.
  private let words: [UInt64]?

  /// A bit for each row of the segment, zeros behind the last.
  fileprivate init(words: [UInt64]?) {
    self.words = words
  }

  func contains(_ row: Int) -> Bool {
    guard let words else { return true }
    return words[row / 64] & (1 << UInt64(row % 64)) != 0
  }

  var isWhole: Bool { words == nil }

  /// How many of a range of rows there are, for ranges that begin at a multiple of 64 and end at one or at the last row.
  func count(in rows: Range<Int>) -> Int {
    guard let words else { return rows.count }
    return words[rows.lowerBound / 64..<(rows.upperBound + 63) / 64].reduce(0) { $0 + $1.nonzeroBitCount }
  }
}

extension VectorSnapshot {
  /// What is left of each segment by deaths and filter.
  func masks(_ filter: IDFilter?) -> [RowMask] {
    var words: [[UInt64]?] = layout.segments.map { segment in
      segment.dead.count == 0 && filter == nil ? nil : Self.living(segment)
    }
    func set(_ place: RowPlace, _ isMember: Bool) {
      let bit = UInt64(1) << UInt64(place.row % 64)
      if isMember { words[place.segment]?[place.row / 64] |= bit } else { words[place.segment]?[place.row / 64] &= ~bit }
    }
    switch filter?.rule {
    case nil: break
    case .only(let ids):
      words = layout.segments.map { Array(repeating: 0, count: ($0.count + 63) / 64) }
      for id in ids { if let place = place(of: id) { set(place, true) } }
    case .except(let ids):
      for id in ids { if let place = place(of: id) { set(place, false) } }
    case .matching(let allows):
      for (index, segment) in segments.enumerated() {
        for row in 0..<layout.segments[index].count where !allows(segment.keys.key(row)) {
          set(RowPlace(segment: index, row: row), false)
        }
      }
    }
    return words.map { RowMask(words: $0) }
  }

  private static func living(_ segment: Layout.Segment) -> [UInt64] {
    var words = Array(repeating: UInt64.max, count: (segment.count + 63) / 64)
    if segment.count % 64 != 0 { words[words.count - 1] = (1 << UInt64(segment.count % 64)) - 1 }
    for (index, dead) in segment.dead.words.enumerated() { words[index] &= ~dead }
    return words
  }
}
