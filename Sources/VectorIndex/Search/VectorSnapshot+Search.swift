extension VectorSnapshot {
  /// The vectors nearest to each query, best first; of equal scores the smaller id first.
  ///
  /// The result does not depend on threads, segments, the order in which vectors were added, or the other queries.
  ///
  /// - Parameters:
  ///   - queries: Any length above zero; each is cut to `dimensions` and brought to length 1.
  ///   - count: How many to find for each query.
  ///   - strategy: How.
  ///   - dimensions: Compares by the first so many numbers alone, brought to length 1 again; nil for all.
  ///   - filter: The ids that may be found; nil for all.
  /// - Returns: For each query up to `count` matches; fewer where there are fewer vectors.
  /// - Throws: `VectorIndexError`: `invalidVector` for a query, `invalidArgument`.
  /// - Complexity: One pass over the vectors, or over the codes, for up to 64 queries.
  public func search(
    _ queries: [[Float]], count: Int, strategy: SearchStrategy = .exact, dimensions: Int? = nil, allowing filter: IDFilter? = nil
  ) throws(VectorIndexError) -> [[Match]] {
    let dimensions = dimensions ?? settings.dimensions
    guard 1...settings.dimensions ~= dimensions else {
      throw invalid("has vectors of \(settings.dimensions) numbers: no search by \(dimensions) of them is possible")
    }
    guard count >= 0 else { throw invalid("cannot be asked for \(count) matches") }
    let units = try prepared(queries, dimensions)
    let stages = try stages(strategy, units, dimensions, count)
    let limit = min(count, self.count)
    guard limit > 0, !queries.isEmpty else { return queries.map { _ in [] } }
    let masks = masks(filter)
    var results: [[Match]] = []
    for begin in stride(from: 0, to: units.count, by: Self.queryLimit) {
      let range = begin..<min(begin + Self.queryLimit, units.count)
      var best: [BestMatches]?
      for (scan, keep) in stages {
        let keep = min(max(keep, limit), self.count)
        if let found = best {
          best = rescore(found.map(\.unsorted), by: scan, range, keep: keep)
        } else {
          best = scanAll(scan, range, keep: keep, masks)
        }
      }
      results += (best ?? []).map { $0.sorted.prefix(limit).map { Match(id: $0.id, score: $0.score) } }
    }
    return results
  }

  private static func funnelCandidates(bits: Int) -> Int { max(2000, (1 << 19) / bits) }

  /// Queries in one pass over memory.
  private static let queryLimit = 64

  /// The first `dimensions` numbers of each query, of length 1.
  private func prepared(_ queries: [[Float]], _ dimensions: Int) throws(VectorIndexError) -> [[Float]] {
    var units: [[Float]] = []
    for (index, query) in queries.enumerated() {
      guard query.count == settings.dimensions || query.count == dimensions else {
        throw VectorIndexError(
          .invalidVector, file: folder.path, "has vectors of \(settings.dimensions) numbers; query \(index) has \(query.count)")
      }
      guard query.allSatisfy({ $0.isFinite }), let unit = UnitVector.prefix(query, dimensions) else {
        throw VectorIndexError(
          .invalidVector, file: folder.path, "cannot be searched with query \(index): it is zero or has a number that is not finite")
      }
      units.append(unit)
    }
    return units
  }

  /// What is compared in which order, and how many go on to the next stage.
  private func stages(
    _ strategy: SearchStrategy, _ queries: [[Float]], _ dimensions: Int, _ count: Int
  ) throws(VectorIndexError) -> [(Scan, Int)] {
    let exact = (Scan.exact(queries, settings: settings, kernels: kernels), count)
    switch strategy {
    case .exact: return [exact]
    case .int8(let rescore):
      guard let scan = try int8Scan(queries, dimensions, isLast: rescore == nil) else { return [exact] }
      guard let rescore else { return [(scan, count)] }
      return [(scan, try checked(rescore)), exact]
    case .binary(let rescore):
      let scan = try binaryScan(queries, dimensions, prefix: nil)
      guard let rescore else { return [(scan, count)] }
      return [(scan, try checked(rescore)), exact]
    case .funnel(let prefix, let binary, let int8):
      let scan = try binaryScan(queries, dimensions, prefix: prefix)
      let first = (scan, max(try checked(binary ?? Self.funnelCandidates(bits: scan.queryStride * 8)), try checked(int8)))
      guard settings.int8Dimensions != nil, let scan = try int8Scan(queries, dimensions, isLast: false) else { return [first, exact] }
      return [first, (scan, int8), exact]
    }
  }

  /// Codes of a prefix serve that prefix, and shorter ones where stored vectors have the last word.
  ///
  /// - Returns: nil where the ranges are not known yet, or a longer prefix is asked for than was coded.
  private func int8Scan(_ queries: [[Float]], _ dimensions: Int, isLast: Bool) throws(VectorIndexError) -> Scan? {
    guard let coded = settings.int8Dimensions else { throw invalid("has no int8 codes") }
    guard dimensions <= coded, !isLast || dimensions == coded else {
      throw invalid("has int8 codes of \(coded) dimensions, which cannot rank by \(dimensions)")
    }
    return settings.int8Ranges.map { Scan.int8(queries, ranges: $0, settings: settings, kernels: kernels) }
  }

  /// Bits of a prefix are the prefix of the bits.
  private func binaryScan(_ queries: [[Float]], _ dimensions: Int, prefix: Int?) throws(VectorIndexError) -> Scan {
    guard let coded = settings.binaryDimensions else { throw invalid("has no binary codes") }
    let bits = prefix ?? min(coded, dimensions / 8 * 8)
    guard 8...max(8, min(coded, dimensions)) ~= bits, bits % 8 == 0 else {
      throw invalid("has binary codes of \(coded) bits: \(bits) of them cannot be compared in a search by \(dimensions) dimensions")
    }
    return Scan.binary(queries, bits: bits, settings: settings, kernels: kernels)
  }

  private func checked(_ candidates: Int) throws(VectorIndexError) -> Int {
    guard candidates > 0 else { throw invalid("cannot go on with \(candidates) candidates") }
    return candidates
  }

  private func invalid(_ reason: String) -> VectorIndexError { VectorIndexError(.invalidArgument, file: folder.path, reason) }
}
