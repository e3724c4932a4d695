import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite struct ModelKindTests {
  @Test(arguments: [
    ("Qwen3-VL-Embedding-2B", ModelKind.embedding),
    ("qwen3-vl-reranker-8b", .reranking),
    ("models--Qwen--Qwen3-VL-Reranker-2B/snapshots/0123abcd", .reranking),
    ("embedding-experiments/Qwen3-VL-Reranker-2B/", .reranking),
    ("embedding-experiments/best", nil),
    ("embedding-and-reranker", nil),
    ("tiny", nil),
  ])
  func theNameOfTheFolderTells(_ folder: String, _ expected: ModelKind?) throws {
    #expect(try ModelKind(ofModelIn: "/models/" + folder) == expected)
  }

  @Test(arguments: [
    (#"{"model_type": "SentenceTransformer"}"#, ModelKind.embedding),
    (#"{"model_type": "CrossEncoder"}"#, .reranking),
  ])
  func theLibrarysConfigurationComesBeforeTheName(_ text: String, _ expected: ModelKind) throws {
    let file = try TemporaryFile.write(text, named: "Embedding-Reranker/config_sentence_transformers.json")
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    #expect(try ModelKind(ofModelIn: folder) == expected)
  }

  @Test func whatTheConfigurationLeavesOpenTheNameTells() throws {
    for text in ["{}", #"{"model_type": "SparseEncoder"}"#] {
      let file = try TemporaryFile.write(text, named: "Reranker/config_sentence_transformers.json")
      #expect(try ModelKind(ofModelIn: URL(fileURLWithPath: file).deletingLastPathComponent().path) == .reranking)
    }
  }

  @Test func aBrokenConfigurationIsNotPassedOver() throws {
    for text in ["{", #"{"model_type": 7}"#] {
      let file = try TemporaryFile.write(text, named: "Reranker/config_sentence_transformers.json")
      #expect(throws: CheckpointError.self) { try ModelKind(ofModelIn: URL(fileURLWithPath: file).deletingLastPathComponent().path) }
    }
  }

  @Test(.enabled(if: Fixtures.hasShared, "../shared/data is not there"))
  func thePublishedEmbeddingModelIsKnown() throws {
    #expect(try ModelKind(ofModelIn: Fixtures.shared + "/tokenizer") == .embedding)
  }
}
