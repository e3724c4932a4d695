import Foundation
import TestSupport
import Testing

/// `sightline rerank`
@Suite struct RerankCommandTests {
  @Test func bestComesFirstAndAllAreThere() throws {
    let outcome = try Program.runTiny([
      "rerank", "--query", "which?", "--document", "one", "--document", "two", "--document-image", Program.astronaut, "--json",
    ])
    #expect(outcome.status == 0)
    let results = try object(outcome.output)["results"] as? [[String: Any]] ?? []
    let scores = results.compactMap { $0["score"] as? Double }
    #expect(scores == scores.sorted(by: >) && scores.count == 3)
    #expect(Set(results.compactMap { $0["index"] as? Int }) == [0, 1, 2])
  }

  @Test func topCutsTheListAndBadDocumentsAreNamed() throws {
    let lines = "{\"text\": \"one\"}\n{\"image\": \"/nowhere.png\"}\n{\"text\": \"two\"}\n"
    let outcome = try Program.runTiny(["rerank", "--query", "q", "--documents", "-", "--top-n", "1", "--json"], input: lines)
    #expect(outcome.status == 1)
    let json = try object(outcome.output)
    #expect((json["results"] as? [Any])?.count == 1)
    #expect((json["errors"] as? [[String: Any]])?.first?["index"] as? Int == 1)
    #expect(outcome.errors.contains("/nowhere.png"))
  }

  @Test func tableShowsRankScoreAndDocument() throws {
    let outcome = try Program.runTiny(["rerank", "--query", "q", "--document", "a   document\nof two lines"])
    #expect(outcome.output.hasPrefix("  1  0."))
    #expect(outcome.output.hasSuffix("[0] a document of two lines\n"))
  }
}
