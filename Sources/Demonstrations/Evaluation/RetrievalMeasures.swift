/// How well demonstrations were found.
public struct RetrievalMeasures: Sendable, Equatable, Codable {
  /// Queries that something fits.
  public let answerable: Int
  /// Queries that nothing fits.
  public let unanswerable: Int
  /// Queries that the method could not be asked, such as a screen alone for a method that sees none: they count as found nothing.
  public let unasked: Int
  /// The share of answerable queries with a right demonstration at the first place.
  public let hitAt1: Double
  /// The share with one among the first three.
  public let hitAt3: Double
  /// The mean of 1 divided by the first right one's place.
  public let meanReciprocalRank: Double
  /// The first place's share by kind of query.
  public let hitAt1ByKind: [String: Double]
  /// The share of answerable test queries for which something was offered; `nil` without a threshold.
  public let coverage: Double?
  /// Of the test queries for which nothing was offered, the share that nothing fits; `nil` without a threshold, or where there are none.
  public let abstentionPrecision: Double?
  /// Of the test queries that nothing fits, the share for which nothing was offered; `nil` without a threshold, or where there are none.
  public let abstentionRecall: Double?
  /// The share of screens whose step was named; `nil` where none could be asked.
  public let stepAccuracy: Double?
  /// The median time of a query, in milliseconds.
  public let medianMilliseconds: Double
  /// The time within which 95 of 100 queries were answered, in milliseconds.
  public let slowMilliseconds: Double

  /// What became of one query.
  struct Outcome: Sendable {
    let query: LabelledQuery
    /// The place of the first right demonstration, from 1; `nil` where there was none, or the method could not be asked.
    var place: Int?
    /// What the threshold is held against: of the one that fits best; `nil` where there was none.
    var certainty: Double?
    /// What was compared; `nil` where the method could not be asked.
    var form: DemonstrationQuery.Form?
    /// Whether the step was named; `nil` where it was not asked.
    var isStepRight: Bool?
    var milliseconds: Double
  }

  /// Measures of outcomes.
  ///
  /// - Parameters:
  ///   - outcomes: One for each query.
  ///   - threshold: Below which nothing fits, by what was compared.
  init(_ outcomes: [Outcome], threshold: (DemonstrationQuery.Form) -> Double?) {
    func share(_ outcomes: [Outcome], _ holds: (Outcome) -> Bool) -> Double? {
      outcomes.isEmpty ? nil : Double(outcomes.count(where: holds)) / Double(outcomes.count)
    }
    let answered = outcomes.filter { !$0.query.answers.isEmpty }
    answerable = answered.count
    unanswerable = outcomes.count - answered.count
    unasked = outcomes.count { $0.form == nil }
    hitAt1 = share(answered) { $0.place == 1 } ?? 0
    hitAt3 = share(answered) { $0.place.map { $0 <= 3 } ?? false } ?? 0
    meanReciprocalRank = answered.isEmpty ? 0 : answered.reduce(0) { $0 + ($1.place.map { 1 / Double($0) } ?? 0) } / Double(answered.count)
    hitAt1ByKind = Dictionary(grouping: answered, by: \.query.kind).compactMapValues { share($0) { $0.place == 1 } }
    // A query counts only where there is a threshold for what was compared; one that could not be asked offers nothing.
    let judged = outcomes.filter { $0.query.split == .test && ($0.form.map { threshold($0) != nil } ?? true) }
    let hasThreshold = judged.contains { $0.form != nil }
    func offersNothing(_ outcome: Outcome) -> Bool {
      guard let form = outcome.form, let certainty = outcome.certainty else { return true }
      return threshold(form).map { certainty < $0 } ?? false
    }
    coverage = hasThreshold ? share(judged.filter { !$0.query.answers.isEmpty }) { !offersNothing($0) } : nil
    abstentionPrecision = hasThreshold ? share(judged.filter(offersNothing)) { $0.query.answers.isEmpty } : nil
    abstentionRecall = hasThreshold ? share(judged.filter { $0.query.answers.isEmpty }, offersNothing) : nil
    stepAccuracy = share(outcomes.filter { $0.isStepRight != nil }) { $0.isStepRight == true }
    let times = outcomes.filter { $0.form != nil }.map(\.milliseconds).sorted()
    medianMilliseconds = times.isEmpty ? 0 : times[times.count / 2]
    slowMilliseconds = times.isEmpty ? 0 : times[min(times.count - 1, times.count * 95 / 100)]
  }
}

extension Thresholds {
  /// The threshold that tells best between queries that something fits and queries that nothing fits.
  ///
  /// The mean of both shares told rightly is made as large as can be; of several thresholds that do it, the middle one is taken.
  ///
  /// - Returns: The threshold, or `nil` where all queries are of one sort.
  static func choose(_ certainties: [(certainty: Double, isAnswerable: Bool)]) -> Double? {
    let fitting = certainties.filter(\.isAnswerable).map(\.certainty)
    let others = certainties.filter { !$0.isAnswerable }.map(\.certainty)
    guard !fitting.isEmpty, !others.isEmpty else { return nil }
    let values = Set(fitting + others).sorted()
    let cuts = zip(values, values.dropFirst()).map { ($0 + $1) / 2 }
    guard !cuts.isEmpty else { return nil }
    let quality = cuts.map { cut in
      Double(fitting.count { $0 >= cut }) / Double(fitting.count) + Double(others.count { $0 < cut }) / Double(others.count)
    }
    let best = cuts.indices.filter { quality[$0] == quality.max() }
    return cuts[best[best.count / 2]]
  }
}
