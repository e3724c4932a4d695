import Foundation
import TestSupport
import Testing

/// `sightline demos`
@Suite struct DemosCommandTests {
  private static let fixtures = "\(Fixtures.root)/demonstrations"

  private struct Place {
    let root = "\(Fixtures.temporary)/demos-\(UInt64.random(in: .min ... .max))"
    var library: [String] { ["--library", root + "/library"] }

    init() throws { try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true) }

    @discardableResult
    func run(_ arguments: String...) throws -> Program.Outcome { try Program.run(["demos"] + arguments + library) }

    func run(_ arguments: [String]) throws -> Program.Outcome { try Program.run(["demos"] + arguments + library) }
  }

  @Test func theGalleryIsImportedListedFoundShownExportedAndRemoved() throws {
    let place = try Place()
    let imported = try place.run("import", Self.fixtures + "/gallery")
    #expect(
      imported.status == 0 && imported.output == "40 added, 0 updated, 0 unchanged, 0 failed\n", "\(imported.output)\(imported.errors)")
    #expect(try place.run("import", Self.fixtures + "/gallery").output == "0 added, 0 updated, 40 unchanged, 0 failed\n")
    let list = try object(try place.run("list", "--json").output)["demonstrations"] as? [[String: Any]] ?? []
    #expect(list.count == 40 && list[0]["id"] as? String == "calculator-add")

    let html = place.root + "/found.html"
    let query = ["retrieve", "Put the blue backpack into the cart", "--domain", "www.shop.example.com:443", "--json", "--html", html]
    let found = try object(try place.run(query + ["--screenshot", Self.fixtures + "/query-screens/shop-cart-1.png"]).output)
    #expect(found["noMatch"] as? Bool == false && found["ignoresScreen"] as? Bool == true && found["method"] as? String == "bm25")
    let best = (found["results"] as? [[String: Any]])?.first
    #expect((best?["demonstration"] as? [String: Any])?["id"] as? String == "shop-cart" && best?["domainBonus"] as? Double == 0.2)
    let page = try String(contentsOfFile: html, encoding: .utf8)
    #expect(page.contains("data:image/jpeg") && page.contains("<circle") && !page.contains("<script") && !page.contains("http://"))

    let none = try place.run("retrieve", "Zeppelin pizza zebra")
    #expect(none.status == 0 && none.output.hasPrefix("Nothing fits"), "\(none.output)")
    let prompt = try place.run("retrieve", "Put the blue backpack into the shopping cart", "--top-k", "1", "--prompt", "concise")
    #expect(prompt.status == 0 && prompt.output.contains("Put the blue backpack") && prompt.output.contains("CLICK("), "\(prompt.output)")
    #expect(try place.run("retrieve", "Zeppelin pizza zebra", "--prompt", "minimal").output.isEmpty)

    let strip = place.root + "/strip.html"
    let shown = try place.run("show", "shop-cart", "--html", strip, "--json")
    #expect(try object(shown.output)["episode_id"] as? String == "shop-cart")
    #expect(try String(contentsOfFile: strip, encoding: .utf8).components(separatedBy: "data:image/jpeg").count == 4)

    let step = try object(try place.run("where", "files-rename", "--text", "type final.txt", "--json").output)
    #expect(step["step"] as? Int == 2)

    #expect(try place.run("export", place.root + "/out", "shop-cart").output.hasPrefix("1 written"))
    #expect(try place.run("remove", "shop-cart").status == 0)
    let gone = try place.run("show", "shop-cart")
    #expect(gone.status == 1 && gone.errors.contains("no demonstration \"shop-cart\""))
  }

  @Test func aModelOfTextsAndScreensIsUsed() throws {
    let place = try Place()
    let model = ["--model", try TinyCheckpoint.tied.directory, "--embedding-method", "qwen3vl", "--precision", "f32"]
    for id in ["notes-pin", "shop-cart"] { #expect(try place.run(["import", "\(Self.fixtures)/gallery/\(id)"] + model).status == 0) }
    let screen = ["--screenshot", Self.fixtures + "/query-screens/shop-cart-1.png"]
    let found = try object(try place.run(["retrieve", "--json"] + screen + model).output)
    #expect(found["compared"] as? String == "screen" && (found["results"] as? [Any])?.count == 2)
    #expect(found["threshold"] == nil || found["threshold"] is NSNull)
    let position = try object(try place.run(["where", "shop-cart", "--json"] + screen + model).output)
    #expect((position["position"] as? [String: Any])?["candidates"] is [Any])
    let reranker = ["--reranker", try TinyCheckpoint.tied.rerankerDirectory]
    let judged = try object(try place.run(["retrieve", "Pin it", "--json"] + screen + model + reranker).output)
    #expect(((judged["results"] as? [[String: Any]])?.first?["relevance"] as? Double) != nil)
  }

  @Test func methodsAreMeasuredSideBySide() throws {
    let place = try Place()
    try place.run("import", Self.fixtures + "/gallery")
    let measured = try place.run(
      "eval", Self.fixtures + "/queries.json", "--json", "--calibrate", "--model", try TinyEncoder.bert.directory)
    #expect(measured.status == 0, "\(measured.errors)")
    let rows = try object(measured.output)["rows"] as? [[String: Any]] ?? []
    #expect(rows.compactMap { $0["method"] as? String } == ["tfidf", "bm25", "minilm", "hybrid"])
    #expect(FileManager.default.fileExists(atPath: place.root + "/library/thresholds.json"))
    let table = try place.run("eval", Self.fixtures + "/queries.json", "--embedding-method", "bm25").output
    #expect(table.contains("hit@1") && table.contains("bm25     text"))
  }

  @Test func whatCannotBeImportedIsNamedAndTheRestIsThere() throws {
    let place = try Place()
    let folder = place.root + "/broken"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try "{\"episode_id\": 1".write(toFile: folder + "/episode.json", atomically: true, encoding: .utf8)
    let imported = try place.run("import", folder, Self.fixtures + "/gallery/notes-pin", place.root + "/nothing")
    #expect(imported.status == 1 && imported.output.hasPrefix("1 added"), "\(imported.output)")
    #expect(imported.errors.contains("broken") && imported.errors.contains("nothing"), "\(imported.errors)")
  }

  @Test(arguments: [
    ["retrieve"], ["retrieve", "x", "--embedding-method", "clip"], ["retrieve", "x", "--embedding-method", "minilm"],
    ["retrieve", "x", "--top-k", "0"], ["retrieve", "x", "--prompt", "long"], ["retrieve", "x", "--alpha", "2"],
    ["retrieve", "x", "--embedding-method", "bm25", "--model", "y"], ["where", "x"], ["import"], ["remove"],
    ["list", "--library", "../.bad name"], ["import", "x", "--threads", "0"],
  ])
  func wrongUseIsExitCode2(arguments: [String]) throws {
    let outcome = try Program.run(["demos"] + arguments)
    // A path with a slash is no name, and may be missing: that is no wrong use.
    #expect(outcome.status == (arguments.contains("../.bad name") ? 1 : 2), "\(arguments): \(outcome.errors)")
  }
}
