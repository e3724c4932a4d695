import Checkpoints
import Embedding
import Qwen3VL
import Tensors
import TestSupport
import Testing

/// Qwen3-Embedding and Qwen3-Reranker against transformers.
struct TextModelTests {
  private static func model(_ directory: String, _ precision: Precision, maximumLength: Int? = nil) throws -> Model {
    var options = ModelOptions()
    options.precision = precision
    options.maximumLength = maximumLength
    return try Model(directory: directory, options: options)
  }

  @Test(arguments: Precision.floatingPoint)
  func embedsAsTransformersDoes(_ precision: Precision) async throws {
    let tensors = try TextModelCases.tensors.get()
    for expected in try TextModelCases.all.get().embedding {
      let embedder = Embedder(
        try Self.model(try TextModelCases.embedder.get(), precision, maximumLength: expected.maximumLength))
      let item = Item(text: expected.text, instruction: expected.instruction)
      #expect(try await embedder.prepare(item).tokens == expected.inputIDs, "\(expected.name)")
      let difference = Difference([try await embedder.embed(item)], try tensors.rows(expected.name, "embedding"))
      #expect(difference.lowestCosine >= Tolerance.embeddingCosine(precision), "\(expected.name)")
    }
  }

  @Test(arguments: ["document", "multi-script"])
  func everyStageEqualsTheReference(_ name: String) async throws {
    let tensors = try TextModelCases.tensors.get()
    let expected = try #require(try TextModelCases.all.get().embedding.first { $0.name == name })
    let model = try Self.model(try TextModelCases.embedder.get(), .float32)
    var compared = 0
    _ = try model.trace(
      ModelInput(tokens: expected.inputIDs),
      StageObserver { stage, rows in
        compared += 1
        let difference = (try? Difference(rows, tensors.rows(name, stage)).relativeMaximum) ?? .infinity
        #expect(difference <= Tolerance.stage(.float32), "\(name) \(stage): \(difference)")
      })
    #expect(compared == tensors.stages(of: name).count - 1, "all stages but the embedding")
  }

  @Test(arguments: Precision.floatingPoint)
  func scoresAsTransformersDoes(_ precision: Precision) async throws {
    for expected in try TextModelCases.all.get().reranking {
      let reranker = try Reranker(
        try Self.model(try TextModelCases.reranker.get(), precision, maximumLength: expected.maximumLength))
      let (query, document) = (Item(text: expected.query), Item(text: expected.document))
      #expect(try await reranker.prepare(query, document, expected.instruction).tokens == expected.inputIDs, "\(expected.name)")
      let score = try await reranker.score(query: query, documents: [document], instruction: expected.instruction)[0].get()
      #expect(abs(score.score - expected.score) <= Tolerance.score(precision), "\(expected.name): \(score)")
    }
  }

  @Test
  func limitsAreThoseOfTheModelCards() throws {
    #expect(Embedder(try Self.model(try TextModelCases.embedder.get(), .bfloat16)).maximumLength == 8_192)
    #expect(try Reranker(try Self.model(try TextModelCases.reranker.get(), .bfloat16)).maximumLength == 8_192)
  }

  @Test
  func aVectorDoesNotDependOnItsCompany() async throws {
    let embedder = Embedder(try Self.model(try TextModelCases.embedder.get(), .bfloat16))
    let items = try TextModelCases.all.get().embedding.map { Item(text: $0.text, instruction: $0.instruction) }
    let together = try await embedder.embed(items).map { try $0.get() }
    let reversed = try await embedder.embed(items.reversed()).map { try $0.get() }
    #expect(together == reversed.reversed())
    for (item, vector) in zip(items, together) { #expect(try await embedder.embed(item) == vector) }
  }

  @Test
  func picturesAndNothingAreRefusedByItem() async throws {
    let embedder = Embedder(try Self.model(try TextModelCases.embedder.get(), .bfloat16))
    let results = try await embedder.embed([Item(image: .file("a.png")), Item(text: "words"), Item()])
    #expect(throws: ItemError(.unsupportedInput, "has a picture; this model reads texts only")) { try results[0].get() }
    #expect(try results[1].get().count == 96)
    #expect(throws: ItemError(.malformedInput, "has no text")) { try results[2].get() }
    let reranker = try Reranker(try Self.model(try TextModelCases.reranker.get(), .bfloat16))
    await #expect(throws: ItemError.self) {
      try await reranker.score(query: Item(image: .file("a.png")), documents: [Item(text: "words")])
    }
  }

  @Test
  func anEmbedderWithoutHeadCannotRerank() throws {
    // The tied embedder has a head: the token embedding. One that unties and leaves it out has none.
    #expect(throws: Never.self) { try Reranker(try Self.model(try TextModelCases.embedder.get(), .bfloat16)) }
    #expect(try Self.model(try TextModelCases.embedder.get(), .bfloat16).information.vision == nil)
  }
}
