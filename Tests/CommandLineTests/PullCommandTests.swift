import Foundation
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `sightline pull`, `sightline models`, and `--model ORG/NAME`
@Suite(.timeLimit(.minutes(5))) struct PullCommandTests {
  private let cache = "\(Fixtures.temporary)/pull-\(UInt64.random(in: .min ... .max))"

  private func run(
    _ arguments: [String], _ hub: LocalHub?, _ variables: [String: String] = [:], started: (Int32) -> Void = { _ in }
  ) throws -> Program.Outcome {
    var environment = ["HF_HUB_CACHE": cache + "/hub", "XDG_CACHE_HOME": cache, "HF_HOME": cache, "HF_TOKEN": "", "HF_HUB_OFFLINE": ""]
    if let hub { (environment["HF_ENDPOINT"], environment["MODELSCOPE_DOMAIN"]) = (hub.address, hub.address) }
    return try Program.run(arguments, environment: environment.merging(variables) { $1 }, started: started)
  }

  @Test func aModelThatWasPulledIsOpenedByItsName() throws {
    let directory = try TinyCheckpoint.tied.directory
    let hub = try LocalHub(
      try ["config.json", "preprocessor_config.json", "tokenizer.json", "model.safetensors"].map { name in
        let content = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)"))
        return LocalHub.File(name, Array(content), isLarge: name == "model.safetensors")
      })
    let before = try run(["info", "--model", LocalHub.repository], hub)
    #expect(before.status == 1)
    #expect(before.errors.contains("sightline pull acme/tiny-model"), "\(before.errors)")

    let pulled = try run(["pull", LocalHub.repository, "--json"], hub)
    #expect(pulled.status == 0, "\(pulled.errors)")
    let snapshot = try object(pulled.output)
    #expect(snapshot["commit"] as? String == LocalHub.commit)
    #expect(snapshot["directory"] as? String == "\(cache)/hub/models--acme--tiny-model/snapshots/\(LocalHub.commit)")

    for name in [LocalHub.repository, "acme/tiny-model@main", "acme/tiny-model@\(LocalHub.commit)"] {
      let information = try run(["info", "--model", name, "--json"], nil)
      #expect(try object(information.output)["dimensions"] as? Int == 64, "\(information.errors)")
    }
    let other = try run(["info", "--model", "acme/tiny-model@v2"], nil)
    #expect(other.status == 1 && other.errors.contains("acme/tiny-model@main"), "\(other.errors)")
  }

  @Test func modelsAreListedAndRemoved() throws {
    let hub = try LocalHub()
    let empty = try run(["models"], hub)
    #expect(empty.status == 0 && empty.output.isEmpty && empty.errors.contains("no models are cached"))
    #expect(try run(["pull", LocalHub.repository], hub).status == 0)
    #expect(try run(["pull", LocalHub.repository, "--from", "modelscope"], hub).status == 0)
    let table = try run(["models"], hub).output
    #expect(table.contains("acme/tiny-model  main, 0123456789ab"), "\(table)")
    #expect(table.contains("500 kB"), "\(table)")
    let rows = try JSONSerialization.jsonObject(with: run(["models", "--json"], hub).bytes) as? [[String: Any]] ?? []
    #expect(rows.map { $0["source"] as? String } == ["huggingface", "modelscope"])

    let removed = try run(["models", "remove", LocalHub.repository, "--revision", "main"], hub)
    #expect(removed.status == 0 && removed.output.contains("freed"), "\(removed.errors)")
    let again = try run(["models", "remove", LocalHub.repository], hub)
    #expect(again.status == 1 && again.errors.contains("not in the cache"), "\(again.errors)")
    #expect(try run(["models", "remove", LocalHub.repository, "--from", "modelscope"], hub).status == 0)
    #expect(try run(["models", "--json"], hub).output.filter { !$0.isWhitespace } == "[]")
  }

  @Test func aPullThatWasKilledGoesOnWhereItEnded() throws {
    let hub = try LocalHub()
    let weights = try #require(LocalHub.model.first { $0.path == "model-00001-of-00002.safetensors" })
    let partial = "\(cache)/hub/models--acme--tiny-model/blobs/\(weights.sha256).incomplete"
    let process = Mutex<Int32>(0)
    hub.setFault { request, answer in
      guard request.path.hasPrefix("/store/\(weights.sha256)") else { return answer }
      guard request.headers["range"] == nil else {
        // What came before is on disk by now; this request is made a second later.
        process.withLock { _ = kill($0, SIGKILL) }
        return LocalServer.Answer(status: 503)
      }
      return LocalHub.broken(answer, after: 123_456, of: request, to: partial)
    }
    let killed = try run(["pull", LocalHub.repository], hub) { number in process.withLock { $0 = number } }
    #expect(killed.status == SIGKILL)
    let model = try run(["info", "--model", LocalHub.repository], hub)
    #expect(model.status == 1 && model.errors.contains("sightline pull"))

    hub.setFault(nil)
    _ = hub.takeRequests()
    let pulled = try run(["pull", LocalHub.repository], hub)
    #expect(pulled.status == 0, "\(pulled.errors)")
    #expect(hub.takeRequests().first { $0.path.hasPrefix("/store/\(weights.sha256)") }?.headers["range"] == "bytes=123456-")
    let directory = pulled.output.trimmingCharacters(in: .newlines)
    #expect(FileManager.default.contents(atPath: "\(directory)/\(weights.path)") == Data(weights.content))
  }

  @Test(arguments: [(401, "refuses the token"), (404, "check the spelling")])
  func aRefusalIsAFailureInASentence(_ status: Int, _ words: String) throws {
    let hub = try LocalHub()
    hub.setFault { _, _ in LocalServer.Answer(status: status) }
    let outcome = try run(["pull", LocalHub.repository], hub, ["HF_TOKEN": "hf_secret"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(!outcome.errors.contains("hf_secret"))
    #expect(outcome.output.isEmpty)
  }

  @Test func offlineAsksNobody() throws {
    let hub = try LocalHub()
    for outcome in [
      try run(["pull", LocalHub.repository, "--offline"], hub), try run(["pull", LocalHub.repository], hub, ["HF_HUB_OFFLINE": "1"]),
    ] {
      #expect(outcome.status == 1 && outcome.errors.contains("Offline mode"), "\(outcome.errors)")
    }
    #expect(hub.takeRequests().isEmpty)
  }

  @Test func anEndpointThatIsNoAddressIsAFailure() throws {
    let outcome = try run(["pull", LocalHub.repository], nil, ["HF_ENDPOINT": "mirror"])
    #expect(outcome.status == 1 && outcome.errors.contains("HF_ENDPOINT"), "\(outcome.errors)")
  }
}
