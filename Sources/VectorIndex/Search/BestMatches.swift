/// A row that may be among the best.
struct Candidate {
  let score: Float
  let id: UInt64
  let place: RowPlace

  /// Higher scores come first, and of equal ones the smaller id: no two candidates are equal, so the best are the same in any order of
  /// arrival.
  func comes(before other: Candidate) -> Bool { score > other.score || (score == other.score && id < other.id) }
}

/// The best candidates so far, at most `limit`: a heap whose first one is the worst.
struct BestMatches {
  let limit: Int
  private var heap: [Candidate] = []

  /// - Parameter limit: At least 1.
  init(limit: Int) { self.limit = limit }

  /// What a score must reach to matter: an equal one still may, by its id.
  private(set) var threshold = -Float.infinity

  mutating func insert(_ candidate: Candidate) {
    if heap.count < limit {
      heap.append(candidate)
      rise()
      if heap.count == limit { threshold = heap[0].score }
    } else if candidate.comes(before: heap[0]) {
      heap[0] = candidate
      sink()
      threshold = heap[0].score
    }
  }

  mutating func insert(_ others: BestMatches) { for candidate in others.heap { insert(candidate) } }

  /// Best first.
  var sorted: [Candidate] { heap.sorted { $0.comes(before: $1) } }

  private mutating func rise() {
    var child = heap.count - 1
    let candidate = heap[child]
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[parent].comes(before: candidate) else { break }
      heap[child] = heap[parent]
      child = parent
    }
    heap[child] = candidate
  }

  private mutating func sink() {
    let candidate = heap[0]
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count && heap[child].comes(before: heap[child + 1]) { child += 1 }
      guard candidate.comes(before: heap[child]) else { break }
      heap[parent] = heap[child]
      parent = child
    }
    heap[parent] = candidate
  }
}
