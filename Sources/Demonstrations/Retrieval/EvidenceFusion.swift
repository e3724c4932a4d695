/// Makes one score of the evidence of a task and of a screen.
///
/// The task's score is the measure. A screen adds to it as far as it speaks for a demonstration more than for the others: cosines of
/// pictures have another level than those of words, and a demonstration without screens must neither win nor lose by that level, so only
/// the difference to the level of the query counts. A demonstration without screens gets no difference.
public struct EvidenceFusion: Sendable, Equatable {
  /// How much the difference of the screens' cosines counts against the task's cosine.
  public var screenWeight = 0.5
  /// How much that of task and screen together counts.
  public var bothWeight = 0.5
  /// What an unknown screen is taken to resemble another one by.
  ///
  /// Counts as one more demonstration, so that a library with a single screen has a level too.
  public var expectedLevel = 0.5

  /// The weights that are described above.
  public init() {}

  /// The score of each demonstration; `nil` for one that cannot be compared with the query at all.
  func scores(_ evidence: [Evidence], _ form: DemonstrationQuery.Form) -> [Double?] {
    switch form {
    case .task: return evidence.map(\.task)
    case .screen: return evidence.map(\.screen)
    case .both:
      let (screenLevel, bothLevel) = (level(evidence.compactMap(\.screen)), level(evidence.compactMap(\.both)))
      return evidence.map { evidence in
        guard let task = evidence.task else { return nil }
        let screen = evidence.screen.map { screenWeight * ($0 - screenLevel) } ?? 0
        let both = evidence.both.map { bothWeight * ($0 - bothLevel) } ?? 0
        return task + screen + both
      }
    }
  }

  private func level(_ values: [Double]) -> Double {
    (values.reduce(0, +) + expectedLevel) / Double(values.count + 1)
  }
}
