import Checkpoints
import Qwen3VL
import Tensors
import TestSupport
import Testing

/// Ways to compute the same thing agree, and what is another thing is seen to be.
@Suite struct AgreementTests {
  /// Instruction sets round in other places, so they agree as far as the reference does with either.
  @Test(arguments: Setting.fastest)
  func instructionSets(setting: Setting) throws {
    let model = try setting.model
    let inputs = Samples(configuration: model.configuration).sequences
    let portable = try #require(InstructionSet.available.last)
    #expect(portable.description == "portable")
    let expected = try stages(model, inputs, Compute(precision: setting.precision, instructionSet: portable))
    for instructionSet in InstructionSet.available {
      let found = try stages(model, inputs, Compute(precision: setting.precision, instructionSet: instructionSet))
      #expect(found.map(\.name) == expected.map(\.name))
      for (stage, reference) in zip(found, expected) {
        let difference = Difference(stage.rows, reference.rows)
        #expect(
          difference.relativeMaximum <= Tolerance.stage(setting.precision), "\(instructionSet) \(stage.name) \(difference.relativeMaximum)")
      }
    }
  }

  private func stages(_ model: Qwen3VLModel, _ inputs: [ModelInput], _ compute: Compute) throws -> [(name: String, rows: [[Float]])] {
    var stages: [(name: String, rows: [[Float]])] = []
    let states = try model.lastHiddenStates(of: inputs, compute, observe: StageObserver { stages.append(($0, $1)) })
    return stages + [("embedding", states)]
  }

  @Test(arguments: TinyCheckpoint.allCases)
  func precisions(checkpoint: TinyCheckpoint) throws {
    let checkpoint = try Checkpoint(directory: checkpoint.directory)
    let full = try Qwen3VLModel.open(checkpoint, precision: .float32).model
    let half = try Qwen3VLModel.open(checkpoint, precision: .bfloat16).model
    let inputs = Samples(configuration: full.configuration).sequences
    let expected = try full.lastHiddenStates(of: inputs, Compute(precision: .float32))
    let found = try half.lastHiddenStates(of: inputs, Compute(precision: .bfloat16))
    let difference = Difference(found, expected)
    #expect(difference.lowestCosine >= Tolerance.embeddingCosine(.bfloat16), "\(difference)")
    #expect(difference.relativeMaximum > 1e-5, "bf16 was not used: \(difference)")
  }

  /// How far a changed sequence must be from the original: much farther than rounding.
  private func expectDifferent(
    _ setting: Setting, _ changed: ModelInput, _ original: ModelInput, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let found = try setting.model.lastHiddenStates(of: [changed, original], setting.compute())
    let difference = Difference([found[0]], [found[1]])
    #expect(difference.relativeMaximum > 0.01, "\(difference)", sourceLocation: sourceLocation)
  }

  /// The same patches in another arrangement.
  @Test(arguments: Setting.fastest)
  func turnedPicture(setting: Setting) throws {
    let samples = Samples(configuration: try setting.model.configuration)
    let original = samples.input(.text(2), .picture(4, 8), .text(2))
    let picture = original.pictures[0]
    let turned = Patches(gridHeight: 8, gridWidth: 4, values: picture.values)
    try expectDifferent(setting, ModelInput(tokens: original.tokens, pictures: [turned]), original)
  }

  /// A square picture mirrored along its diagonal: rows and columns change places, the grid stays.
  @Test(arguments: Setting.fastest)
  func transposedPicture(setting: Setting) throws {
    let configuration = try setting.model.configuration
    let original = Samples(configuration: configuration).input(.text(2), .picture(8, 8), .text(2))
    let values = original.pictures[0].values
    let features = configuration.vision.patchFeatures
    // Patches lie merge block by merge block.
    func place(_ row: Int, _ column: Int) -> Int { (row / 2 * 4 + column / 2) * 4 + row % 2 * 2 + column % 2 }
    var transposed = values
    for row in 0..<8 {
      for column in 0..<8 {
        let source = place(column, row) * features
        transposed.replaceSubrange(
          place(row, column) * features..<(place(row, column) + 1) * features, with: values[source..<source + features])
      }
    }
    #expect(transposed != values)
    let picture = Patches(gridHeight: 8, gridWidth: 8, values: transposed)
    try expectDifferent(setting, ModelInput(tokens: original.tokens, pictures: [picture]), original)
  }

  @Test(arguments: Setting.fastest)
  func swappedPictures(setting: Setting) throws {
    let samples = Samples(configuration: try setting.model.configuration)
    let original = samples.input(.text(2), .picture(4, 4), .text(1), .picture(4, 4), .text(2))
    try expectDifferent(setting, ModelInput(tokens: original.tokens, pictures: original.pictures.reversed()), original)
  }

  @Test(arguments: Setting.fastest)
  func swappedWords(setting: Setting) throws {
    let original = Samples(configuration: try setting.model.configuration).input(.text(9))
    var tokens = original.tokens
    tokens.swapAt(2, 5)
    #expect(tokens != original.tokens)
    try expectDifferent(setting, ModelInput(tokens: tokens), original)
  }

  /// Sizes that no vector width divides, on all kernels.
  @Test(arguments: Precision.floatingPoint)
  func oddSizes(precision: Precision) throws {
    let json = try ConfigurationJSON.small(.untied)
      .setting("text_config.hidden_size", .integer(50)).setting("vision_config.out_hidden_size", .integer(50))
      .setting("text_config.head_dim", .integer(10)).setting("text_config.num_attention_heads", .integer(9))
      .setting("text_config.num_key_value_heads", .integer(3)).setting("text_config.intermediate_size", .integer(38))
      .setting("text_config.rope_scaling.mrope_section", .array([2, 2, 1].map { .integer($0) }))
      .setting("vision_config.hidden_size", .integer(60)).setting("vision_config.num_heads", .integer(3))
      .setting("vision_config.intermediate_size", .integer(34)).setting("vision_config.patch_size", .integer(6))
      .setting("vision_config.temporal_patch_size", .integer(1)).setting("vision_config.num_position_embeddings", .integer(9))
    let model = try SmallCheckpoint.open(SmallCheckpoint(json).write(), precision)
    let inputs = Samples(configuration: model.configuration).sequences
    let portable = try #require(InstructionSet.available.last)
    let expected = try model.lastHiddenStates(of: inputs, Compute(precision: precision, instructionSet: portable))
    for instructionSet in InstructionSet.available {
      let compute = Compute(precision: precision, instructionSet: instructionSet)
      let found = try model.lastHiddenStates(of: inputs, compute)
      #expect(Difference(found, expected).relativeMaximum <= Tolerance.stage(precision))
      #expect(try bits(inputs.map { try model.lastHiddenStates(of: [$0], compute)[0] }) == bits(found))
    }
  }
}
