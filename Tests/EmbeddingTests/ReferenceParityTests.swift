import Embedding
import Tensors
import TestSupport
import Testing

/// Every case of the Python reference, from the caller's item to the vector or the score.
@Suite struct ReferenceParityTests {
  @Test(arguments: TinyCheckpoint.allCases, Precision.floatingPoint)
  func everyCaseMatchesTheReference(checkpoint: TinyCheckpoint, precision: Precision) async throws {
    let rows = try await ParityCheck(checkpoint, precision).rows()
    #expect(rows.count > 200)
    for row in rows { #expect(row.passes, "\(row)") }
  }

  @Test(arguments: InstructionSet.available.indices)
  func everyInstructionSetMatchesTheReference(index: Int) async throws {
    let set = InstructionSet.available[index]
    for row in try await ParityCheck(.untied, .bfloat16, set).rows() { #expect(row.passes, "\(set): \(row)") }
  }

  @Test func whatTheReferenceRefusesIsAnErrorOfTheItem() async throws {
    for refused in try OracleCases.all.get().refused {
      var options = ModelOptions()
      options.maximumLength = refused.maxLength
      options.parsesSpecialTokens = true
      let embedder = Embedder(try Model(directory: TinyCheckpoint.tied.directory, options: options))
      let item = Item(texts: refused.texts, images: refused.images.map { .file("\(Fixtures.root)/oracle/\($0)") })
      let results = try await embedder.embed([item, Item(text: "fine")])
      #expect(throws: ItemError.self, "\(refused.name)") { try results[0].get() }
      #expect(throws: Never.self) { try results[1].get() }
    }
  }
}
