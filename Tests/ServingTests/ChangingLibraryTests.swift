import Demonstrations
import Embedding
import Foundation
import Hummingbird
import TestSupport
import Testing

@testable import Serving

/// A library that changes on disk, or breaks, while it is served
@Suite struct ChangingLibraryTests {
  @Test func whatIsAddedReplacedAndRemovedIsSeen() async throws {
    let served = try ServedLibrary("notes-pin")
    let service = try await served.service(try Model(directory: TinyCheckpoint.tied.directory))
    try await served.serve(service) { client in
      for method in ["qwen3vl", "bm25"] {
        #expect(try await client.post("retrieve", ["task": "x", "embedding_method": method]).ids == ["notes-pin"])
      }
      // As another process does it: with a library of its own.
      try served.add(["shop-cart"])
      for method in ["qwen3vl", "bm25"] {
        let found = try await client.post("retrieve", ["task": "x", "embedding_method": method])
        #expect(try Set(found.ids) == ["notes-pin", "shop-cart"], "\(found.text)")
      }
      let step = try await client.post("where", ["id": "shop-cart", "screenshot": try ServedLibrary.screenBase64])
      #expect(step.status == 200, "\(step.text)")
      try served.library.remove(["notes-pin"])
      #expect(try await client.post("retrieve", ["task": "x"]).ids == ["shop-cart"])
      #expect(try await client.get("/notes-pin").status == 404)
      #expect(try await client.post("where", ["id": "notes-pin", "text": "x"]).status == 404)
    }
  }

  @Test func aDemonstrationThatBreaksIsNamedAndTheOthersAnswer() async throws {
    let served = try ServedLibrary("notes-pin", "shop-cart")
    let folder = try served.library.demonstration("notes-pin").folder
    try await served.serve { client in
      try Data("{".utf8).write(to: URL(fileURLWithPath: folder + "/record.json"))
      #expect(try await client.post("retrieve", ["task": "x"]).ids == ["shop-cart"])
      #expect(served.failures.list.contains { $0.demonstration == folder })
      let episode = try served.library.demonstration("shop-cart").episodePath
      try Data("[]".utf8).write(to: URL(fileURLWithPath: episode))
      let broken = try await client.get("/shop-cart")
      #expect(try broken.status == 500 && broken.error["type"] as? String == "server_error", "\(broken.text)")
    }
  }

  @Test func aLibraryThatGoesAwayIsAnErrorAndTheServerStays() async throws {
    let served = try ServedLibrary("notes-pin")
    try await served.serve { client in
      try FileManager.default.moveItem(atPath: served.root + "/library", toPath: served.root + "/away")
      let gone = try await client.post("retrieve", ["task": "x"])
      #expect(try gone.status == 500 && gone.error["code"] as? String == "inputOutput", "\(gone.text)")
      #expect(try await client.get().status == 500)
      try FileManager.default.moveItem(atPath: served.root + "/away", toPath: served.root + "/library")
      #expect(try await client.post("retrieve", ["task": "x"]).status == 200)
    }
  }

  @Test func anotherWriterOfVectorsIsToldAsBusy() async throws {
    let busy = WireError(LibraryError(.busy, "another process writes"), answering: "")
    #expect(busy.status == .serviceUnavailable && busy.code == "busy")
  }

  /// However often it is asked, and by whatever method.
  @Test func modelsAreOpenedWhenTheServiceIsAndNotAgain() async throws {
    let served = try ServedLibrary("notes-pin")
    let opened = ServedLibrary.Failures()
    let embedder = Embedder(try Model(directory: TinyCheckpoint.tied.directory))
    var settings = MethodSettings(.qwen3vl)
    settings.openModel = {
      opened.note(DemonstrationFailure("model", "opened"))
      return embedder
    }
    let service = try await DemonstrationService(served.library, [settings]) { _ in }
    try await served.serve(service) { client in
      for _ in 0..<3 {
        let reply = try await client.post("retrieve", ["task": "x"])
        #expect(reply.status == 200)
      }
    }
    #expect(opened.list.count == 1)
  }
}
