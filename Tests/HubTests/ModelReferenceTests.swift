import Testing

@testable import Hub

@Suite("What names a model") struct ModelReferenceTests {
  @Test(
    arguments: [
      ("Qwen/Qwen3-VL-Embedding-2B", nil), ("a/b@main", "main"), ("a/b@refs/pr/1", "refs/pr/1"), ("a_1/b.c@v1.0+x", "v1.0+x"),
    ] as [(String, String?)])
  func understood(_ text: String, _ revision: String?) throws {
    let reference = try ModelReference(parsing: text)
    #expect(reference.revision == revision)
    #expect(reference.description == text)
  }

  @Test(
    arguments: [
      "", "a", "a/", "/a", "/a/b", "a/b/c", "../b", "a/..", "a/.b", "a/b.", "-a/b", "a--b/c", "a/b c", "a/b\n", "a/é", "a/b.git", "~/b",
      "a/b@", "a/b@..", "a/b@x/../y", "a/b@/x", "a/b@x/", "a/b@.x", "a/b@x y", "a/b@x@y", "a/b@x\\y",
      "a/" + String(repeating: "b", count: 97), "a/b@" + String(repeating: "b", count: 201),
    ])
  func refused(_ text: String) {
    let error = #expect(throws: HubError.self) { try ModelReference(parsing: text) }
    #expect(error?.code == .invalidReference)
  }
}
