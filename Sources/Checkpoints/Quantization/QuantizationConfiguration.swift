/// What `config.json` says of quantised weights, in the words of compressed-tensors.
///
/// The form that is read and written: matrices as whole numbers of 8 bits, symmetric around zero, and beside each `NAME.weight` a
/// `NAME.weight_scale` of shape [rows, 1]. Every other form is refused: a number that means something else than it seems is worse than none.
enum QuantizationConfiguration {
  /// What the name of a matrix gets to name its scales.
  static let scaleSuffix = "_scale"

  private static let advice =
    "this program reads int8 weights with one scale for each row, as `sightline quantize` writes them; use the original weights"

  /// Whether matrices are stored in int8.
  ///
  /// - Throws: `CheckpointError` when the file speaks of quantisation in any other way.
  static func isInt8(_ configuration: ConfigurationObject) throws(CheckpointError) -> Bool {
    for key in ["quantization", "compression_config"] where configuration.has(key) {
      throw CheckpointError(.unsupported, file: configuration.file, "has \(key); \(advice)")
    }
    for part in ["text_config", "vision_config"] where configuration.has(part) {
      if try configuration.object(part).has("quantization_config") {
        throw CheckpointError(.unsupported, file: configuration.file, "has \(part).quantization_config; \(advice)")
      }
    }
    guard configuration.has("quantization_config") else { return false }
    let description = try configuration.object("quantization_config")
    try description.require("quant_method", .string("compressed-tensors"), because: advice)
    try description.require("format", .string("int-quantized"), because: advice)
    try description.require("quantization_status", .string("compressed"), because: advice)
    for key in ["kv_cache_scheme", "sparsity_config", "transform_config"] where description.has(key) {
      guard try isEmptyObject(description, key) else { throw description.fault(key, "is there; \(advice)") }
    }
    let groups = try description.object("config_groups")
    guard !groups.keys.isEmpty else { throw description.fault("config_groups", "is empty; \(advice)") }
    for name in groups.keys { try check(groups.object(name)) }
    return true
  }

  private static func check(_ group: ConfigurationObject) throws(CheckpointError) {
    if group.has("format") { try group.require("format", .string("int-quantized"), because: advice) }
    let weights = try group.object("weights")
    try weights.require("num_bits", .integer(8), because: advice)
    try weights.require("type", .string("int"), because: advice)
    try weights.require("symmetric", .bool(true), because: advice)
    try weights.require("strategy", .string("channel"), because: advice)
    try weights.require("dynamic", .bool(false), because: advice)
    for key in ["group_size", "block_structure", "actorder"] where weights.has(key) { throw weights.fault(key, "is set; \(advice)") }
    // Activations are quantised as they come, or not at all, by the caller's choice: a file that fixes their scales means another model.
    if group.has("input_activations") {
      try group.object("input_activations").require("dynamic", .bool(true), because: advice)
    }
    if group.has("output_activations") { throw group.fault("output_activations", "is set; \(advice)") }
  }

  private static func isEmptyObject(_ parent: ConfigurationObject, _ key: String) throws(CheckpointError) -> Bool {
    try parent.object(key).keys.isEmpty
  }

  /// The field for `config.json`, with the names of the modules whose weights are not quantised.
  static func text(kept: [String]) -> String {
    let ignored = kept.map(SafetensorsWriter.quoted).joined(separator: ", ")
    let common = #""num_bits": 8, "type": "int", "symmetric": true"#
    return """
      "quantization_config": {
          "quant_method": "compressed-tensors",
          "format": "int-quantized",
          "quantization_status": "compressed",
          "config_groups": {
            "group_0": {
              "targets": ["Linear", "Embedding"],
              "weights": {\(common), "strategy": "channel", "dynamic": false},
              "input_activations": {\(common), "strategy": "token", "dynamic": true},
              "output_activations": null
            }
          },
          "ignore": [\(ignored)],
          "kv_cache_scheme": null
        }
      """
  }
}
