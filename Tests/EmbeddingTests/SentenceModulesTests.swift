import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import Embedding

/// The files around an encoder: what they may say, and what is refused in a sentence.
@Suite struct SentenceModulesTests {
  /// The tiny BERT's folder with one file changed.
  private func folder(_ file: String, _ change: (String) -> String?) throws -> String {
    let directory = "\(Fixtures.temporary)/modules-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory + "/1_Pooling", withIntermediateDirectories: true)
    let source = try TinyEncoder.bert.directory
    let names = [
      "config.json", "modules.json", "sentence_bert_config.json", "1_Pooling/config.json", "model.safetensors", "tokenizer.json",
    ]
    for name in names {
      if name == file {
        try change(String(contentsOfFile: "\(source)/\(name)", encoding: .utf8))?
          .write(toFile: "\(directory)/\(name)", atomically: true, encoding: .utf8)
      } else {
        try FileManager.default.createSymbolicLink(atPath: "\(directory)/\(name)", withDestinationPath: "\(source)/\(name)")
      }
    }
    return directory
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    let file: String
    let from: String
    let to: String
    let code: CheckpointError.Code
    let words: String

    var testDescription: String { "\(file): \(to)" }
  }

  static let faults: [Fault] = [
    .init(file: "modules.json", from: "models.Normalize", to: "models.Dense", code: .unsupported, words: "then Pooling, then Normalize"),
    .init(file: "modules.json", from: "models.Transformer", to: "models.CLIPModel", code: .unsupported, words: "CLIPModel"),
    .init(file: "modules.json", from: #""path": "1_Pooling""#, to: #""path": "../x""#, code: .invalidValue, words: "within this one"),
    .init(file: "modules.json", from: #""path": """#, to: #""path": "0_Transformer""#, code: .invalidValue, words: "folder itself"),
    .init(file: "modules.json", from: #""type""#, to: #""kind""#, code: .missingValue, words: "[0].type is missing"),
    .init(file: "1_Pooling/config.json", from: "mean_tokens\": true", to: "mean_tokens\": false", code: .unsupported, words: "mean"),
    .init(file: "1_Pooling/config.json", from: "cls_token\": false", to: "cls_token\": true", code: .unsupported, words: "mean"),
    .init(file: "1_Pooling/config.json", from: "max_tokens\": false", to: "weightedmean_tokens\": true", code: .unsupported, words: "mean"),
    .init(file: "1_Pooling/config.json", from: ": 48", to: ": 64", code: .invalidValue, words: "is 64, but hidden_size"),
    .init(file: "sentence_bert_config.json", from: "256", to: "513", code: .invalidValue, words: "max_seq_length is 513"),
    .init(file: "sentence_bert_config.json", from: "max_seq_length", to: "length", code: .missingValue, words: "max_seq_length is missing"),
    .init(file: "sentence_bert_config.json", from: "false", to: "true", code: .unsupported, words: "tokenizer's business"),
  ]

  @Test(arguments: faults)
  func whatIsRefused(_ fault: Fault) throws {
    let directory = try folder(fault.file) { text in
      #expect(text.contains(fault.from))
      return text.replacing(fault.from, with: fault.to)
    }
    let error = #expect(throws: CheckpointError.self) { _ = try SentenceEmbedder(directory: directory) }
    #expect(error?.code == fault.code && error?.file == "\(directory)/\(fault.file)", "\(error?.description ?? "")")
    #expect(error?.reason.contains(fault.words) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: ["modules.json", "sentence_bert_config.json", "1_Pooling/config.json"])
  func whatMustBeThere(_ file: String) throws {
    let directory = try folder(file) { _ in nil }
    let error = #expect(throws: CheckpointError.self) { _ = try SentenceEmbedder(directory: directory) }
    #expect(error?.code == .missingFile && error?.file == "\(directory)/\(file)")
  }

  @Test func notALineOfModules() throws {
    for text in ["{}", "[1]", "[", "[]"] {
      let directory = try folder("modules.json") { _ in text }
      #expect(throws: CheckpointError.self) { _ = try SentenceEmbedder(directory: directory) }
    }
  }

  /// As sentence-transformers 6 writes it.
  @Test func theNewerFormOfPooling() throws {
    let directory = try folder("1_Pooling/config.json") { _ in
      #"{"embedding_dimension": 48, "pooling_mode": "mean", "include_prompt": true}"#
    }
    #expect(try SentenceEmbedder(directory: directory).dimensions == 48)
    let other = try folder("1_Pooling/config.json") { _ in #"{"embedding_dimension": 48, "pooling_mode": "cls", "include_prompt": true}"# }
    #expect(throws: CheckpointError.self) { _ = try SentenceEmbedder(directory: other) }
  }

  @Test func aTokenizerOfAnotherModel() throws {
    let directory = try folder("tokenizer.json") { _ in
      try? String(contentsOfFile: "\(Fixtures.root)/tokenizer/bert/mpnet/tokenizer.json", encoding: .utf8)
    }
    let error = #expect(throws: ModelError.self) { _ = try SentenceEmbedder(directory: directory) }
    #expect(error?.description.contains("do not belong together") == true)
  }
}
