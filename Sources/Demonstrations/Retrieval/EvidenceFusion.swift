/// Makes one score of the evidence of a task and of a screen.
///
/// The task's cosine is the measure. Cosines of pictures have another level than those of words and lie much closer together, so a screen
/// counts by how far a demonstration stands out among all that have screens, in standard deviations, and a deviation is worth as much as one
/// of the tasks' cosines. A demonstration without screens stands out by nothing: it neither wins nor loses by having none.
public struct EvidenceFusion: Sendable, Equatable {
  /// What a screen's deviation counts against one of the tasks.
  public var screenWeight = 0.75
  /// What a deviation of task and screen together counts.
  public var bothWeight = 0.25

  /// Weights from the middle of a range of which any did about as well.
  ///
  /// There was no trained multimodal model to choose them with: words were MiniLM's and screens the colours of 256 places.
  public init() {}

  /// Deviations beyond this many count as this many.
  private static let furthest = 3.0
  /// Tasks that are all alike must not make screens worthless: a deviation of theirs is worth this much at least.
  private static let leastTaskDeviation = 0.05
  /// Cosines that lie closer than this say nothing.
  private static let leastScreenDeviation = 0.002

  /// The score of each demonstration; `nil` for one that cannot be compared with the query at all.
  func scores(_ evidence: [Evidence], _ form: DemonstrationQuery.Form) -> [Double?] {
    switch form {
    case .task: return evidence.map(\.task)
    case .screen: return evidence.map(\.screen)
    case .both:
      let unit = max(Spread(evidence.compactMap(\.task)).deviation, Self.leastTaskDeviation)
      let (screens, both) = (Spread(evidence.compactMap(\.screen)), Spread(evidence.compactMap(\.both)))
      return evidence.map { evidence in
        evidence.task.map {
          $0 + unit * (screenWeight * Self.standing(evidence.screen, screens) + bothWeight * Self.standing(evidence.both, both))
        }
      }
    }
  }

  /// How far a value stands out, in standard deviations.
  private static func standing(_ value: Double?, _ spread: Spread) -> Double {
    guard let value else { return 0 }
    return min(furthest, max(-furthest, (value - spread.mean) / max(spread.deviation, leastScreenDeviation)))
  }

  private struct Spread {
    let mean: Double
    let deviation: Double

    init(_ values: [Double]) {
      let count = Double(max(1, values.count))
      let mean = values.reduce(0, +) / count
      self.mean = mean
      deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    }
  }
}
