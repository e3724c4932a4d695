import Foundation
import Tensors
import TestSupport
import Testing

@testable import Checkpoints

/// What a checkpoint says of quantised weights is understood or refused, never ignored.
@Suite struct QuantizationConfigurationTests {
  private func isInt8(_ json: String) throws(CheckpointError) -> Bool {
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(json.utf8)), case .object(let members) = value else {
      throw CheckpointError(.malformedFile, file: "config.json", "is no object")
    }
    return try QuantizationConfiguration.isInt8(ConfigurationObject(file: "config.json", members: members))
  }

  private static let ours = "{\(QuantizationConfiguration.text(kept: ["lm_head", "a\"b"]))}"

  @Test func ownWords() throws {
    #expect(try isInt8(Self.ours))
    #expect(try !isInt8("{}"))
    #expect(try !isInt8(#"{"quantization_config": null, "text_config": {}, "vision_config": {}}"#))
  }

  /// As llm-compressor writes weights of 8 bits for a model of texts.
  @Test func wordsOfOthers() throws {
    #expect(
      try isInt8(
        #"""
        {"quantization_config": {"config_groups": {"group_0": {"input_activations": {"actorder": null, "block_structure": null,
        "dynamic": true, "group_size": null, "num_bits": 8, "observer": null, "observer_kwargs": {}, "strategy": "token",
        "symmetric": true, "type": "int"}, "output_activations": null, "targets": ["Linear"], "weights": {"actorder": null,
        "block_structure": null, "dynamic": false, "group_size": null, "num_bits": 8, "observer": "minmax", "observer_kwargs": {},
        "strategy": "channel", "symmetric": true, "type": "int"}}}, "format": "int-quantized", "global_compression_ratio": 1.5,
        "ignore": ["lm_head"], "kv_cache_scheme": null, "quant_method": "compressed-tensors", "quantization_status": "compressed"}}
        """#))
  }

  @Test(arguments: [
    (#"{"quantization_config": {"quant_method": "gptq", "bits": 4}}"#, "quantization_config.quant_method is \"gptq\""),
    (#"{"quantization_config": {"quant_method": "awq"}}"#, "quantization_config.quant_method is \"awq\""),
    (#"{"quantization_config": {"quant_method": "fp8"}}"#, "quantization_config.quant_method is \"fp8\""),
    (#"{"quantization_config": {"load_in_8bit": true}}"#, "quantization_config.quant_method is missing"),
    (#"{"quantization_config": "int8"}"#, "quantization_config is \"int8\", expected an object"),
    (#"{"quantization": {"bits": 8, "group_size": 64}}"#, "has quantization;"),
    (#"{"compression_config": {}}"#, "has compression_config;"),
    (#"{"text_config": {"quantization_config": {}}}"#, "has text_config.quantization_config;"),
  ])
  func otherMethods(json: String, message: String) {
    do throws(CheckpointError) {
      _ = try isInt8(json)
      Issue.record("understood")
    } catch {
      #expect(error.description.contains(message), "\(error)")
    }
  }

  @Test(arguments: [
    (#""format": "int-quantized""#, #""format": "pack-quantized""#), (#""format": "int-quantized""#, #""format": "float-quantized""#),
    (#""quantization_status": "compressed""#, #""quantization_status": "frozen""#), (#""num_bits": 8"#, #""num_bits": 4"#),
    (#""type": "int""#, #""type": "float""#), (#""symmetric": true, "strategy": "channel""#, #""symmetric": false, "strategy": "channel""#),
    (#""strategy": "channel""#, #""strategy": "group", "group_size": 128"#), (#""strategy": "channel""#, #""strategy": "tensor""#),
    (#""strategy": "channel""#, #""strategy": "channel", "actorder": "weight""#),
    (#""strategy": "token", "dynamic": true"#, #""strategy": "tensor", "dynamic": false"#),
    (#""output_activations": null"#, #""output_activations": {"num_bits": 8}"#),
    (#""kv_cache_scheme": null"#, #""kv_cache_scheme": {"num_bits": 8}"#),
    (#""kv_cache_scheme": null"#, #""sparsity_config": {"format": "x"}"#),
  ])
  func otherForms(own: String, other: String) {
    let changed = Self.ours.replacingOccurrences(of: own, with: other)
    #expect(changed != Self.ours)
    #expect(throws: CheckpointError.self) { try isInt8(changed) }
  }

  private func reader(_ header: String, _ data: [UInt8], quantized: Bool = true) throws -> WeightReader {
    let folder = try TemporaryFolder()
    try folder.write("config.json", quantized ? Self.ours : "{}")
    var header = header
    while header.utf8.count % 8 != 0 { header += " " }
    try folder.write("model.safetensors", SafetensorsBytes(header, data: data).bytes)
    return try WeightReader(Checkpoint(directory: folder.path), precision: .bfloat16, layout: NameLayout([]))
  }

  private static let wholeNumbers = #""w.weight":{"dtype":"I8","shape":[2,4],"data_offsets":[0,8]}"#

  private func bytes(_ scales: [Float]) -> [UInt8] {
    [1, 2, 3, 4, 128, 127, 0, 255] + scales.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }
  }

  @Test func scalesOfAnyFloatingPointType() throws {
    let header = "{\(Self.wholeNumbers),\"w.weight_scale\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[8,16]}}"
    let matrix = try reader(header, bytes([2, 0.5])).matrix("w.weight", shape: [2, 4])
    #expect(matrix.row(0) == [2, 4, 6, 8] && matrix.row(1) == [-64, 63.5, 0, -0.5])
    let half = "{\(Self.wholeNumbers),\"w.weight_scale\":{\"dtype\":\"BF16\",\"shape\":[2,1],\"data_offsets\":[8,12]}}"
    let other = try reader(half, [1, 2, 3, 4, 128, 127, 0, 255, 0, 0x40, 0, 0x3f]).matrix("w.weight", shape: [2, 4])
    #expect(other.row(0) == matrix.row(0) && other.row(1) == matrix.row(1))
  }

  @Test func scalesThatAreWrong() throws {
    expectError(.missingTensor, saying: "does not hold the tensor w.weight_scale of shape [2, 1]") {
      _ = try reader("{\(Self.wholeNumbers)}", Array(bytes([]))).matrixOrFault()
    }
    expectError(.invalidTensor, saying: "w.weight_scale has the shape [1, 1]") {
      _ = try reader("{\(Self.wholeNumbers),\"w.weight_scale\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[8,12]}}", bytes([2]))
        .matrixOrFault()
    }
    for scale in [Float.nan, .infinity, -1] {
      expectError(.invalidTensor, saying: "w.weight_scale holds a scale that is not a positive number") {
        let header = "{\(Self.wholeNumbers),\"w.weight_scale\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[8,16]}}"
        _ = try reader(header, bytes([1, scale])).matrixOrFault()
      }
    }
  }

  @Test func wholeNumbersWithoutAWord() throws {
    expectError(.invalidTensor, saying: "tensor w.weight is stored as I8", "quantization_config") {
      _ = try reader("{\(Self.wholeNumbers)}", bytes([]), quantized: false).matrixOrFault()
    }
    expectError(.invalidTensor, saying: "tensor w.weight is stored as I8") {
      _ = try reader(#"{"w.weight":{"dtype":"I8","shape":[8],"data_offsets":[0,8]}}"#, bytes([])).vector("w.weight", count: 8)
    }
  }
}

extension WeightReader {
  fileprivate func matrixOrFault() throws -> Matrix { try matrix("w.weight", shape: [2, 4]) }
}
