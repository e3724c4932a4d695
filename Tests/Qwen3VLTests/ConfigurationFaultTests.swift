import CKernels
import Checkpoints
import Testing

@testable import Qwen3VL

/// Every field of `config.json` that the model needs, each missing, of the wrong type, out of range and in contradiction.
@Suite struct ConfigurationFaultTests {
  /// Expects that the published file with changed fields is refused, with a message that names the field.
  private func expectFault(
    _ code: CheckpointError.Code, _ changes: [(String, JSONValue?)], saying parts: String..., base: String = "full-2b",
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var json = try ConfigurationJSON(base)
    _ = try json.configuration
    for (path, value) in changes { json = json.setting(path, value) }
    let error = #expect(throws: CheckpointError.self, "\(changes)", sourceLocation: sourceLocation) { try json.configuration }
    guard let error else { return }
    #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
    for part in ["config.json: "] + parts { #expect(error.description.contains(part), "\(error)", sourceLocation: sourceLocation) }
  }

  private static let decoderNumbers = [
    "hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim", "intermediate_size", "vocab_size",
    "max_position_embeddings",
  ].map { "text_config." + $0 }

  private static let visionNumbers = [
    "hidden_size", "depth", "num_heads", "intermediate_size", "out_hidden_size", "patch_size", "temporal_patch_size", "in_channels",
    "spatial_merge_size", "num_position_embeddings",
  ].map { "vision_config." + $0 }

  private static let tokens = ["image_token_id", "video_token_id", "vision_start_token_id", "vision_end_token_id"]
  private static let numbers = decoderNumbers + visionNumbers + tokens

  private static let others = [
    "model_type", "text_config", "vision_config", "text_config.rms_norm_eps", "text_config.rope_theta", "text_config.hidden_act",
    "text_config.attention_bias", "text_config.rope_scaling", "text_config.rope_scaling.rope_type",
    "text_config.rope_scaling.mrope_interleaved", "text_config.rope_scaling.mrope_section", "vision_config.hidden_act",
    "vision_config.deepstack_visual_indexes",
  ]

  @Test(arguments: numbers + others)
  func missing(path: String) throws {
    try expectFault(.missingValue, [(path, nil)], saying: "\(path) is missing")
    try expectFault(.missingValue, [(path, .null)], saying: "\(path) is missing")
  }

  @Test func missingInBothPlaces() throws {
    try expectFault(
      .missingValue, [("tie_word_embeddings", nil), ("text_config.tie_word_embeddings", nil)],
      saying: "text_config.tie_word_embeddings is missing")
  }

  @Test(arguments: numbers)
  func notAWholeNumber(path: String) throws {
    for value in [JSONValue.bool(true), .bool(false), .string("16"), .number(16.5), .array([.integer(16)]), .object([:]), .number(1e20)] {
      try expectFault(.invalidValue, [(path, value)], saying: "\(path) is ", ", expected ")
    }
  }

  @Test(arguments: numbers)
  func numberOutOfRange(path: String) throws {
    for value in [Int.min, -1, 1 << 32, .max] {
      try expectFault(.invalidValue, [(path, .integer(value))], saying: "\(path) is \(value), expected ")
    }
    guard !Self.tokens.contains(path) else { return }
    try expectFault(.invalidValue, [(path, .integer(0))], saying: "\(path) is 0, expected ")
  }

  @Test(arguments: [
    "text_config", "vision_config", "text_config.rope_scaling", "text_config.rms_norm_eps", "text_config.rope_theta",
    "text_config.rope_scaling.mrope_section", "vision_config.deepstack_visual_indexes", "tie_word_embeddings",
  ])
  func otherType(path: String) throws {
    try expectFault(.invalidValue, [(path, .string("x"))], saying: "\(path) is \"x\", expected ")
  }

  @Test(arguments: [JSONValue.integer(0), .number(-1e-6), .number(1e-60), .number(0.5), .number(1e300), .bool(true)])
  func epsilon(value: JSONValue) throws {
    try expectFault(.invalidValue, [("text_config.rms_norm_eps", value)], saying: "text_config.rms_norm_eps is ", ", expected ")
  }

  @Test(arguments: [JSONValue.integer(0), .number(-5e6), .number(1e-300), .number(0.5), .number(1e300), .bool(true)])
  func ropeTheta(value: JSONValue) throws {
    try expectFault(.invalidValue, [("text_config.rope_theta", value)], saying: "text_config.rope_theta is ", ", expected ")
  }

  @Test(arguments: [
    ("model_type", JSONValue.string("qwen2_vl"), "loader of qwen3_vl"), ("model_type", .string("qwen3_vl_moe"), "qwen3_vl"),
    ("model_type", .integer(3), "qwen3_vl"), ("text_config.hidden_act", .string("gelu"), "only silu"),
    ("text_config.attention_bias", .bool(true), "biases"), ("text_config.attention_bias", .integer(0), "biases"),
    ("text_config.rope_scaling.rope_type", .string("yarn"), "only the default rotary positions"),
    ("text_config.rope_scaling.mrope_interleaved", .bool(false), "only interleaved M-RoPE"),
    ("vision_config.hidden_act", .string("gelu"), "only gelu_pytorch_tanh"),
    ("vision_config.hidden_act", .string("quick_gelu"), "only gelu_pytorch_tanh"),
  ])
  func unsupported(path: String, value: JSONValue, message: String) throws {
    try expectFault(.unsupported, [(path, value)], saying: "\(path) is ", message)
  }

  @Test func tiedAndNot() throws {
    try expectFault(.invalidValue, [("tie_word_embeddings", .bool(false))], saying: "tie_word_embeddings is false, but text_config.tie_")
    try expectFault(.invalidValue, [("text_config.tie_word_embeddings", .bool(false))], saying: "tie_word_embeddings is true, but")
  }

  @Test func widthsOfTowerAndDecoder() throws {
    try expectFault(
      .invalidValue, [("vision_config.out_hidden_size", .integer(1_024))],
      saying: "vision_config.out_hidden_size is 1024, but text_config.hidden_size is 2048")
  }

  @Test func headsThatDoNotDivide() throws {
    try expectFault(
      .invalidValue, [("text_config.num_key_value_heads", .integer(3))],
      saying: "text_config.num_attention_heads is 16, which num_key_value_heads = 3 does not divide")
    try expectFault(.invalidValue, [("text_config.num_key_value_heads", .integer(32))], saying: "text_config.num_attention_heads is 16")
    try expectFault(
      .invalidValue, [("vision_config.num_heads", .integer(12))],
      saying: "vision_config.hidden_size is 1024, expected a multiple of 4 * num_heads = 48")
    // 1024 / 512 = 2 numbers per head, which cannot be cut into the four parts of a rotation by rows and columns.
    try expectFault(.invalidValue, [("vision_config.num_heads", .integer(512))], saying: "vision_config.hidden_size is 1024")
  }

  /// The kernels keep one head on the stack: a larger one must not reach them.
  @Test func headsThatAreTooLarge() throws {
    #expect(Configuration.maximumHeadDimension == Int(SL_HEAD_DIM_MAX))
    let larger = Configuration.maximumHeadDimension + 2
    try expectFault(
      .invalidValue,
      [
        ("text_config.head_dim", .integer(larger)),
        ("text_config.rope_scaling.mrope_section", .array([larger / 2, 0, 0].map(JSONValue.integer))),
      ],
      saying: "text_config.head_dim is \(larger), expected a whole number from 2 to \(larger - 2)")
    try expectFault(
      .invalidValue, [("vision_config.num_heads", .integer(4))],
      saying: "vision_config.num_heads is 4, which makes heads of 256 numbers; at most 128")
  }

  @Test(arguments: [
    ("text_config.hidden_size", 2_047), ("text_config.head_dim", 127), ("text_config.intermediate_size", 6_143),
    ("vision_config.intermediate_size", 4_095), ("vision_config.out_hidden_size", 2_047), ("vision_config.patch_size", 15),
  ])
  func oddSizes(path: String, value: Int) throws {
    try expectFault(.invalidValue, [(path, .integer(value))], saying: "\(path) is \(value), expected an even number")
  }

  @Test(arguments: [
    ([], "three numbers whose sum is head_dim / 2 = 64"), ([64], "three numbers"), ([32, 32], "three numbers"),
    ([24, 20, 20, 0], "three numbers"), ([24, 20, 21], "three numbers"), ([24, 20, 19], "three numbers"), ([0, 0, 0], "three numbers"),
    // Of 64 frequencies there are 21 for height (1, 4 … 61) and 21 for width (2, 5 … 62).
    ([20, 22, 22], "interleaving leaves no room"), ([22, 22, 20], "interleaving leaves no room"),
    ([22, 20, 22], "interleaving leaves no room"),
    ([0, 32, 32], "interleaving leaves no room"), ([-4, 34, 34], "whole numbers from 0 to"),
    ([1_000, -1_000, 64], "whole numbers from 0 to"),
  ])
  func rotarySections(section: [Int], message: String) throws {
    let path = "text_config.rope_scaling.mrope_section"
    try expectFault(.invalidValue, [(path, .array(section.map(JSONValue.integer)))], saying: "\(path) is \(section)", message)
  }

  @Test func largestRotarySections() throws {
    let json = try ConfigurationJSON("full-2b")
    let path = "text_config.rope_scaling.mrope_section"
    for section in [[22, 21, 21], [64, 0, 0], [43, 21, 0]] {
      let configuration = try json.setting(path, .array(section.map(JSONValue.integer))).configuration
      let axes = DecoderPositions.axes(configuration.decoder)
      #expect((0..<3).map { axis in axes.count { $0 == axis } } == section)
    }
  }

  @Test(arguments: [
    ([5, 5], "block numbers in rising order"), ([11, 5], "block numbers in rising order"), ([24], "whole numbers from 0 to 23"),
    ([-1, 5], "whole numbers from 0 to 23"), ([5, 11, .max], "whole numbers from 0 to 23"),
  ])
  func deepstack(blocks: [Int], message: String) throws {
    let path = "vision_config.deepstack_visual_indexes"
    try expectFault(.invalidValue, [(path, .array(blocks.map(JSONValue.integer)))], saying: "\(path) is \(blocks)", message)
  }

  @Test func moreDeepstackThanLayers() throws {
    let blocks = JSONValue.array((0..<3).map(JSONValue.integer))
    let json = try ConfigurationJSON("full-2b").setting("vision_config.deepstack_visual_indexes", blocks)
    #expect(try json.setting("text_config.num_hidden_layers", .integer(4)).configuration.decoder.layerCount == 4)
    try expectFault(
      .invalidValue, [("vision_config.deepstack_visual_indexes", blocks), ("text_config.num_hidden_layers", .integer(3))],
      saying: "vision_config.deepstack_visual_indexes names 3 blocks; a decoder of 3 layers takes up at most 2")
  }

  @Test(arguments: [2, 2_303, 2_305, 1_048_575])
  func positionsThatAreNoSquare(count: Int) throws {
    try expectFault(
      .invalidValue, [("vision_config.num_position_embeddings", .integer(count))],
      saying: "vision_config.num_position_embeddings is \(count), expected a square number")
  }

  @Test func tokensOutsideTheVocabularyOrEqual() throws {
    for token in Self.tokens {
      try expectFault(.invalidValue, [(token, .integer(151_936))], saying: "\(token) is 151936, expected a whole number from 0 to 151935")
    }
    try expectFault(.invalidValue, [("video_token_id", .integer(151_655))], saying: "video_token_id is 151655, and so is image_token_id")
  }

  /// The two places for rotary parameters must not contradict each other.
  @Test func rotaryParametersInTwoPlaces() throws {
    func rotary(_ section: [Int], theta: Int?) -> JSONValue {
      var members: [String: JSONValue] = [
        "rope_type": .string("default"), "mrope_interleaved": .bool(true), "mrope_section": .array(section.map(JSONValue.integer)),
      ]
      members["rope_theta"] = theta.map(JSONValue.integer)
      return .object(members)
    }
    let new = "text_config.rope_parameters"
    try expectFault(.invalidValue, [(new, rotary([24, 21, 19], theta: nil))], saying: "text_config.rope_scaling says something else")
    try expectFault(
      .invalidValue, [(new, rotary([24, 20, 20], theta: 10_000))], saying: "\(new).rope_theta is 10000.0, but the rope_theta beside it")
    try expectFault(
      .invalidValue, [("text_config.rope_scaling", rotary([24, 20, 20], theta: 10_000))], saying: "rope_scaling.rope_theta is 10000.0, but")
    try expectFault(
      .missingValue, [(new, rotary([24, 20, 20], theta: nil)), ("text_config.rope_theta", nil)], saying: "text_config.rope_theta is missing"
    )
    try expectFault(.missingValue, [(new, .object([:])), ("text_config.rope_scaling", nil)], saying: "\(new).rope_type is missing")
  }
}
