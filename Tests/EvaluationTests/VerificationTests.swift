import Embedding
import Foundation
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Evaluation

/// The oracle's cases on the tiny checkpoint.
@Suite struct VerificationTests {
  private static let cases = Fixtures.root + "/oracle/verify.json"

  @Test(arguments: ModelKind.allCases)
  func theOraclesNumbersAreReproduced(_ kind: ModelKind) async throws {
    let outcomes = try await outcomes(kind, .float32)
    #expect(outcomes.count == (kind == .embedding ? 7 : 2))
    for outcome in outcomes {
      #expect(outcome.passes, "\(outcome.verifiedCase.name): \(outcome.largestDifference) \(outcome.misplaced) \(outcome.faults)")
      #expect((outcome.tolerance ?? .infinity) <= 0.0001)
      #expect(outcome.largestDifference > 0, "nothing computed gives the very same digits")
    }
  }

  @Test(arguments: ModelKind.allCases)
  func aChangedNumberFailsItsCaseAndNoOther(_ kind: ModelKind) async throws {
    let changes =
      kind == .embedding
      ? [("0.6886417269706726", "0.6889417269706726"), ("0.7434048056602478", "0.7431048056602478"), ("-0.16464948654174805", "-0.165")]
      : [("0.9434476494789124", "0.9431476494789124")]
    for (original, changed) in changes {
      let text = try String(contentsOfFile: Self.cases, encoding: .utf8)
      // A matrix holds each number twice, and the upper one is compared.
      let range = try #require(text.range(of: original))
      let outcomes = try await outcomes(kind, .float32, text: text.replacingCharacters(in: range, with: changed))
      #expect(outcomes.count { !$0.passes } == 1, "\(original)")
    }
  }

  @Test func aChangedOrderFails() async throws {
    let text = try String(contentsOfFile: Self.cases, encoding: .utf8).replacingOccurrences(
      of: "\"ranked\": [8, 5, 0, 2]", with: "\"ranked\": [5, 8, 0, 2]")
    let outcomes = try await outcomes(.reranking, .float32, text: text)
    #expect(outcomes[0].misplaced == ["document 8 comes before document 5"])
    #expect(outcomes.map(\.passes) == [false, true])
  }

  @Test(arguments: ModelKind.allCases)
  func bfloat16KeepsWithinItsTolerance(_ kind: ModelKind) async throws {
    for outcome in try await outcomes(kind, .bfloat16) {
      #expect(outcome.passes, "\(outcome.verifiedCase.name): \(outcome.largestDifference) \(outcome.misplaced) \(outcome.faults)")
    }
  }

  @Test func anInputOfSeveralCasesIsEmbeddedOnce() async throws {
    let plan = try VerificationPlan(try CaseCollection(contentsOf: Self.cases), for: .embedding, source: nil)
    let verification = try Verification(plan, try await VerificationInputs(for: plan))
    // Ten texts, four pictures, four queries, and three more of the similarities: their second and third input are among the texts and
    // pictures, and so are both inputs of the vectors' first numbers.
    #expect(verification.workCount == 10 + 4 + 4 + 2)
  }

  @Test func progressReachesTheWorkCountAndEveryLimitOpensTheModel() async throws {
    let plan = try VerificationPlan(try CaseCollection(contentsOf: try casesWithLimits()), for: .reranking, source: nil)
    let verification = try Verification(plan, try await VerificationInputs(for: plan))
    let steps = Mutex<[Int]>([])
    var limits: [Int?] = []
    let outcomes = try await verification.run(
      open: { limit in
        limits.append(limit)
        return try model(.reranking, .float32, limit)
      }, progress: { done in steps.withLock { $0.append(done) } })
    #expect(limits == [8_192, nil])
    #expect(outcomes.map(\.verifiedCase.name) == plan.cases.map(\.name))
    let seen = steps.withLock { $0 }
    #expect(seen.last == verification.workCount)
    #expect(seen == seen.sorted())
  }

  @Test func aBadPictureFailsItsCaseAndTheOthersGoOn() async throws {
    let text = """
      [
        {"name": "bad", "model": "m", "kind": "embedding", "query": {"text": "q"}, "documents": {"images": ["bad.png"]}, "scores": [1]},
        {"name": "good", "model": "m", "kind": "embedding prefix", "exactness": "informative", "input": {"text": "q"}, "prefix": [1]}
      ]
      """
    let file = try TemporaryFile.write(text, named: "cases.json")
    try "no picture".write(
      toFile: URL(fileURLWithPath: file).deletingLastPathComponent().path + "/bad.png", atomically: true, encoding: .utf8)
    let outcomes = try await outcomes(.embedding, .float32, file: file)
    #expect(outcomes.map(\.passes) == [false, true])
    #expect(outcomes[0].faults.first?.hasPrefix("bad.png: ") == true)
  }

  @Test func aPrefixLongerThanTheVectorFails() async throws {
    let numbers = Array(repeating: "1", count: 65).joined(separator: ",")
    let text = """
      [{"name": "long", "model": "m", "kind": "embedding prefix", "exactness": "informative", "input": {"text": "q"}, "prefix": [\(numbers)]}]
      """
    let outcomes = try await outcomes(.embedding, .float32, text: text)
    #expect(outcomes[0].faults == ["number 64: the vector has only 64 numbers"])
  }

  @Test func aModelOfAnotherSizeIsRefusedBeforeItRuns() async throws {
    let text = """
      {"dimensions": {"m": 2048},
       "cases": [{"name": "a", "model": "m", "kind": "embedding prefix", "input": {"text": "q"}, "prefix": [1]}]}
      """
    let error = await #expect(throws: VerificationError.self) { try await outcomes(.embedding, .float32, text: text) }
    #expect(error?.code == .wrongModel)
    #expect(error?.reason == "has 64 dimensions; the published numbers are those of m, which has 2048")
  }

  /// The oracle's cases, one without its limit of tokens.
  private func casesWithLimits() throws -> String {
    let text = try String(contentsOfFile: Self.cases, encoding: .utf8)
    let last = try #require(text.range(of: "\"max_length\": 8192, ", options: .backwards))
    return try placed(text.replacingCharacters(in: last, with: ""))
  }

  private func outcomes(_ kind: ModelKind, _ precision: Precision, text: String) async throws -> [CaseOutcome] {
    try await outcomes(kind, precision, file: try placed(text))
  }

  private func outcomes(_ kind: ModelKind, _ precision: Precision, file: String = cases) async throws -> [CaseOutcome] {
    let plan = try VerificationPlan(try CaseCollection(contentsOf: file), for: kind, source: nil)
    let verification = try Verification(plan, try await VerificationInputs(for: plan))
    return try await verification.run { try model(kind, precision, $0) }
  }

  private func model(_ kind: ModelKind, _ precision: Precision, _ limit: Int?) throws -> Model {
    var options = ModelOptions()
    options.precision = precision
    options.maximumLength = limit
    let checkpoint = TinyCheckpoint.tied
    return try Model(directory: try kind == .embedding ? checkpoint.directory : checkpoint.rerankerDirectory, options: options)
  }

  /// A file of cases beside links to what the oracle's cases read.
  private func placed(_ text: String) throws -> String {
    let file = try TemporaryFile.write(text, named: "cases.json")
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    for name in ["verify_texts.json", "images"] {
      try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: "\(Fixtures.root)/oracle/\(name)")
    }
    return file
  }
}
