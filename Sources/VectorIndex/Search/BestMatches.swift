/// A row that may be among the best.
struct Candidate {
  let score: Float
  let id: UInt64
  let place: RowPlace

  /// Higher scores come first, and of equal ones the smaller id: no two candidates are equal, so the best are the same in any order of
  /// arrival.
  func comes(before other: Candidate) -> Bool { score > other.score || (score == other.score && id < other.id) }
}

/// The best candidates so far, at most `limit`.
///
/// Candidates that may be among them collect until there are twice as many, then the worse half goes: a constant number of comparisons for
/// each one on average, where a heap of the thousands that a funnel keeps takes a dozen.
struct BestMatches {
  let limit: Int
  private var candidates: [Candidate] = []

  /// - Parameter limit: At least 1.
  init(limit: Int) { self.limit = limit }

  /// What a score must reach to matter: an equal one still may, by its id.
  private(set) var threshold = -Float.infinity

  mutating func insert(_ candidate: Candidate) {
    candidates.append(candidate)
    if candidates.count >= 2 * limit { drop() }
  }

  mutating func insert(_ others: BestMatches) {
    for candidate in others.candidates where candidate.score >= threshold { insert(candidate) }
  }

  /// In no order.
  var unsorted: [Candidate] {
    var matches = self
    matches.drop()
    return matches.candidates
  }

  /// Best first.
  var sorted: [Candidate] { unsorted.sorted { $0.comes(before: $1) } }

  /// Drops what is not among the best.
  private mutating func drop() {
    guard candidates.count > limit else { return }
    var (low, high) = (0, candidates.count - 1)
    // What lies before `low` comes before all from there on, and what lies behind `high` after all up to there.
    while low < high {
      let (before, behind) = partition(low, high)
      if limit - 1 <= before { high = before } else if limit - 1 >= behind { low = behind } else { break }
    }
    candidates.removeSubrange(limit...)
    threshold = candidates[limit - 1].score
  }

  /// Brings what comes before some candidate to the front of a range, and what comes after it to the back.
  ///
  /// - Returns: The last place of the front and the first one of the back, between which the candidate itself may lie.
  private mutating func partition(_ first: Int, _ last: Int) -> (before: Int, behind: Int) {
    // Any choice gives the same best ones; this one has no order of arrival that it is always bad for.
    let scattered = UInt64(bitPattern: Int64(first ^ last)) &* 0x9E37_79B9_7F4A_7C15
    let pivot = candidates[first + Int(scattered >> 32) % (last - first + 1)]
    var (low, high) = (first, last)
    while low <= high {
      while candidates[low].comes(before: pivot) { low += 1 }
      while pivot.comes(before: candidates[high]) { high -= 1 }
      guard low <= high else { break }
      candidates.swapAt(low, high)
      low += 1
      high -= 1
    }
    return (high, low)
  }
}
