import Demonstrations
import Embedding
import Foundation
import HummingbirdTesting
import TestSupport
import Testing

@testable import Serving

/// What the routes answer
@Suite struct DemonstrationServerTests {
  @Test func theListAndEpisodesAreThoseOfTheLibrary() async throws {
    let served = try ServedLibrary("shop-cart", "notes-pin")
    try await served.serve { client in
      let list = try await client.get()
      let demonstrations = try list.json["demonstrations"] as? [[String: Any]] ?? []
      #expect(list.status == 200 && demonstrations.compactMap { $0["id"] as? String } == ["notes-pin", "shop-cart"])
      #expect((demonstrations[0]["steps"] as? [[String: Any]])?.count == 3)
      let episode = try await client.get("/shop-cart")
      #expect(try episode.status == 200 && episode.text == served.library.demonstration("shop-cart").episode().json())
    }
  }

  @Test func aTaskInWordsIsFoundWithItsBonusAndItsPrompt() async throws {
    let served = try ServedLibrary("shop-cart", "shop-track", "notes-pin")
    try await served.serve { client in
      let found = try await client.post(
        "retrieve",
        [
          "task": "Put the blue backpack into the cart", "domain": "https://www.shop.example.com:443/x", "top_k": 2, "prompt": "concise",
          "screenshot": try ServedLibrary.screenBase64,
        ])
      let json = try found.json
      #expect(try found.status == 200 && found.ids == ["shop-cart", "shop-track"], "\(found.text)")
      #expect(json["method"] as? String == "bm25" && json["compared"] as? String == "task" && json["considered"] as? Int == 3)
      #expect(json["noMatch"] as? Bool == false && json["ignoresScreen"] as? Bool == true)
      let best = try #require(try found.results.first)
      #expect(best["rank"] as? Int == 1 && best["domainBonus"] as? Double == 0.2 && best["applicationBonus"] as? Double == 0)
      let prompt = try #require(json["prompt"] as? String)
      #expect(prompt.contains("CLICK(") && prompt.contains("Put the blue backpack into the cart"))
    }
  }

  /// The bytes are those of the answer to the same question without a server.
  @Test func theAnswerIsThatOfTheCommandLine() async throws {
    let served = try ServedLibrary("shop-cart", "notes-pin", "notes-new")
    let service = try await served.service()
    let direct = try await service.retrieve(DemonstrationQuery(task: "pin a note", application: "Notes"), .init(), by: .tfidf)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let expected = String(decoding: try encoder.encode(direct), as: UTF8.self)
    try await served.serve(service) { client in
      let found = try await client.post("retrieve", ["task": "pin a note", "app": "Notes", "embedding_method": "tfidf"])
      #expect(found.text == expected && found.text.contains("\"method\":\"tfidf\""))
    }
  }

  @Test func filtersThresholdsAndBonusesCount() async throws {
    let served = try ServedLibrary("notes-pin", "notes-new")
    try await served.serve { client in
      let none = try await client.post("retrieve", ["task": "zeppelin pizza zebra", "prompt": "minimal"])
      #expect(try none.json["noMatch"] as? Bool == true && none.json["prompt"] as? String == "" && none.ids.count == 2)
      let strict = try await client.post("retrieve", ["task": "Pin the note", "threshold": 0.9999])
      #expect(try strict.json["threshold"] as? Double == 0.9999)
      let tagged = try await client.post("retrieve", ["task": "Pin the note", "tags": ["no such tag"]])
      #expect(try tagged.json["considered"] as? Int == 0 && tagged.json["noMatch"] as? Bool == true)
      let raised = try await client.post("retrieve", ["task": "Pin the note", "app": "Notes", "app_bonus": 0.5])
      #expect(try raised.results.first?["applicationBonus"] as? Double == 0.5)
    }
  }

  @Test func wordsSayTheStep() async throws {
    let served = try ServedLibrary("files-rename")
    try await served.serve { client in
      let found = try await client.post("where", ["id": "files-rename", "text": "type final.txt", "previous": 1])
      #expect(try found.status == 200 && found.json["step"] as? Int == 2, "\(found.text)")
      let candidates = try (found.json["position"] as? [String: Any])?["candidates"] as? [[String: Any]]
      #expect(candidates?.count == 4)
    }
  }

  @Test func theModelSeesTheScreenHoweverItIsSent() async throws {
    let served = try ServedLibrary("notes-pin", "shop-cart")
    let model = try Model(directory: TinyCheckpoint.tied.directory)
    let reranker = try Reranker(Model(directory: TinyCheckpoint.tied.rerankerDirectory))
    let service = try await served.service(model, reranker: reranker)
    let query = DemonstrationQuery(task: "Pin it", screen: .file(ServedLibrary.screen))
    let direct = try await service.retrieve(query, .init())
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let expected = String(decoding: try encoder.encode(direct), as: UTF8.self)
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: ServedLibrary.screen)))
    let pictures = try LocalServer { _ in LocalServer.Answer(status: 200, headers: ["Content-Type": "image/png"], body: bytes) }
    try await served.serve(service, allowsPrivateAddresses: true) { client in
      let base64 = try ServedLibrary.screenBase64
      for screenshot in [base64, "data:image/png;base64," + base64, pictures.address + "/now.png"] {
        let found = try await client.post("retrieve", ["task": "Pin it", "screenshot": screenshot])
        #expect(found.status == 200 && found.text == expected, "\(screenshot.prefix(30)): \(found.text)")
      }
      let found = try await client.post("retrieve", ["screenshot": base64, "embedding_method": "hybrid"])
      #expect(try found.json["compared"] as? String == "screen" && found.results[0]["relevance"] is Double, "\(found.text)")
      let step = try await client.post("where", ["id": "shop-cart", "screenshot": base64, "previous": 0])
      #expect(try step.status == 200 && (step.json["position"] as? [String: Any])?["candidates"] is [Any], "\(step.text)")
    }
    // What only this machine can reach is not fetched for others.
    try await served.serve(service) { client in
      let refused = try await client.post("retrieve", ["screenshot": pictures.address + "/now.png"])
      #expect(try refused.status == 400 && refused.error["param"] as? String == "screenshot", "\(refused.text)")
    }
  }

  /// Sockets, and several who ask at once: each gets the answer that it would get alone.
  @Test func manyAskAtOnceOverALoopbackConnection() async throws {
    let served = try ServedLibrary("notes-pin", "shop-cart")
    let service = try await served.service(try Model(directory: TinyCheckpoint.tied.directory))
    let tasks = ["Pin the note", "Put it into the cart", "Something else"]
    try await served.serve(service, over: .live) { client in
      let port = try #require(client.port)
      var alone: [Reply] = []
      for task in tasks { alone.append(try await ServedLibrary.ask(task, port)) }
      #expect(Set(alone.map(\.text)).count == tasks.count && alone.allSatisfy { $0.status == 200 })
      try await withThrowingTaskGroup(of: (Int, Reply).self) { group in
        for index in 0..<12 { group.addTask { (index, try await ServedLibrary.ask(tasks[index % tasks.count], port)) } }
        for try await (index, reply) in group { #expect(reply == alone[index % tasks.count]) }
      }
    }
  }
}
