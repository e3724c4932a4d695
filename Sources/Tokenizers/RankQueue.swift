/// A binary heap of pairs that could merge: the lowest rank first, among equal ranks the leftmost.
struct RankQueue: Sendable {
  /// Rank in the upper 24 bits and position in the lower 40, so that comparing numbers orders entries.
  private var heap: [UInt64] = []

  /// Replaces the content by the positions that have a rank.
  ///
  /// - Complexity: O(ranks)
  mutating func fill(_ ranks: [MergeTable.Rank]) {
    heap.removeAll(keepingCapacity: true)
    for (position, rank) in ranks.enumerated() where rank != MergeTable.noMerge {
      heap.append(Self.entry(rank, position))
    }
    for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(index) }
  }

  /// Adds a position if it has a rank.
  ///
  /// - Complexity: O(log n)
  mutating func insert(rank: MergeTable.Rank, position: Int) {
    guard rank != MergeTable.noMerge else { return }
    let entry = Self.entry(rank, position)
    var index = heap.count
    heap.append(entry)
    while index > 0, heap[(index - 1) / 2] > entry {
      heap[index] = heap[(index - 1) / 2]
      index = (index - 1) / 2
    }
    heap[index] = entry
  }

  /// Takes out the leftmost position of the lowest rank.
  ///
  /// - Complexity: O(log n)
  mutating func popLowest() -> (rank: MergeTable.Rank, position: Int)? {
    guard let lowest = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty {
      heap[0] = last
      sink(0)
    }
    return (MergeTable.Rank(lowest >> 40), Int(lowest & (1 << 40 - 1)))
  }

  private static func entry(_ rank: MergeTable.Rank, _ position: Int) -> UInt64 { UInt64(rank) << 40 | UInt64(position) }

  private mutating func sink(_ start: Int) {
    let entry = heap[start]
    var index = start
    while true {
      var child = index * 2 + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
      guard heap[child] < entry else { break }
      heap[index] = heap[child]
      index = child
    }
    heap[index] = entry
  }
}
