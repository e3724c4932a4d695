import Foundation
import TestSupport
import Testing

/// `sightline info`, `bench` and `synthesize`
@Suite struct ModelCommandTests {
  @Test func informationIsThereForPeopleAndPrograms() throws {
    let table = try Program.runTiny(["info"])
    #expect(table.status == 0)
    #expect(table.output.contains("tied to the token embedding"))
    let json = try object(try Program.runTiny(["info", "--json"]).output)
    #expect(json["dimensions"] as? Int == 64)
    #expect(json["vocabularySize"] as? Int == 151_936)
  }

  @Test func benchMeasuresEveryRow() throws {
    let outcome = try Program.runTiny(["bench", "--runs", "1", "--json"])
    let rows = try object(outcome.output)["rows"] as? [[String: Any]] ?? []
    #expect(rows.count == 7)
    for row in rows {
      #expect((row["medianSeconds"] as? Double ?? -1) > 0)
      #expect((row["shareOfLimit"] as? Double ?? -1) > 0)
    }
    let one = try object(try Program.runTiny(["bench", "--runs", "1", "--json", "--only", "text of 16 tokens"]).output)
    #expect((one["rows"] as? [Any])?.count == 1)
  }

  /// Documents reranked together get the scores that they get pair by pair.
  @Test func benchMeasuresWhatReuseSaves() throws {
    let arguments = [
      "bench", "--runs", "2", "--json", "--only", "none", "--reuse", "3", "--model", try TinyCheckpoint.tied.rerankerDirectory,
    ]
    let outcome = try Program.run(arguments)
    let reuse = try object(outcome.output)["reuse"] as? [String: Any] ?? [:]
    #expect(reuse["documents"] as? Int == 3, "\(outcome.errors)")
    #expect((reuse["togetherSeconds"] as? Double ?? -1) > 0 && (reuse["pairSeconds"] as? Double ?? -1) > 0)
    #expect(reuse["largestDifference"] as? Double == 0)
  }

  @Test func aProfileSaysWhereTheTimeWent() throws {
    let outcome = try Program.runTiny(["embed", "a text", "--image", Program.astronaut, "--profile"])
    #expect(outcome.status == 0)
    for part in ["tokenizer", "pictures, pages and videos", "vision tower", "decoder", "products", "seconds in all"] {
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
    }
  }

  @Test func synthesizedCheckpointIsUsableAndAnOldFolderIsKept() throws {
    let folder = Fixtures.temporary + "/synthesized"
    let arguments = [
      "synthesize", "--config", TinyCheckpoint.tied.configurationDirectory, "--tokenizer", TinyCheckpoint.tokenizer, folder,
    ]
    #expect(try Program.run(arguments).status == 0)
    let again = try Program.run(arguments)
    #expect(again.status == 1)
    #expect(again.errors.contains("exists already"))
    let vector = try Program.run(["embed", "text", "--model", folder])
    #expect(vector.output == (try Program.runTiny(["embed", "text"]).output))
  }
}
