import Foundation
import Qwen3VL
import TestSupport
import Testing

@testable import Embedding

/// Pairs of a query and a document.
@Suite struct RerankerTests {
  let reranker: Reranker

  init() throws {
    reranker = try Reranker(Model(directory: TinyCheckpoint.untied.rerankerDirectory))
  }

  @Test func aPairHasTheSameScoreInAnyCompany() async throws {
    let query = Item(texts: ["which one?"], images: [EmbedderTests.rocket])
    var alone: [RerankScore] = []
    for item in EmbedderTests.items { alone.append(try await reranker.score(query: query, documents: [item])[0].get()) }
    #expect(try await reranker.score(query: query, documents: EmbedderTests.items).map { try $0.get() } == alone)
    let reversed = try await reranker.score(query: query, documents: EmbedderTests.items.reversed()).map { try $0.get() }
    #expect(reversed == alone.reversed())
  }

  @Test func scoreIsTheLogisticOfTheLogitOnce() async throws {
    let score = try await reranker.score(query: Item(text: "a"), documents: [Item(text: "b")])[0].get()
    #expect(abs(score.score - 1 / (1 + exp(-score.logit))) <= 1e-15)
    #expect(score.score > 0 && score.score < 1)
  }

  @Test func anUnreadableQueryIsAnErrorOfTheCall() async throws {
    await #expect(throws: ItemError.self) {
      try await reranker.score(query: Item(image: .file("/nowhere")), documents: [Item(text: "b")])
    }
  }

  @Test func aBadDocumentFailsAlone() async throws {
    let results = try await reranker.score(
      query: Item(text: "a"), documents: [Item(text: "b"), Item(image: .file("/nowhere")), Item(text: "c")])
    #expect(results.map { (try? $0.get()) != nil } == [true, false, true])
  }

  @Test func instructionIsTakenAsItStands() async throws {
    let query = Item(text: "a")
    let document = Item(text: "b")
    let byDefault = try await reranker.prepare(query, document, nil).tokens
    #expect(try await reranker.prepare(query, document, "").tokens == byDefault)
    #expect(try await reranker.prepare(query, document, RerankingPrompt.defaultInstruction).tokens == byDefault)
    #expect(
      try await reranker.prepare(query, document, " padded ").tokens != (try await reranker.prepare(query, document, "padded").tokens))
  }

  @Test func aCheckpointWithoutHeadIsRefused() throws {
    let directory = try TinyCheckpoint.untied.write("headless", leavingOut: ["lm_head.weight"])
    let model = try Model(directory: directory)
    let error = #expect(throws: ModelError.self) { try Reranker(model) }
    #expect(error?.description.contains("lm_head.weight") == true)
    #expect(model.information.outputHead.contains("none"))
  }
}
