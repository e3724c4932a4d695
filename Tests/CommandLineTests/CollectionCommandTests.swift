import Foundation
import TestSupport
import Testing

/// `sightline index`, `search` and `collection`
@Suite struct CollectionCommandTests {
  /// A folder of sources and collections for one test.
  private struct Place {
    let root = "\(Fixtures.temporary)/commands-\(UInt64.random(in: .min ... .max))"
    var files: String { root + "/files" }
    var collection: String { root + "/collection" }

    init() throws {
      try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
      try "A cup of coffee on a table.".write(toFile: files + "/coffee.txt", atomically: true, encoding: .utf8)
      try "# Rockets\n\nA rocket <b>starts</b>.".write(toFile: files + "/rocket.md", atomically: true, encoding: .utf8)
      try FileManager.default.copyItem(atPath: Program.astronaut, toPath: files + "/astronaut.png")
    }

    @discardableResult
    func index(_ arguments: [String] = []) throws -> Program.Outcome {
      try Program.runTiny(["index", files, "--collection", collection] + arguments)
    }

    func search(_ arguments: [String]) throws -> Program.Outcome {
      try Program.runTiny(["search", "--collection", collection] + arguments)
    }
  }

  /// An encoder of sentences fills a collection with texts; what it cannot read is said, and exits 1.
  @Test func sentenceEncodersIndexTexts() throws {
    let place = try Place()
    let model = ["--model", try TinyEncoder.bert.directory]
    let indexed = try Program.run(["index", place.files, "--collection", place.collection] + model)
    #expect(indexed.status == 1 && indexed.output.contains("2 indexed"), "\(indexed.output) \(indexed.errors)")
    #expect(indexed.errors.contains("astronaut.png") && indexed.errors.contains("texts only"))
    let query = ["search", "A cup of coffee on a table.", "--collection", place.collection, "--json"]
    let results = try object(try Program.run(query + model).output)["results"] as? [[String: Any]] ?? []
    // Without an instruction, the text itself is the nearest there can be.
    #expect(results.count == 2)
    #expect(abs((results.first?["similarity"] as? Double ?? 0) - 1) <= 1e-5)
    let other = try Program.run(query + ["--model", try TinyEncoder.mpnet.directory])
    #expect(other.status == 1 && other.errors.contains("was indexed with the model"))
  }

  @Test func aFolderIsIndexedOnceAndSearched() throws {
    let place = try Place()
    let first = try place.index()
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output.contains("3 indexed"))
    #expect(try place.index().output.contains("3 unchanged"))
    let found = try place.search(["a rocket", "--top-k", "2", "--json"])
    #expect(found.status == 0, "\(found.errors)")
    let results = try object(found.output)["results"] as? [[String: Any]] ?? []
    #expect(results.map { $0["rank"] as? Int } == [1, 2])
    let scores = results.compactMap { $0["similarity"] as? Double }
    #expect(scores.count == 2 && scores[0] >= scores[1])
    let picture = try place.search(["--image", Program.astronaut, "--instruction", "", "--json"])
    let best = (try object(picture.output)["results"] as? [[String: Any]])?.first
    #expect((best?["source"] as? String)?.hasSuffix("astronaut.png") == true)
    #expect(abs((best?["similarity"] as? Double ?? 0) - 1) <= 1e-5)
    let table = try place.search(["a rocket", "--filter", "type=markdown"])
    #expect(table.output.contains("rocket.md"))
    #expect(!table.output.contains("coffee.txt"))
  }

  @Test func aCollectionNamesItsModelAndItsLimits() throws {
    let place = try Place()
    let model = try TinyCheckpoint.tied.directory
    let first = try Program.run(["index", place.files, "--collection", place.collection, "--model", model, "--max-pixels", "65536"])
    #expect(first.status == 0, "\(first.errors)")
    #expect(try Program.run(["index", place.files, "--collection", place.collection]).output.contains("3 unchanged"))
    let query = ["search", "--image", Program.astronaut, "--instruction", "", "--collection", place.collection, "--json"]
    let best = (try object(try Program.run(query).output)["results"] as? [[String: Any]])?.first
    #expect(abs((best?["similarity"] as? Double ?? 0) - 1) <= 1e-5)
    let other = try Program.run(query + ["--max-pixels", "131072"])
    #expect(other.status == 1 && other.errors.contains("--max-pixels"), "\(other.errors)")
  }

  @Test func bothStagesAndThePage() throws {
    let place = try Place()
    try place.index()
    let page = place.root + "/found.html"
    let found = try place.search(
      ["<script>alert(1)</script>", "--rerank", "--reranker", TinyCheckpoint.tied.rerankerDirectory, "--html", page, "--json"])
    #expect(found.status == 0, "\(found.errors)")
    let results = try object(found.output)["results"] as? [[String: Any]] ?? []
    let scores = results.compactMap { $0["relevance"] as? Double }
    #expect(scores.count == 3 && scores == scores.sorted(by: >))
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains("data:image/jpeg;base64,/9j/"))
    #expect(!html.contains("<script") && html.contains("&lt;script&gt;"))
    #expect(!html.contains("<b>starts</b>") && html.contains("&lt;b&gt;starts&lt;/b&gt;"))
    #expect(!html.contains("http://") && !html.contains("https://"))
  }

  @Test func failuresAreListedAndOtherSettingsRefused() throws {
    let place = try Place()
    try Data([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]).write(to: URL(fileURLWithPath: place.files + "/broken.png"))
    let outcome = try place.index(["--json"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("broken.png"))
    let report = try object(outcome.output)
    #expect(report["indexed"] as? Int == 3)
    #expect((report["failures"] as? [[String: Any]])?.count == 1)
    let other = try place.index(["--max-pixels", "65536"])
    #expect(other.status == 1)
    #expect(other.errors.contains("--max-pixels"))
    let dimensions = try place.index(["--dimensions", "32"])
    #expect(dimensions.status == 1)
    #expect(dimensions.errors.contains("--dimensions"))
    let search = try Program.run(["search", "x", "--collection", place.collection, "--model", TinyCheckpoint.untied.directory])
    #expect(search.status == 1)
    #expect(search.errors.contains("tiny-2b"))
  }

  @Test func collectionsAreLookedAfter() throws {
    let place = try Place()
    try place.index()
    let stats = try object(try Program.run(["collection", "stats", place.collection, "--json"]).output)
    #expect((stats["statistics"] as? [String: Any])?["records"] as? Int == 3)
    #expect(try Program.run(["collection", "stats", place.collection]).output.contains("1 image, 1 markdown, 1 text"))
    #expect(try Program.run(["collection", "verify", place.collection]).status == 0)
    #expect(try Program.run(["collection", "compact", place.collection]).status == 0)
    let export = place.root + "/export"
    #expect(try Program.run(["collection", "export", place.collection, export]).output.contains("3 records"))
    let copy = place.root + "/copy"
    #expect(try Program.run(["collection", "import", copy, export]).output.contains("3 records"))
    let query = ["search", "coffee", "--json", "--collection"]
    #expect(try Program.runTiny(query + [copy]).output == (try Program.runTiny(query + [place.collection]).output))
    #expect(try Program.run(["collection", "remove", copy]).status == 0)
    #expect(!FileManager.default.fileExists(atPath: copy))
    let missing = try Program.run(["collection", "stats", copy])
    #expect(missing.status == 1)
    #expect(missing.errors.contains(copy))
  }

  @Test(arguments: [
    (["index", "--collection", "c", "--model", "x"], "path"),
    (["search", "x", "--filter", "type<image"], "= and !="),
    (["index", ".", "--collection", "a b", "--model", "x"], "no collection's name"),
    (["index", ".", "--collection", "c", "--model", "x", "--stored", "f8"], "--stored is f8"),
    (["index", ".", "--collection", "c", "--model", "x", "--codes", "pq"], "--codes is pq"),
    (["index", ".", "--collection", "c", "--model", "x", "--passage-tokens", "5"], "passages of 5 tokens"),
    (["index", ".", "--collection", "c", "--model", "x", "--passage-overlap", "200"], "overlap of 200"),
    (["search", "--collection", "c", "--model", "x"], "Give a query"),
    (["search", "q", "--collection", "c", "--model", "x", "--top-k", "0"], "--top-k is 0"),
    (["search", "q", "--collection", "c", "--model", "x", "--rerank"], "--reranker"),
    (["search", "q", "--collection", "c", "--model", "x", "--filter", "type=song"], "type=song"),
    (["collection", "nonsense"], "nonsense"),
  ])
  func wrongUseIsExitCodeTwo(arguments: [String], message: String) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }
}
