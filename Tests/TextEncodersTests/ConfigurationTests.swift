import Checkpoints
import TestSupport
import Testing

@testable import TextEncoders

/// `config.json`, field by field.
@Suite struct ConfigurationTests {
  private func members(_ encoder: TinyEncoder) throws -> [String: JSONValue] {
    try Fixtures.json([String: JSONValue].self, "encoders/\(encoder.rawValue)/config.json")
  }

  private func read(_ members: [String: JSONValue]) throws(CheckpointError) -> TextEncoderConfiguration {
    try TextEncoderConfiguration(ConfigurationObject(file: "config.json", members: members))
  }

  @Test func whatIsRead() throws {
    let bert = try read(members(.bert))
    #expect(bert.architecture == .bert && bert.hiddenSize == 48 && bert.headDimension == 12 && bert.tokenTypeCount == 2)
    #expect(bert.layerNormEpsilon == 1e-12 && bert.maximumLength == 512)
    let mpnet = try read(members(.mpnet))
    #expect(mpnet.architecture == .mpnet && mpnet.tokenTypeCount == 0 && mpnet.maximumLength == 512 && mpnet.firstPosition == 2)
  }

  @Test(arguments: TinyEncoder.allCases)
  func everyNeededFieldMissing(_ encoder: TinyEncoder) throws {
    var needed = [
      "model_type", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "vocab_size", "max_position_embeddings",
      "layer_norm_eps", "hidden_act",
    ]
    needed += encoder == .bert ? ["type_vocab_size"] : ["relative_attention_num_buckets", "pad_token_id"]
    for key in needed {
      var changed = try members(encoder)
      changed[key] = nil
      let error = #expect(throws: CheckpointError.self) { _ = try read(changed) }
      #expect(error?.code == .missingValue && error?.reason.hasPrefix("\(key) is missing") == true)
    }
  }

  static let faults: [(TinyEncoder, String, JSONValue, CheckpointError.Code)] = [
    (.bert, "model_type", .string("roberta"), .unsupported),
    (.bert, "hidden_size", .integer(50), .invalidValue),
    (.bert, "hidden_size", .number(48.5), .invalidValue),
    (.bert, "num_attention_heads", .integer(5), .invalidValue),
    (.bert, "num_attention_heads", .integer(48), .invalidValue),
    (.bert, "intermediate_size", .integer(97), .invalidValue),
    (.bert, "vocab_size", .integer(0), .invalidValue),
    (.bert, "layer_norm_eps", .number(1e-20), .invalidValue),
    (.bert, "layer_norm_eps", .integer(0), .invalidValue),
    (.bert, "hidden_act", .string("gelu_new"), .unsupported),
    (.bert, "position_embedding_type", .string("relative_key"), .unsupported),
    (.bert, "is_decoder", .bool(true), .unsupported),
    (.bert, "add_cross_attention", .bool(true), .unsupported),
    (.mpnet, "relative_attention_num_buckets", .integer(64), .unsupported),
    (.mpnet, "pad_token_id", .integer(0), .unsupported),
    (.mpnet, "max_position_embeddings", .integer(1), .invalidValue),
  ]

  @Test(arguments: faults)
  func whatIsRefused(_ encoder: TinyEncoder, _ key: String, _ value: JSONValue, _ code: CheckpointError.Code) throws {
    var changed = try members(encoder)
    changed[key] = value
    let error = #expect(throws: CheckpointError.self) { _ = try read(changed) }
    #expect(error?.code == code, "\(error?.description ?? "")")
    let named = key == "hidden_size" && value == .integer(50) ? "num_attention_heads" : key
    #expect(error?.reason.hasPrefix(named) == true, "\(error?.description ?? "")")
  }

  @Test func whatNewerFilesLeaveOut() throws {
    var changed = try members(.bert)
    changed["position_embedding_type"] = nil
    #expect(try read(changed) == read(members(.bert)))
  }
}
