import Foundation
import Tensors
import TestSupport
import Testing

@testable import Evaluation

@Suite struct CaseOutcomeTests {
  @Test func differencesUpToTheToleranceAreAccepted() throws {
    // A reference in f32 against f32: 0.0001 of a score.
    #expect(try outcome(published: [0.9, 0.5], computed: [0.90009, 0.49991]).passes)
    for computed in [[0.90011, 0.5], [0.9, 0.49989]] {
      let outcome = try outcome(published: [0.9, 0.5], computed: computed)
      #expect(!outcome.passes)
      #expect(outcome.misplaced.isEmpty)
    }
  }

  @Test func whatIsNoNumberFails() throws {
    for exactness in ["reference", "published", "reencoded", "bfloat16", "informative"] {
      for number in [Double.nan, .infinity, -.infinity] {
        let outcome = try outcome(exactness, published: [0.9, 0.5], computed: [0.9, number])
        #expect(!outcome.passes)
        #expect(!(outcome.largestDifference <= .greatestFiniteMagnitude))
        #expect(outcome.faults == ["b: the model gives \(number)"])
        #expect(!outcome.isWithinTolerance(outcome.numbers[1]))
      }
    }
  }

  @Test func whatCouldNotBeComputedFails() throws {
    let verifiedCase = try verifiedCase("informative")
    let numbers: [(String, Double, CaseOutcome.Computed)] = [("a", 0.9, .failure(ComputationFault(reason: "no picture")))]
    let outcome = CaseOutcome(verifiedCase, .cosine, .float32, ranked: numbers, others: [])
    #expect(!outcome.passes)
    #expect(outcome.faults == ["a: no picture"])
    #expect(outcome.largestDifference.isNaN)
    #expect(!CaseOutcome(verifiedCase, .cosine, .float32, ranked: [], others: [("b", .success(.nan))]).passes)
  }

  @Test func informativeNumbersCannotFail() throws {
    let outcome = try outcome("informative", published: [0.9, 0.5], computed: [0.1, 0.7])
    #expect(outcome.passes)
    #expect(outcome.tolerance == nil)
    #expect(abs(outcome.largestDifference - 0.8) < 1e-12)
  }

  @Test func theOrderCountsWhereScoresAreFurtherApartThanTheTolerance() throws {
    // The tolerance of bf16 against a reference is 0.01.
    let within = try outcome(published: [0.500, 0.492], computed: [0.496, 0.497], .bfloat16)
    #expect(within.passes)
    let apart = try outcome(published: [0.500, 0.489], computed: [0.493, 0.494], .bfloat16)
    #expect(apart.numbers.allSatisfy(apart.isWithinTolerance))
    #expect(apart.misplaced == ["b comes before a"])
    #expect(!apart.passes)
    // Equal scores are no order either.
    #expect(try outcome(published: [0.500, 0.489], computed: [0.494, 0.494], .bfloat16).misplaced == ["b comes before a"])
  }

  @Test func documentsWithoutAPublishedScoreStayBehind() throws {
    let verifiedCase = try verifiedCase("reference")
    let ranked: [(String, Double, CaseOutcome.Computed)] = [("a", 0.9, .success(0.9)), ("b", 0.5, .success(0.5))]
    func outcome(_ other: Double) -> CaseOutcome {
      CaseOutcome(verifiedCase, .cosine, .float32, ranked: ranked, others: [("c", .success(other))])
    }
    #expect(outcome(0.4).passes)
    #expect(outcome(0.50009).passes)
    #expect(!outcome(0.50011).passes)
    #expect(outcome(0.6).misplaced.first?.hasPrefix("c, with 0.6, comes before b") == true)
    #expect(!outcome(.nan).passes)
  }

  @Test func aVectorsToleranceIsRelativeToItsLargestNumber() throws {
    let verifiedCase = try verifiedCase("reference")
    func outcome(_ computed: Double) -> CaseOutcome {
      CaseOutcome(verifiedCase, .component, .float32, numbers: [("0", -0.5, .success(-0.5)), ("1", 0.01, .success(computed))])
    }
    #expect(outcome(0.01).tolerance == 0.0001 * 0.5)
    #expect(outcome(0.01004).passes)
    #expect(!outcome(0.01006).passes)
  }

  @Test func aToleranceIsTheSumOfBothSides() {
    #expect(Exactness.reference.tolerance(of: .score, computedIn: .float32) == 0.0001)
    #expect(Exactness.published.tolerance(of: .cosine, computedIn: .float32) == 0.00125 + 0.0001)
    #expect(Exactness.published.tolerance(of: .score, computedIn: .float32) == 0.00375 + 0.0001)
    #expect(Exactness.published.tolerance(of: .component, computedIn: .float32) == 0.00625 + 0.0001)
    #expect(Exactness.reencoded.tolerance(of: .cosine, computedIn: .bfloat16) == 0.015 + 0.01)
    for exactness in [Exactness.published, .reencoded, .bfloat16] {
      for measure in [Exactness.Measure.cosine, .score, .component] {
        let exact = exactness.tolerance(of: measure, computedIn: .float32) ?? .nan
        let rounded = exactness.tolerance(of: measure, computedIn: .bfloat16) ?? .nan
        #expect(exact < rounded)
      }
    }
  }

  private func outcome(
    _ exactness: String = "reference", published: [Double], computed: [Double], _ precision: Precision = .float32
  ) throws -> CaseOutcome {
    let labels = ["a", "b"]
    return CaseOutcome(
      try verifiedCase(exactness), .cosine, precision,
      ranked: published.indices.map { (labels[$0], published[$0], .success(computed[$0])) },
      others: [])
  }

  private func verifiedCase(_ exactness: String) throws -> VerificationCase {
    let text = """
      {"name": "a", "model": "m", "kind": "embedding", "exactness": "\(exactness)", "query": {"text": "q"},
       "documents": {"texts": ["a", "b"]}, "scores": [1, 1]}
      """
    return try JSONDecoder().decode(VerificationCase.self, from: Data(text.utf8))
  }
}
