import Embedding
import Foundation
import Media
import TestSupport
import Testing

@testable import Retrieval

/// Two stages, filters, order.
@Suite struct RetrieverTests {
  private func filled() async throws -> Workplace {
    let place = try Workplace()
    var lines = ""
    for index in 0..<60 {
      let metadata =
        #"{"group": "\#(index % 3)", "number": \#(index), "even": \#(index % 2 == 0), "tags": ["all", \#(index % 4)], "#
        + #""day": "2025-01-\#(index % 28 + 10)"}"#
      lines += #"{"id": "item-\#(index)", "text": "text number \#(index)", "metadata": \#(metadata)}"# + "\n"
    }
    let path = try place.write("items.jsonl", lines)
    try place.write("note.txt", "a note")
    try place.write("picture.png", IndexerTests.png)
    try await place.index([path, place.files])
    return place
  }

  @Test func theFirstStageEqualsBruteForce() async throws {
    let place = try await filled()
    let query = FakeEmbedder.vector("what is looked for")
    let expected = (0..<60).map { ("item-\($0)", Matryoshka.dotProduct(query, FakeEmbedder.vector("text number \($0)"))) }
      .sorted { $0.1 > $1.1 }
    var options = SearchOptions()
    options.count = 60
    options.filters = [.kind(.item)]
    let found = try await place.retriever().search(Item(text: "what is looked for"), options)
    #expect(found.map(\.source) == expected.map(\.0))
    for (result, (_, cosine)) in zip(found, expected) { #expect(abs(Double(result.similarity) - cosine) <= 1e-6) }
    options.count = 7
    #expect(try await place.retriever().search(Item(text: "what is looked for"), options) == Array(found.prefix(7)))
  }

  @Test(arguments: [
    (["type=item"], 60), (["type=text"], 1), (["type=image"], 1), (["path=item-1*"], 11), (["path=*.png"], 1), (["group=1"], 20),
    (["number=7"], 1), (["number=7.0"], 1), (["even=true"], 30), (["even=true", "group=0"], 10), (["metadata.group=2"], 20),
    (["group=9"], 0), (["missing=1"], 0), (["group=1 OR 1=1"], 0), (["it's=1"], 0),
    (["number<7"], 7), (["number<=7"], 8), (["number>57.5"], 2), (["number>=58"], 2), (["number>=10", "number<20"], 10),
    (["number>x"], 0), (["even>0"], 0), (["day>=2025-01-36"], 4), (["day<2025-01-11"], 3), (["missing<1"], 0),
    (["tags=all"], 60), (["tags=3"], 15), (["tags>=b"], 0), (["tags<=all"], 60), (["tags=al"], 0), (["group!=1"], 42), (["missing!=1"], 62),
    (["path!=item-*"], 2), (["type!=item"], 2), (["type=text,image"], 2), (["type!=text,image"], 60), (["day=<2025"], 0),
  ])
  func filtersApplyBeforeTheCut(filters: [String], count: Int) async throws {
    let place = try await filled()
    var options = SearchOptions()
    options.count = 100
    options.filters = try filters.map { try SearchFilter($0) }
    #expect(try await place.retriever().search(Item(text: "x"), options).count == count)
    options.count = 1
    #expect(try await place.retriever().search(Item(text: "x"), options).count == min(1, count))
  }

  @Test(arguments: [
    "", "=", "=x", "<x", "nothing", "type=nonsense", "type=text,", "a\"b=c", "path<a", "type>=text", "number!7",
  ])
  func filtersThatCannotBeUnderstoodAreRefused(text: String) {
    #expect(throws: CollectionError.self) { try SearchFilter(text) }
  }

  @Test func aQueryCarriesAnInstructionAndRecordsDoNot() async throws {
    let model = try Model(directory: TinyCheckpoint.tied.directory)
    let embedder = Embedder(model)
    let place = try Workplace()
    let collection = try SearchCollection.create(at: place.directory, for: embedder)
    try place.write("a.txt", "a cup of coffee")
    try place.write("b.png", IndexerTests.png)
    let report = try await Indexer(collection, embedder: embedder).index([place.files])
    #expect((report.indexed, report.failures.count) == (2, 0))
    let retriever = try Retriever(collection, embedder: embedder)
    let found = try await retriever.search(Item(text: "a cup of coffee"))
    let query = try await embedder.embed(Item(text: "a cup of coffee", instruction: Retriever.defaultInstruction))
    let text = try await embedder.embed(Item(text: "a cup of coffee"))
    let result = try #require(found.first { $0.kind == .text })
    #expect(abs(Double(result.similarity) - Matryoshka.dotProduct(query, text)) <= 1e-5)
    let same = try await retriever.search(Item(text: "a cup of coffee", instruction: ""))
    #expect(abs(try #require(same.first { $0.kind == .text }).similarity - 1) <= 1e-5)
    let byPicture = try await retriever.search(Item(images: [.bytes(IndexerTests.png)], instruction: ""))
    #expect(byPicture.first?.kind == .image)
    #expect(try await byPicture.first?.thumbnail(fitting: 32)?.height == 32)
  }

  @Test func theSecondStageOrdersByTheRerankersScore() async throws {
    let embedder = Embedder(try Model(directory: TinyCheckpoint.tied.directory))
    let reranker = try Reranker(Model(directory: TinyCheckpoint.tied.rerankerDirectory))
    let place = try Workplace()
    let collection = try SearchCollection.create(at: place.directory, for: embedder)
    for index in 0..<5 { try place.write("\(index).txt", "This is the text number \(index).") }
    try place.write("p.png", IndexerTests.png)
    try place.write("q.png", IndexerTests.png + [0])
    #expect(try await Indexer(collection, embedder: embedder).index([place.files]).failures.isEmpty)
    try place.write("q.png", IndexerTests.png + [0, 0])
    let retriever = try Retriever(collection, embedder: embedder, reranker: reranker)
    var options = SearchOptions()
    options.count = 7
    let found = try await retriever.search(Item(text: "which number?"), options)
    #expect(found.count == 7)
    let judged = found.compactMap(\.relevance)
    #expect(judged.count == 6 && judged == judged.sorted(by: >))
    #expect(found.last?.source.hasSuffix("q.png") == true)
    #expect(found.last?.rerankFailure?.contains("changed") == true)
    for result in found where result.kind == .text {
      let score = try await reranker.score(query: Item(text: "which number?"), documents: [Item(text: result.text ?? "")])[0].get()
      #expect(result.relevance == score.score)
    }
    // The best of two candidates, not of all.
    options.count = 1
    options.candidates = 2
    let first = try await Retriever(collection, embedder: embedder).search(Item(text: "which number?"), options)
    let best = try await retriever.search(Item(text: "which number?"), options)
    var two = SearchOptions()
    two.count = 2
    let candidates = try await Retriever(collection, embedder: embedder).search(Item(text: "which number?"), two)
    #expect(first.count == 1 && best.count == 1)
    #expect(candidates.map(\.key).contains(best[0].key))
  }

  @Test func aPrefixAtSearchTimeEqualsOneOfTheWholeVectors() async throws {
    let place = try await filled()
    var options = SearchOptions()
    options.dimensions = 8
    options.count = 5
    options.filters = [.kind(.item)]
    let query = Matryoshka.prefix(FakeEmbedder.vector("q"), 8)
    let cosines = (0..<60).map { Matryoshka.dotProduct(query, Matryoshka.prefix(FakeEmbedder.vector("text number \($0)"), 8)) }
    let expected = cosines.indices.sorted { cosines[$0] > cosines[$1] }.prefix(5).map { "item-\($0)" }
    #expect(try await place.retriever().search(Item(text: "q"), options).map(\.source) == expected)
    options.dimensions = 17
    await #expect(throws: CollectionError.self) { try await place.retriever().search(Item(text: "q"), options) }
  }
}
