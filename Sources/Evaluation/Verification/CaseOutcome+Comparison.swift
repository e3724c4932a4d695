import Tensors

extension CaseOutcome {
  /// What could be computed for one thing, such as a document's score.
  typealias Computed = Result<Double, ComputationFault>

  /// Compares numbers whose order means nothing.
  init(
    _ verifiedCase: VerificationCase, _ measure: Exactness.Measure, _ precision: Precision,
    numbers: [(label: String, published: Double, computed: Computed)]
  ) {
    // Of a vector's numbers the tolerance is relative to the largest.
    let scale = measure == .component ? numbers.reduce(0) { max($0, abs($1.published)) } : 1
    self.init(
      verifiedCase: verifiedCase,
      numbers: numbers.map { ComparedNumber(label: $0.label, published: $0.published, computed: $0.computed.number) },
      tolerance: verifiedCase.exactness.tolerance(of: measure, computedIn: precision).map { $0 * scale },
      misplaced: [],
      faults: numbers.compactMap { Self.fault($0.label, $0.computed) })
  }

  /// Compares documents' scores, and their order.
  ///
  /// `ranked` are those with a published score; `others`, without one, must not come before them.
  init(
    _ verifiedCase: VerificationCase, _ measure: Exactness.Measure, _ precision: Precision,
    ranked: [(label: String, published: Double, computed: Computed)], others: [(label: String, computed: Computed)]
  ) {
    let plain = CaseOutcome(verifiedCase, measure, precision, numbers: ranked)
    self.init(
      verifiedCase: verifiedCase, numbers: plain.numbers, tolerance: plain.tolerance,
      misplaced: plain.tolerance.map { Self.misplaced(plain.numbers, others, tolerance: $0) } ?? [],
      faults: plain.faults + others.compactMap { Self.fault($0.label, $0.computed) })
  }

  /// A case of which nothing could be computed.
  init(_ verifiedCase: VerificationCase, fault: String) {
    self.init(verifiedCase: verifiedCase, numbers: [], tolerance: nil, misplaced: [], faults: [fault])
  }

  private static func misplaced(
    _ ranked: [ComparedNumber], _ others: [(label: String, computed: Computed)], tolerance: Double
  ) -> [String] {
    var sentences: [String] = []
    // What has no number is at fault anyway.
    let ranked = ranked.filter(\.computed.isFinite)
    for better in ranked {
      for worse in ranked where better.published - worse.published > tolerance && !(better.computed > worse.computed) {
        sentences.append("\(worse.label) comes before \(better.label)")
      }
    }
    // All that is published of the others is that they come behind the last.
    guard let last = ranked.min(by: { $0.published < $1.published }) else { return sentences }
    for other in others {
      guard case .success(let number) = other.computed, number > last.published + tolerance else { continue }
      sentences.append("\(other.label), with \(number), comes before \(last.label), the last of those published")
    }
    return sentences
  }

  private static func fault(_ label: String, _ computed: Computed) -> String? {
    switch computed {
    case .success(let number) where number.isFinite: nil
    case .success(let number): "\(label): the model gives \(number)"
    case .failure(let fault): "\(label): \(fault.reason)"
    }
  }
}

/// Why there is no number.
struct ComputationFault: Error {
  let reason: String
}

extension CaseOutcome.Computed {
  /// The number, or NaN, which no tolerance accepts.
  fileprivate var number: Double { (try? get()) ?? .nan }
}
