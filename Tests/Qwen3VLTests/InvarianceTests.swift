import Qwen3VL
import Tensors
import TestSupport
import Testing

/// A result does not depend on company: the same bits alone, in any batch, in any order, on any number of threads.
@Suite struct InvarianceTests {
  private func setUp(_ setting: Setting) throws -> (model: Qwen3VLModel, inputs: [ModelInput], alone: [[Float]]) {
    let model = try setting.model
    let inputs = Samples(configuration: model.configuration).sequences
    let compute = setting.compute(threads: 1)
    let alone = try inputs.map { try model.lastHiddenStates(of: [$0], compute)[0] }
    #expect(alone.allSatisfy { $0.count == model.configuration.decoder.hiddenSize && $0.allSatisfy { $0.isFinite } })
    #expect(Set(bits(alone)).count == inputs.count)
    return (model, inputs, alone)
  }

  @Test(arguments: Setting.all)
  func anyBatchInAnyOrder(setting: Setting) throws {
    let (model, inputs, alone) = try setUp(setting)
    let compute = setting.compute()
    var orders = [Array(inputs.indices), inputs.indices.reversed(), [2, 2, 2], [4, 0], [0, 4], [7, 6, 5, 1]]
    orders += (1..<3).map { shift in inputs.indices.map { ($0 + 3 * shift) % inputs.count } }
    for order in orders {
      let found = try model.lastHiddenStates(of: order.map { inputs[$0] }, compute)
      #expect(bits(found) == bits(order.map { alone[$0] }), "\(order)")
    }
  }

  @Test(arguments: Setting.fastest)
  func anyNumberOfThreads(setting: Setting) throws {
    let (model, inputs, alone) = try setUp(setting)
    for threads in 1...3 {
      let compute = setting.compute(threads: threads)
      #expect(try bits(model.lastHiddenStates(of: inputs, compute)) == bits(alone), "\(threads) threads")
      for (input, expected) in zip(inputs, alone) {
        #expect(try bits(model.lastHiddenStates(of: [input], compute)) == bits([expected]), "\(threads) threads")
      }
    }
  }

  /// Where someone looks, the last layer runs for all tokens instead of the last ones only.
  @Test(arguments: Setting.all)
  func anyoneLooking(setting: Setting) throws {
    let (model, inputs, alone) = try setUp(setting)
    var stages: [String] = []
    var tokens = 0
    let observe = StageObserver { stage, rows in
      stages.append(stage)
      if stage == "decoder.norm" { tokens = rows.count }
    }
    #expect(try bits(model.lastHiddenStates(of: inputs, setting.compute(), observe: observe)) == bits(alone))
    #expect(tokens == inputs.reduce(0) { $0 + $1.tokens.count })
    let blocks = model.configuration.vision.blockCount + model.configuration.vision.deepstackBlocks.count
    #expect(stages.count == 3 + blocks + 2 + model.configuration.decoder.layerCount)
    #expect(stages.first == "vision.patch_embedding" && stages.last == "decoder.norm")
  }

  /// A neighbour of strange numbers in the same tile, and memory that held them, leave no trace.
  @Test(arguments: Setting.all)
  func anyNeighbour(setting: Setting) throws {
    let (model, inputs, alone) = try setUp(setting)
    let sample = Samples(configuration: model.configuration).input(.text(3), .picture(4, 4), .text(2), seed: 9)
    let values = sample.pictures[0].values.indices.map { [Float.nan, .infinity, -.infinity, 3e38][$0 % 4] }
    let strange = ModelInput(tokens: sample.tokens, pictures: [Patches(gridHeight: 4, gridWidth: 4, values: values)])
    let compute = setting.compute()
    var batch: [ModelInput] = []
    for input in inputs { batch += [strange, input] }
    let found = try model.lastHiddenStates(of: batch, compute)
    #expect(bits(inputs.indices.map { found[2 * $0 + 1] }) == bits(alone))
    #expect(found[0].contains { $0.isNaN })
    #expect(try bits(model.lastHiddenStates(of: inputs, compute)) == bits(alone))
  }

  /// Pictures of more patches than go through the vision tower at once.
  @Test(arguments: Setting.fastest)
  func anyNumberOfPictures(setting: Setting) throws {
    let model = try setting.model
    let samples = Samples(configuration: model.configuration)
    // 11 times (256 + 512 + 8) patches are more than 8,192.
    let inputs = (0..<11).map { samples.input(.text(2), .picture(16, 16), .picture(2, 4), .picture(16, 32), .text(1), seed: UInt64($0)) }
    let compute = setting.compute()
    var passes: [Int] = []
    let observe = StageObserver { stage, rows in if stage == "vision.merger" { passes.append(rows.count * 4) } }
    let alone = try inputs.map { try model.lastHiddenStates(of: [$0], compute, observe: observe)[0] }
    #expect(passes == inputs.map { _ in 776 })
    passes = []
    #expect(try bits(model.lastHiddenStates(of: inputs, compute, observe: observe)) == bits(alone))
    #expect(passes.count == 2 && passes.reduce(0, +) == 11 * 776 && passes.allSatisfy { $0 <= 8_192 })
  }
}
