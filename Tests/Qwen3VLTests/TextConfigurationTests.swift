import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import Qwen3VL

struct TextConfigurationTests {
  private static func configuration(_ changes: [String: JSONValue]) throws -> TextConfiguration {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(Fixtures.root)/checkpoints/tiny-qwen3/config.json"))
    let members = try JSONDecoder().decode([String: JSONValue].self, from: data).merging(changes) { $1 }
    return try TextConfiguration(ConfigurationObject(file: "config.json", members: members))
  }

  @Test
  func positionsAreOneAxis() throws {
    let configuration = try Self.configuration([:])
    #expect(configuration.decoder.ropeTheta == 1e6 && configuration.tiesWordEmbeddings)
    #expect(DecoderPositions.axes(configuration.decoder).allSatisfy { $0 == 0 })
  }

  @Test
  func bothPlacesOfRotaryPositionsAreRead() throws {
    let parameters = JSONValue.object(["rope_type": .string("default"), "rope_theta": .integer(1_000_000)])
    let plain = try Self.configuration([:])
    #expect(try Self.configuration(["rope_parameters": parameters, "rope_theta": .null]) == plain)
    #expect(try Self.configuration(["rope_parameters": parameters]) == plain)
  }

  @Test(arguments: [
    ("model_type", JSONValue.string("qwen3_vl")), ("rope_theta", .null), ("rope_theta", .number(0.5)), ("use_sliding_window", .bool(true)),
    ("layer_types", .array([.string("full_attention"), .string("sliding_attention"), .string("full_attention")])),
    ("layer_types", .integer(3)), ("rope_scaling", .object(["rope_type": .string("yarn"), "factor": .number(4)])),
    ("rope_scaling", .object(["rope_type": .string("default"), "mrope_section": .array([.integer(8), .integer(4), .integer(4)])])),
    ("rope_parameters", .object(["rope_type": .string("default"), "rope_theta": .integer(5_000_000)])), ("attention_bias", .bool(true)),
    ("tie_word_embeddings", .null), ("head_dim", .integer(33)),
  ])
  func whatIsNotSupportedIsRefusedByName(_ field: String, _ value: JSONValue) throws {
    let error = try #require(throws: CheckpointError.self) { try Self.configuration([field: value]) }
    #expect(error.description.contains(field), "\(error)")
  }
}
