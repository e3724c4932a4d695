import Foundation
import TestSupport
import Testing

/// `sightline quantize`, and what can be done with what it writes.
@Suite struct QuantizeCommandTests {
  private static let copy = Result {
    let path = Fixtures.temporary + "/quantized-by-command"
    let outcome = try Program.run(["quantize", "--to", "int8", "--json", try TinyCheckpoint.tied.directory, path])
    return (path: path, outcome: outcome)
  }

  @Test func reportsWhatItCost() throws {
    let outcome = try Self.copy.get().outcome
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try object(outcome.output)
    let (before, after) = (report["originalBytes"] as? Int ?? 0, report["quantizedBytes"] as? Int ?? 0)
    #expect(after > before / 2 && after < before * 56 / 100)
    let matrices = report["matrices"] as? [[String: Any]] ?? []
    #expect(matrices.count > 20)
    for matrix in matrices { #expect((matrix["worstRowCosine"] as? Double ?? 0) > 0.999, "\(matrix)") }
    let vectors = report["vectors"] as? [[String: Any]] ?? []
    #expect(vectors.count == 6)
    for vector in vectors {
      #expect((vector["int8Cosine"] as? Double ?? 0) >= 0.995, "\(vector)")
      #expect((vector["weightsOnlyCosine"] as? Double ?? 0) >= 0.995, "\(vector)")
    }
  }

  @Test func copyOpensInEveryPrecision() throws {
    let path = try Self.copy.get().path
    var outputs: Set<String> = []
    for precision in ["bf16", "f32", "int8"] {
      let outcome = try Program.run(["embed", "a red helmet", "--model", path, "--precision", precision])
      #expect(outcome.status == 0, "\(outcome.errors)")
      outputs.insert(outcome.output)
    }
    #expect(outputs.count == 3)
  }

  @Test func originalIsRefusedInInt8() throws {
    let outcome = try Program.runTiny(["embed", "a red helmet", "--precision", "int8"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("`sightline quantize --to int8` makes a quantised copy"))
  }

  @Test func whatIsThereAndWhatIsQuantizedIsRefused() throws {
    let path = try Self.copy.get().path
    let again = try Program.run(["quantize", "--to", "int8", try TinyCheckpoint.tied.directory, path])
    #expect(again.status == 1 && again.errors.contains("exists already"))
    let twice = try Program.run(["quantize", "--to", "int8", path, path + "-again"])
    #expect(twice.status == 1 && twice.errors.contains("is quantised already"))
    #expect(!FileManager.default.fileExists(atPath: path + "-again"))
    #expect(try Program.run(["quantize", "--to", "int4", path, path + "-again"]).status == 2)
  }

  @Test func benchComparesBoth() throws {
    let outcome = try Program.runTiny(["bench", "--runs", "1", "--json", "--beside", Self.copy.get().path])
    let rows = try object(outcome.output)["rows"] as? [[String: Any]] ?? []
    #expect(rows.count == 7)
    for row in rows {
      #expect((row["int8MedianSeconds"] as? Double ?? -1) > 0)
      #expect((row["int8Cosine"] as? Double ?? 0) >= 0.99, "\(row)")
    }
  }
}
