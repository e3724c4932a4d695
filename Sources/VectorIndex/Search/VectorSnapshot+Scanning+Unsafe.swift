import CKernels
import Synchronization
import Tensors

extension VectorSnapshot {
  /// Bytes of rows that are compared with all queries before the next ones are read: half of a core's second cache.
  private static let blockByteCount = 256 << 10

  /// The best `keep` rows of the whole index for each query.
  func scanAll(_ scan: Scan, _ queries: Range<Int>, keep: Int, _ masks: [RowMask]) -> [BestMatches] {
    var jobs: [(segment: Int, rows: Range<Int>)] = []
    // Four jobs a thread even out threads that are held up; whole blocks, so that masks can be read by words.
    let jobRowCount = max(1, (layout.rowCount + workers.threads * 4 - 1) / (workers.threads * 4) + 63) / 64 * 64
    for (index, segment) in layout.segments.enumerated() {
      for begin in stride(from: 0, to: segment.count, by: jobRowCount) {
        jobs.append((index, begin..<min(begin + jobRowCount, segment.count)))
      }
    }
    // A job takes over the best of an earlier one, whose thresholds spare it most insertions. The best do not depend on the order.
    let idle = Mutex<[[BestMatches]]>([])
    let allJobs = jobs
    workers.run(jobs.count) { job in
      var best = idle.withLock { $0.popLast() } ?? queries.map { _ in BestMatches(limit: keep) }
      scanRows(scan, queries, allJobs[job].segment, allJobs[job].rows, masks[allJobs[job].segment], &best)
      let done = best
      best = []
      idle.withLock { $0.append(done) }
    }
    let parts = idle.withLock { $0 }
    return queries.indices.map { place in
      var best = BestMatches(limit: keep)
      for part in parts { best.insert(part[place - queries.lowerBound]) }
      return best
    }
  }

  private func scanRows(
    _ scan: Scan, _ queries: Range<Int>, _ segment: Int, _ rows: Range<Int>, _ mask: RowMask, _ best: inout [BestMatches]
  ) {
    guard let column = scan.column(of: segments[segment]) else { return }
    let keys = segments[segment].keys
    let blockRowCount = max(1, min(4096, Self.blockByteCount / column.column.stride) / 64) * 64
    withUnsafeTemporaryAllocation(of: Float.self, capacity: blockRowCount * queries.count) { scores in
      func consider(_ rows: Range<Int>) {
        scan.score(column, rows, queries, into: scores)
        for query in best.indices {
          let first = query * rows.count
          // What is not a number is passed over.
          func next(_ index: Int) -> Int { sl_next_at_least(scores.baseAddress, index, first + rows.count, best[query].threshold) }
          var index = next(first)
          while index < first + rows.count {
            let place = RowPlace(segment: segment, row: rows.lowerBound + index - first)
            if mask.contains(place.row) { best[query].insert(Candidate(score: scores[index], id: keys.key(place.row), place: place)) }
            index = next(index + 1)
          }
        }
      }
      for begin in stride(from: rows.lowerBound, to: rows.upperBound, by: blockRowCount) {
        let block = begin..<min(begin + blockRowCount, rows.upperBound)
        let count = mask.count(in: block)
        if count > block.count / 4 {
          consider(block)
        } else if count > 0 {
          for row in block where mask.contains(row) { consider(row..<row + 1) }
        }
      }
    }
  }

  /// Rows by which candidates are called ahead of their use: they lie far apart, and each would be waited for.
  private static let rowsAhead = 4

  /// The best `keep` of the candidates of each query, by another scan.
  func rescore(_ candidates: [[Candidate]], by scan: Scan, _ queries: Range<Int>, keep: Int) -> [BestMatches] {
    let jobSize = 64
    var jobs: [(query: Int, candidates: Range<Int>)] = []
    for (query, found) in candidates.enumerated() {
      for begin in stride(from: 0, to: found.count, by: jobSize) { jobs.append((query, begin..<min(begin + jobSize, found.count))) }
    }
    let best = Mutex(queries.map { _ in BestMatches(limit: keep) })
    let allJobs = jobs
    workers.run(jobs.count) { job in
      let (query, range) = allJobs[job]
      var rescored: [Candidate] = []
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 1) { score in
        for (place, candidate) in zip(range, candidates[query][range]) {
          if place + Self.rowsAhead < range.upperBound { scan.callAhead(self, candidates[query][place + Self.rowsAhead].place) }
          guard let column = scan.column(of: segments[candidate.place.segment]) else { continue }
          let index = queries.lowerBound + query
          scan.score(column, candidate.place.row..<candidate.place.row + 1, index..<index + 1, into: score)
          // What is not a number comes from a damaged file, and is no match.
          guard score[0] >= -.infinity else { continue }
          rescored.append(Candidate(score: score[0], id: candidate.id, place: candidate.place))
        }
      }
      let done = rescored
      best.withLock { best in for candidate in done { best[query].insert(candidate) } }
    }
    return best.withLock { $0 }
  }
}
