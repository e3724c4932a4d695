/// What a case came to: published against computed.
public struct CaseOutcome: Sendable {
  /// The case.
  public let verifiedCase: VerificationCase
  /// Published and computed numbers, in the published order.
  public let numbers: [ComparedNumber]
  /// The largest difference that is accepted; `nil` where any is.
  public let tolerance: Double?
  /// Documents that come in another order although their published scores are further apart than the tolerance, in sentences.
  public let misplaced: [String]
  /// What could not be computed, in sentences.
  public let faults: [String]

  /// The largest difference of two numbers.
  ///
  /// NaN when one of them is NaN.
  public var largestDifference: Double {
    numbers.reduce(0) { largest, number in
      largest.isNaN || number.difference.isNaN ? .nan : max(largest, abs(number.difference))
    }
  }

  /// Whether everything could be computed and, where there is a tolerance, keeps within it.
  public var passes: Bool {
    faults.isEmpty && misplaced.isEmpty && numbers.allSatisfy(isWithinTolerance)
  }

  /// Whether a number keeps within the tolerance.
  ///
  /// NaN and infinity never do.
  public func isWithinTolerance(_ number: ComparedNumber) -> Bool {
    abs(number.difference) <= tolerance ?? .greatestFiniteMagnitude
  }
}

/// A published number and the one computed here.
public struct ComparedNumber: Sendable {
  /// What the number belongs to, such as `document 3`.
  public let label: String
  /// The published one.
  public let published: Double
  /// The one computed here; NaN where there is none.
  public let computed: Double

  /// By how much the computed number is larger.
  public var difference: Double { computed - published }
}
