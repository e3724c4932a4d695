import Fetching
import Foundation
import TestSupport
import Testing

/// `sightline serve`
@Suite struct ServeCommandTests {
  private static let fixtures = "\(Fixtures.root)/demonstrations"

  @Test func theProgramServesALibraryUntilItIsInterrupted() async throws {
    let library = "\(Fixtures.temporary)/serve-\(UInt64.random(in: .min ... .max))/library"
    #expect(try Program.run(["demos", "import", Self.fixtures + "/gallery/notes-pin", "--library", library]).status == 0)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = ["serve", "--demonstrations", library, "--port", "0", "--model", try TinyEncoder.bert.directory]
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    defer { if process.isRunning { process.terminate() } }
    var said = ""
    while !said.contains("methods") || !said.hasSuffix("\n") {
      let more = errors.fileHandleForReading.availableData
      guard !more.isEmpty else { break }
      said += String(decoding: more, as: UTF8.self)
    }
    #expect(said.contains("methods tfidf, bm25, minilm, hybrid"), "\(said)")
    let start = try #require(said.range(of: "http://127.0.0.1:"), "\(said)")
    let address = String(said[start.lowerBound...].prefix { $0 != "," })
    var policy = FetchPolicy()
    policy.allowsPrivateAddresses = true
    policy.timeout = .seconds(300)
    var request = FetchRequest(url: address + "/v1/demonstrations/retrieve")
    request.headers = [FetchRequest.Header("Content-Type", "application/json")]
    request.body = Array(#"{"task": "Pin the note"}"#.utf8)
    let answer = try await Fetcher(policy: policy).resource(request).resource
    let printed = try Program.run(
      ["demos", "retrieve", "Pin the note", "--json", "--library", library, "--model", try TinyEncoder.bert.directory])
    // The same answer to the same question.
    #expect(try members(answer.bytes) == members(printed.bytes))
    #expect(try object(printed.output)["method"] as? String == "minilm")
    process.interrupt()
    process.waitUntilExit()
    // To be told to stop is how a server ends.
    #expect(process.terminationStatus == 0)
  }

  /// JSON in one form.
  private func members(_ json: some Sequence<UInt8>) throws -> Data {
    try JSONSerialization.data(withJSONObject: JSONSerialization.jsonObject(with: Data(json)), options: .sortedKeys)
  }

  @Test func aLibraryThatIsNotThereIsNamed() throws {
    let outcome = try Program.run(["serve", "--demonstrations", Fixtures.temporary + "/no-such-library"])
    #expect(outcome.status == 1 && outcome.errors.contains("there is no library of demonstrations"), "\(outcome.errors)")
  }

  @Test(arguments: [
    ["serve"], ["serve", "--demonstrations", "x", "--port", "70000"], ["serve", "--demonstrations", "x", "--host", ""],
    ["serve", "--demonstrations", "x", "--embedding-method", "minilm"], ["serve", "--demonstrations", ".bad name"],
  ])
  func wrongUseIsExitCode2(arguments: [String]) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == 2, "\(arguments): \(outcome.errors)")
  }
}
