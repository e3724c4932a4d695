import Foundation
import TestSupport
import Testing

/// The command `sightline verify`, on the oracle's cases for the tiny checkpoint.
@Suite struct VerifyCommandTests {
  private static let cases = Fixtures.root + "/oracle/verify.json"

  @Test func theOraclesNumbersPass() throws {
    let outcome = try Program.runTiny(["verify", "--cases", Self.cases, "--kind", "embedding", "--precision", "f32", "--json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try object(outcome.output)
    #expect(report["passes"] as? Bool == true)
    #expect((report["cases"] as? [[String: Any]])?.compactMap { $0["passes"] as? Bool } == Array(repeating: true, count: 7))
    let table = try Program.runTiny(["verify", "--cases", Self.cases, "--kind", "embedding", "--precision", "f32", "--verbose"])
    #expect(table.output.contains("all 7 cases pass"))
    #expect(table.output.contains("chelsea-40x25.png"))
  }

  @Test func anotherTokenizerFailsTheRerankersCases() throws {
    // The embedder's tokenizer appends a token that the reranker's does not.
    let outcome = try Program.runTiny(["verify", "--cases", Self.cases, "--kind", "reranking"])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("2 of 2 cases FAILED"))
    #expect(outcome.output.contains("document 8: published 0.943448"))
  }

  @Test func whatTheModelIsMustBeSaidWhereItCannotBeTold() throws {
    let outcome = try Program.runTiny(["verify", "--cases", Self.cases])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("Give --kind embedding or --kind reranking"))
  }

  @Test func thePublishedCasesNeedTheirInputsAndAModelOfTheirSize() throws {
    let without = try Program.runTiny(["verify", "--kind", "reranking"])
    #expect(without.status == 2)
    #expect(without.errors.contains("--inputs"))
    let small = try Program.runTiny(["verify", "--kind", "reranking", "--inputs", "/nowhere"])
    #expect(small.status == 1)
    #expect(small.errors.contains("has 64 dimensions; the published numbers are those of Qwen/Qwen3-VL-Reranker-2B, which has 2048"))
  }

  @Test(arguments: [
    (["--inputs", "x", "--fetch"], "not both"),
    (["--cases", "x", "--fetch"], "--fetch is for the published cases"),
    (["--kind", "video"], "--kind is video"),
  ])
  func wrongUseIsExitCodeTwo(_ arguments: [String], _ message: String) throws {
    let outcome = try Program.run(["verify", "--model", "x"] + arguments)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }
}
