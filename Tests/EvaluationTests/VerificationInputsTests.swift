import Fetching
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Evaluation

@Suite struct VerificationInputsTests {
  private static let pickle = Fixtures.root + "/pickle/passages.pkl"
  private static let texts = Fixtures.root + "/oracle/verify_texts.json"
  private static let picture = Fixtures.root + "/oracle/images/rocket-64x128.png"

  @Test(.enabled(if: Fixtures.hasShared, "../shared/data is not there"), arguments: ModelKind.allCases)
  func everyPublishedInputHasItsDigest(_ kind: ModelKind) async throws {
    let plan = try VerificationPlan(try .published(), for: kind, source: .folder(Fixtures.shared))
    let inputs = try await VerificationInputs(for: plan)
    #expect(inputs.texts.mapValues(\.count) == ["published_scores/text_corpus.json": 821])
    #expect(inputs.images.count == (kind == .embedding ? 20 : 10))
    // Every document that a case names is there.
    #expect(try Verification(plan, inputs).workCount == (kind == .embedding ? 821 + 20 + 6 + 1 : 43))
  }

  @Test func aFileWithOtherBytesIsNamed() async throws {
    let file = try caseFile(textsDigest: String(repeating: "0", count: 64))
    let plan = try VerificationPlan(try CaseCollection(contentsOf: file), for: .embedding, source: .folder(Fixtures.root))
    let error = await #expect(throws: VerificationError.self) { try await VerificationInputs(for: plan) }
    #expect(error?.code == .wrongDigest)
    #expect(error?.subject == Self.texts)
    #expect(error?.reason.contains(try sha256(Self.texts)) == true)
  }

  @Test func aMissingFileIsNamed() async throws {
    let plan = try VerificationPlan(try CaseCollection(contentsOf: try caseFile()), for: .embedding, source: .folder("/nowhere"))
    let error = await #expect(throws: VerificationError.self) { try await VerificationInputs(for: plan) }
    #expect(error?.description == "/nowhere/oracle/verify_texts.json: there is no such file")
  }

  @Test func pathsAreRelativeToTheFileOfTheCases() async throws {
    let plan = try VerificationPlan(try CaseCollection(contentsOf: Fixtures.root + "/oracle/verify.json"), for: .embedding, source: nil)
    let inputs = try await VerificationInputs(for: plan)
    #expect(inputs.texts["verify_texts.json"]?.count == 10)
    #expect(inputs.images.count == 4)
  }

  @Test func aFileOfSomethingElseThanTextsIsRefused() async throws {
    let file = try TemporaryFile.write(cases(texts: "texts.json"), named: "cases.json")
    try "[1, 2]".write(
      toFile: URL(fileURLWithPath: file).deletingLastPathComponent().path + "/texts.json", atomically: true, encoding: .utf8)
    let plan = try VerificationPlan(try CaseCollection(contentsOf: file), for: .embedding, source: nil)
    let error = await #expect(throws: VerificationError.self) { try await VerificationInputs(for: plan) }
    #expect(error?.code == .malformedInput)
  }

  @Test func passagesAndPicturesComeFromThePublishersRepository() async throws {
    let fetched = Mutex<[String: Int]>([:])
    let plan = try fetchingPlan { url, maximumBytes in
      fetched.withLock { $0[url] = maximumBytes }
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: url.hasSuffix(".pkl") ? Self.pickle : Self.picture)))
    }
    let (pickleSize, pictureSize) = (try bytes(Self.pickle).count, try bytes(Self.picture).count)
    #expect(
      plan.download
        == .init(repository: "publisher/repository", commit: "c0ffee", files: 2, bytes: pickleSize + pictureSize))
    let inputs = try await VerificationInputs(for: plan)
    #expect(inputs.texts["oracle/verify_texts.json"]?.count == 5)
    #expect(inputs.texts["oracle/verify_texts.json"]?[2] == "猫は一日に十二時間以上眠ります。")
    #expect(inputs.images["oracle/images/rocket-64x128.png"] == (try bytes(Self.picture)))
    let root = "https://raw.githubusercontent.com/publisher/repository/c0ffee/"
    #expect(fetched.withLock { $0 } == [root + "passages.pkl": pickleSize, root + "rocket.png": pictureSize])
  }

  @Test func casesWhosePicturesThePublisherDoesNotKeepAreLeftOut() throws {
    let embedding = try VerificationPlan(try .published(), for: .embedding, source: .repository())
    #expect(embedding.cases.count == 5)
    #expect(embedding.leftOut.count == 3)
    #expect(embedding.leftOut.contains { $0.reason.contains("qwen3-vl-embedding/pages/0.png") })
    // The pickle and ten photographs.
    #expect(embedding.download?.files == 11)
    #expect(embedding.download?.bytes == 837_472)
    #expect(try VerificationPlan(try .published(), for: .reranking, source: .repository()).cases.count == 5)
  }

  @Test func fetchedBytesAreChecked() async throws {
    let plan = try fetchingPlan { _, _ in Array("something else".utf8) }
    let error = await #expect(throws: VerificationError.self) { try await VerificationInputs(for: plan) }
    #expect(error?.code == .wrongDigest)
    #expect(error?.subject == "https://raw.githubusercontent.com/publisher/repository/c0ffee/passages.pkl")
  }

  @Test func aFetchThatFailsIsNamed() async throws {
    let plan = try fetchingPlan { _, _ in try await Fetcher().bytes(of: "http://127.0.0.1/") }
    let error = await #expect(throws: VerificationError.self) { try await VerificationInputs(for: plan) }
    #expect(error?.code == .unfetchableInput)
    #expect(error?.subject.hasSuffix("/passages.pkl") == true)
  }

  @Test func aPickleWithoutTheListIsRefused() async throws {
    let plan = try fetchingPlan(entry: "passages") { _, _ in try bytes(Self.pickle) }
    let error = await #expect(throws: VerificationError.self) { try await VerificationInputs(for: plan) }
    #expect(error?.code == .malformedInput)
    #expect(error?.reason == #"has no list "passages""#)
  }

  @Test func aPickledListOfOtherThingsIsRefused() async throws {
    let plan = try fetchingPlan(entry: "results") { _, _ in try bytes(Self.pickle) }
    let error = await #expect(throws: VerificationError.self) { try await VerificationInputs(for: plan) }
    #expect(error?.reason.contains("something else than texts") == true)
  }

  @Test(arguments: [
    (#""documents": {"texts": ["a"], "indices": [1]}, "scores": [1]"#, "names document 1, but there are 1"),
    (#""documents": {"texts": ["a"], "indices": [-1]}, "scores": [1]"#, "names document -1"),
    (#""documents": {"texts": ["a", "b"]}, "scores": [1]"#, "has 1 scores for 2 documents"),
    (#""documents": {"texts": ["a", "b"], "indices": [1]}, "ranked": [0], "scores": [1]"#, "has a score for document 0"),
  ])
  func casesThatDoNotFitTheirFilesAreNamed(_ rest: String, _ reason: String) async throws {
    let file = try TemporaryFile.write(
      #"[{"name": "a", "model": "m", "kind": "reranking", "query": {"text": "q"}, \#(rest)}]"#, named: "cases.json")
    let plan = try VerificationPlan(try CaseCollection(contentsOf: file), for: .reranking, source: nil)
    let inputs = try await VerificationInputs(for: plan)
    let error = #expect(throws: VerificationError.self) { try Verification(plan, inputs) }
    #expect(error?.description.hasPrefix(#"case "a": \#(reason)"#) == true, "\(error?.description ?? "no error")")
  }

  @Test func nothingToRunIsAnError() throws {
    let file = try TemporaryFile.write("[]", named: "cases.json")
    let error = #expect(throws: VerificationError.self) {
      try VerificationPlan(try CaseCollection(contentsOf: file), for: .reranking, source: nil)
    }
    #expect(error?.code == .noCases)
  }

  private func fetchingPlan(entry: String = "corpus", _ fetch: @escaping InputSource.Fetch) throws -> VerificationPlan {
    try VerificationPlan(try CaseCollection(contentsOf: try caseFile(entry: entry)), for: .embedding, source: .repository(fetch))
  }

  /// A file of cases that states digests of fixtures, and that the publisher keeps the texts as a pickle.
  private func caseFile(textsDigest: String? = nil, entry: String = "corpus") throws -> String {
    func record(_ path: String) throws -> String { #""sha256": "\#(try sha256(path))", "bytes": \#(try bytes(path).count)"# }
    let text = """
      {
        "repository": {"name": "publisher/repository", "commit": "c0ffee"},
        "inputs": {
          "oracle/verify_texts.json": {
            "sha256": "\(try textsDigest ?? sha256(Self.texts))", "bytes": 1,
            "repository_file": {"path": "passages.pkl", \(try record(Self.pickle)), "pickle_entry": "\(entry)"}
          },
          "oracle/images/rocket-64x128.png": {
            \(try record(Self.picture)), "repository_file": {"path": "rocket.png", \(try record(Self.picture))}
          }
        },
        "cases": \(cases(texts: "oracle/verify_texts.json", picture: "oracle/images/rocket-64x128.png"))
      }
      """
    return try TemporaryFile.write(text, named: "cases.json")
  }

  private func cases(texts: String, picture: String? = nil) -> String {
    let image = picture.map { #""image": "\#($0)""# } ?? #""text": "q""#
    return """
      [{"name": "a", "model": "m", "kind": "embedding", "query": {\(image)}, "documents": {"texts": "\(texts)"}, "ranked": [0],
        "scores": [1]}]
      """
  }

  /// The digest that the fixtures' manifest states.
  private func sha256(_ path: String) throws -> String {
    struct Manifest: Decodable {
      struct File: Decodable {
        let sha256: String
      }

      let files: [String: File]
    }
    let parts = path.dropFirst(Fixtures.root.count + 1).split(separator: "/", maxSplits: 1).map(String.init)
    return try #require(Fixtures.json(Manifest.self, "\(parts[0])/manifest.json").files[parts[1]]).sha256
  }
}

private func bytes(_ path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}
