import TestSupport
import Testing

@testable import Hub

/// Listings that mean harm.
@Suite(.timeLimit(.minutes(5))) struct ListingTests {
  private static let digest = String(repeating: "a", count: 64)

  private static func file(_ path: String, size: Int = 1) -> RepositoryFile {
    RepositoryFile(path: path, size: size, digest: .sha256(digest))
  }

  private static func refusal(_ files: [RepositoryFile], commit: String = LocalHub.commit) -> HubError? {
    #expect(throws: HubError.self) { try RepositoryListing(commit: commit, files: files, of: "a/b") }
  }

  @Test(arguments: [
    "..", "../x", "a/../../x", "/etc/passwd", "a//b", "./a", "a/.", "", "a/", "a\\b", "..\\x", "a\u{0}b", "a\nb", "\u{7f}",
    String(repeating: "a", count: 256), Array(repeating: "abcdefgh", count: 120).joined(separator: "/"),
  ])
  func namesThatCouldLeadElsewhere(_ path: String) {
    let error = Self.refusal([Self.file("config.json"), Self.file(path)])
    #expect(error?.code == .malformedAnswer)
    #expect(error?.description.contains("could lead out") == true)
    #expect(error?.description.contains { $0.isNewline } == false)
  }

  @Test func twoFilesOfOneName() {
    #expect(Self.refusal([Self.file("a"), Self.file("a")])?.description.contains("two files") == true)
    // One letter, or a letter and an accent: one file on some systems.
    #expect(Self.refusal([Self.file("\u{e9}"), Self.file("e\u{301}")])?.description.contains("two files") == true)
  }

  @Test(arguments: [[-1], [Int.max], [Int.max, Int.max], [RepositoryListing.maximumBytes, 1]])
  func absurdSizes(_ sizes: [Int]) {
    #expect(Self.refusal(sizes.enumerated().map { Self.file("f\($0)", size: $1) })?.description.contains("bytes") == true)
  }

  @Test func absurdCounts() {
    #expect(Self.refusal((0...RepositoryListing.maximumFiles).map { Self.file("f\($0)") })?.description.contains("more than") == true)
  }

  @Test(arguments: ["", "main", "../../x", String(repeating: "A", count: 40), String(repeating: "a", count: 41)])
  func commitsThatAreNone(_ commit: String) {
    #expect(Self.refusal([], commit: commit)?.description.contains("commit") == true)
  }

  @Test func digestsThatAreNone() {
    for text in ["", "../x", String(repeating: "g", count: 64), String(repeating: "A", count: 64), String(repeating: "a", count: 63)] {
      #expect(ContentDigest(sha256: text) == nil)
      #expect(ContentDigest(gitBlob: text) == nil)
    }
  }

  @Test(arguments: HubSource.allCases) func aHostileNameFromTheServerRefusesAll(_ source: HubSource) async throws {
    let stage = try Stage(LocalHub.model + [LocalHub.File("../../../outside", [1])])
    let error = try await stage.failure(source)
    #expect(error.code == .malformedAnswer)
    #expect(stage.server.takeRequests().allSatisfy { $0.path.hasPrefix("/api/") && !$0.path.contains("FilePath") })
  }

  @Test func aSymbolicLinkInTheListingIsRefused() async throws {
    let stage = try Stage()
    stage.server.setFault { request, answer in
      guard request.path.contains("/tree/") else { return answer }
      let body = #"[{"type": "symlink", "path": "config.json", "size": 1, "oid": "\#(String(repeating: "a", count: 40))"}]"#
      return LocalServer.Answer(status: 200, body: Array(body.utf8))
    }
    #expect(try await stage.failure().description.contains("symlink"))
  }

  @Test func aListingWithoutEndIsRefused() async throws {
    let stage = try Stage()
    stage.server.setFault { request, answer in
      guard request.path.contains("/tree/") else { return answer }
      var answer = answer
      answer.headers["Link"] = "<http://x/?cursor=0>; rel=\"next\""
      return answer
    }
    #expect(try await stage.failure().code == .malformedAnswer)
  }

  @Test func pagesAreAskedFromTheEndpointOnly() {
    #expect(HuggingFaceRepository.nextQuery("<http://evil.test/api/models/x?cursor=a%3D>; rel=\"next\"") == "cursor=a%3D")
    #expect(HuggingFaceRepository.nextQuery("<http://h/p?a=1>; rel=\"prev\", <http://h/p?a=2>; rel=\"next\"") == "a=2")
    #expect(HuggingFaceRepository.nextQuery("<http://h/p?a=1>; rel=\"prev\"") == nil)
    #expect(HuggingFaceRepository.nextQuery("rel=\"next\"") == nil)
  }

  @Test func aMassiveConfigurationFileIsRefused() throws {
    let listing = try RepositoryListing(
      commit: LocalHub.commit, files: [Self.file("config.json", size: 1 << 40), Self.file("model.safetensors")], of: "a/b")
    let error = #expect(throws: HubError.self) { try FileSelection(listing, of: "a/b") }
    #expect(error?.description.contains("config.json") == true)
  }
}
