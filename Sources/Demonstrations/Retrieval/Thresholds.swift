/// Scores below which no demonstration fits, for each method, each form of a query, and with or without a reranker.
///
/// Scores of different methods have different levels, so there is no threshold for all. Those of ``standard`` were chosen on one half of
/// the queries of the repository's set and are reported for the other half (`Documentation/demonstrations.md`); for a library of your own,
/// `sightline demos eval --calibrate` chooses them anew.
public struct Thresholds: Sendable, Equatable, Codable {
  /// By key; see ``key(_:_:isReranked:)``.
  private var values: [String: Double]

  /// No thresholds: everything fits.
  public init() { values = [:] }

  /// The threshold of a method; `nil` where none was chosen.
  public func value(_ method: MethodName, _ form: DemonstrationQuery.Form, isReranked: Bool) -> Double? {
    values[Self.key(method, form, isReranked)]
  }

  /// Sets the threshold of a method.
  public mutating func set(_ value: Double, _ method: MethodName, _ form: DemonstrationQuery.Form, isReranked: Bool) {
    values[Self.key(method, form, isReranked)] = value
  }

  /// These thresholds, and others' where there are none.
  public func completed(by other: Thresholds) -> Thresholds {
    var completed = self
    completed.values.merge(other.values) { mine, _ in mine }
    return completed
  }

  private static func key(_ method: MethodName, _ form: DemonstrationQuery.Form, _ isReranked: Bool) -> String {
    "\(method.rawValue) \(form.rawValue)\(isReranked ? " reranked" : "")"
  }

  /// A file of thresholds: an object of numbers.
  public init(from decoder: any Decoder) throws {
    values = try decoder.singleValueContainer().decode([String: Double].self)
  }

  /// An object of numbers.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(values)
  }
}

extension Thresholds {
  /// What was chosen on the half of the repository's queries that is marked for it, by words alone; of a hybrid, with its default share of
  /// BM25.
  ///
  /// There are none for `qwen3vl`, `openai` and rerankers: nobody has measured them yet. `nano` is the small model that comes with
  /// Sightline; of a screen by itself it cannot tell whether anything fits.
  public static let standard: Thresholds = {
    var thresholds = Thresholds()
    for (method, value) in [(MethodName.tfidf, 0.530), (.bm25, 0.226), (.minilm, 0.441), (.mpnet, 0.482), (.hybrid, 0.378)] {
      thresholds.set(value, method, .task, isReranked: false)
    }
    thresholds.set(0.398, .nano, .task, isReranked: false)
    thresholds.set(0.473, .nano, .both, isReranked: false)
    return thresholds
  }()
}
