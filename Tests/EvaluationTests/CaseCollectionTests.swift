import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite struct CaseCollectionTests {
  @Test func everyPublishedCaseDecodes() throws {
    let published = try CaseCollection.published()
    #expect(published.cases.count { $0.kind == .embedding } == 7)
    #expect(published.cases.count { $0.kind == .reranking } == 5)
    #expect(published.leftOut.map(\.kind) == [.embedding, .reranking])
    #expect(Set(published.cases.map(\.name)).count == published.cases.count)
    // What a model is compared with by default must not be taken for the oracle's numbers.
    #expect(!published.cases.contains { $0.exactness == .reference })
    for entry in published.cases { #expect(published.dimensions[entry.model] == 2_048) }
  }

  @Test func everyFileThatAPublishedCaseReadsHasADigest() throws {
    let published = try CaseCollection.published()
    let records = try #require(published.inputs)
    let paths = Set(published.cases.flatMap { $0.textPaths + $0.imagePaths })
    #expect(paths.count == 21)
    #expect(paths == Set(records.keys))
    let digests = records.values.flatMap { [$0.sha256] + ($0.repositoryFile.map { [$0.sha256] } ?? []) }
    for digest in digests { #expect(digest.count == 64 && digest.allSatisfy { "0123456789abcdef".contains($0) }) }
  }

  @Test func noPassageAndNoPictureIsPartOfTheProgram() throws {
    // The passages alone have 348,214 bytes.
    #expect(PackageResources.published_cases_json.count < 30_000)
  }

  @Test(.enabled(if: Fixtures.hasShared, "../shared/data is not there"))
  func publishedNumbersAreThoseCollected() throws {
    struct Collected: Decodable {
      let name: String
      let scores: [Double]?
      let ranked: [Int]?
      let prefix: [Double]?
    }
    let file = URL(fileURLWithPath: Fixtures.shared + "/published_scores/cases.json")
    let collected = Dictionary(
      uniqueKeysWithValues: try JSONDecoder().decode([Collected].self, from: Data(contentsOf: file)).map { ($0.name, $0) })
    let published = try CaseCollection.published()
    #expect(published.cases.count + published.leftOut.count == collected.count)
    for entry in published.cases {
      let expected = try #require(collected[entry.name])
      switch entry.content {
      case .retrieval(let ranking), .reranking(let ranking):
        #expect(ranking.scores == expected.scores)
        #expect(ranking.ranked == expected.ranked)
      case .similarity: Issue.record("there is no complete similarity case")
      case .prefix(_, let numbers): #expect(numbers == expected.prefix)
      }
    }
  }

  @Test func aBareListIsAFileOfCases() throws {
    let collection = try CaseCollection(contentsOf: Fixtures.root + "/oracle/verify.json")
    #expect(collection.cases.count == 9)
    #expect(collection.cases.allSatisfy { $0.exactness == .reference })
    #expect(collection.inputs == nil)
  }

  @Test(arguments: [
    ("not JSON", "is not valid JSON"),
    ("{}", "cases is missing"),
    (#"{"cases": [{"name": "a", "kind": "embedding"}]}"#, "cases[0].model is missing"),
    (#"{"cases": [{"name": "a", "model": "m", "kind": "guess"}]}"#, "cases[0].kind"),
    (ranking(#""scores": []"#), "[0].scores holds no numbers"),
    (ranking(#""scores": ["1"]"#), "[0].scores[0] is of another kind"),
    (ranking(#""scores": [1, 0.5], "ranked": [0]"#), "[0].ranked names 1 documents for 2 scores"),
    (ranking(#""scores": [1, 0.5], "ranked": [0, 0]"#), "[0].ranked names a document twice"),
    (ranking(#""scores": [1], "max_length": 0"#), "[0].max_length is 0"),
    (ranking(#""scores": [1], "exactness": "roughly""#), "[0].exactness"),
    (
      #"[{"name": "a", "model": "m", "kind": "reranking", "query": {}, "documents": {"texts": []}, "scores": [1]}]"#,
      "[0].query.text is missing"
    ),
    (
      #"[{"name": "a", "model": "m", "kind": "reranking", "query": {"text": ""}, "documents": {}, "scores": [1]}]"#,
      "[0].documents.texts or images must be there"
    ),
    (#"[{"name": "a", "model": "m", "kind": "similarity", "inputs": [{"text": ""}], "matrix": [[1]]}]"#, "expected 2 or more"),
    (
      #"[{"name": "a", "model": "m", "kind": "similarity", "inputs": [{"text": ""}, {"text": "b"}], "matrix": [[1, 0], [0]]}]"#,
      "[0].matrix is not 2 rows of 2 numbers"
    ),
    (#"[{"name": "a", "model": "m", "kind": "embedding prefix", "input": {"text": ""}, "prefix": [0]}]"#, "no number but zeros"),
    (#"{"cases": [], "inputs": {"a.jpg": {"sha256": "00"}}}"#, "inputs.a.jpg.bytes is missing"),
    (
      #"{"cases": [{"name": "a", "model": "m", "kind": "embedding prefix", "input": {"image": "b.jpg"}, "prefix": [1]}], "inputs": {}}"#,
      #""a" reads b.jpg, of which inputs says nothing"#
    ),
  ])
  func faultyFilesAreNamed(_ text: String, _ reason: String) throws {
    let path = try TemporaryFile.write(text, named: "cases.json")
    let error = #expect(throws: VerificationError.self) { try CaseCollection(contentsOf: path) }
    #expect(error?.code == .malformedCases)
    #expect(error?.subject == path)
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "no error")")
  }

  @Test func aMissingFileIsNamed() {
    let error = #expect(throws: VerificationError.self) { try CaseCollection(contentsOf: "/nowhere/cases.json") }
    #expect(error?.code == .unreadableInput)
    #expect(error?.description == "/nowhere/cases.json: there is no such file")
  }

  private static func ranking(_ rest: String) -> String {
    #"[{"name": "a", "model": "m", "kind": "embedding", "query": {"text": "q"}, "documents": {"texts": ["b", "c"]}, \#(rest)}]"#
  }
}
