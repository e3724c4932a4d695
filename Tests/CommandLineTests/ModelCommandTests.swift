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
    let rows = try JSONSerialization.jsonObject(with: outcome.bytes) as? [[String: Any]] ?? []
    #expect(rows.count == 6)
    for row in rows { #expect((row["medianSeconds"] as? Double ?? -1) > 0) }
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
