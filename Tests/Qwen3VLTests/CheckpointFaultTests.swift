import Checkpoints
import Foundation
import Qwen3VL
import Tensors
import TestSupport
import Testing

/// Checkpoints that do not belong to their configuration.
@Suite struct CheckpointFaultTests {
  private func expectFault(
    _ code: CheckpointError.Code, saying parts: String..., in checkpoint: TinyCheckpoint = .tied,
    sourceLocation: SourceLocation = #_sourceLocation, change: ([SyntheticCheckpoint.Tensor]) -> [SyntheticCheckpoint.Tensor]
  ) throws {
    let directory = try SmallCheckpoint(checkpoint).write(change: change)
    let error = #expect(throws: CheckpointError.self, sourceLocation: sourceLocation) { _ = try SmallCheckpoint.open(directory) }
    guard let error else { return }
    #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
    for part in [directory] + parts { #expect(error.description.contains(part), "\(error)", sourceLocation: sourceLocation) }
  }

  /// Every tensor of both models, left out.
  @Test(arguments: TinyCheckpoint.allCases)
  func anyTensorMissing(checkpoint: TinyCheckpoint) throws {
    let small = try SmallCheckpoint(checkpoint)
    let names = try small.tensors.map(\.name).filter { $0 != "lm_head.weight" }
    #expect(names.count > 100)
    // Enough of them to see every kind of tensor, few enough to be quick.
    for (index, name) in names.enumerated() where index % 5 == 0 || name.contains("embed") || name.contains("merger") {
      try expectFault(.missingTensor, saying: "does not hold the tensor ", in: checkpoint) { $0.filter { $0.name != name } }
    }
  }

  @Test func anyShapeWrong() throws {
    let names = try SmallCheckpoint().tensors.map(\.name)
    for (index, name) in names.enumerated() where index % 5 == 0 {
      try expectFault(.invalidTensor, saying: "tensor \(name) has the shape ", "but config.json implies ") {
        $0.map { $0.name == name ? .init(name: $0.name, storedName: $0.name, shape: $0.shape + [1]) : $0 }
      }
      try expectFault(.invalidTensor, saying: "tensor \(name) has the shape ") {
        $0.map { $0.name == name ? .init(name: $0.name, storedName: $0.name, shape: [$0.shape[0] + 1] + $0.shape.dropFirst()) : $0 }
      }
    }
  }

  /// As another framework stores the patch embedding: channels last.
  @Test func channelsLast() throws {
    try expectFault(.invalidTensor, saying: "patch_embed.proj.weight has the shape [64, 2, 16, 16, 3]", "[64, 3, 2, 16, 16]") {
      $0.map { $0.shape.count == 5 ? .init(name: $0.name, storedName: $0.name, shape: [64, 2, 16, 16, 3]) : $0 }
    }
  }

  @Test func tensorsOfAnotherModel() throws {
    try expectFault(.leftoverTensors, saying: "holds 1 tensor that this model does not have", "model.language_model.layers.4.x") {
      $0 + [.init(name: "x", storedName: "model.language_model.layers.4.x", shape: [2])]
    }
    try expectFault(.leftoverTensors, saying: "holds 2 tensors that this model does not have", "the first is audio_tower.x") {
      $0 + [.init(name: "x", storedName: "audio_tower.x", shape: [2]), .init(name: "y", storedName: "audio_tower.y", shape: [2])]
    }
  }

  /// The configuration of a shallower model with the weights of a deeper one.
  @Test func fewerLayersThanWeights() throws {
    let deep = try SmallCheckpoint()
    let directory = try deep.write()
    try deep.json.setting("vision_config.depth", .integer(5)).text
      .write(toFile: directory + "/config.json", atomically: true, encoding: .utf8)
    let error = #expect(throws: CheckpointError.self) { _ = try SmallCheckpoint.open(directory) }
    #expect(error?.code == .leftoverTensors)
    #expect(error?.description.contains("model.visual.blocks.5.") == true)
  }

  @Test func twoModelsInOneFolder() throws {
    let prefix = "model.language_model."
    try expectFault(.invalidTensor, saying: "embed_tokens.weight under several prefixes", "two models in one folder") { tensors in
      tensors
        + tensors.filter { $0.name.hasPrefix(prefix) }.map { $0.stored(as: "model." + $0.name.dropFirst(prefix.count)) }
    }
    try expectFault(.invalidTensor, saying: "patch_embed.proj.weight under several prefixes") { tensors in
      tensors + tensors.filter { $0.name.contains("patch_embed") }.map { $0.stored(as: String($0.name.dropFirst("model.".count))) }
    }
  }

  /// A reranker needs the head, an embedder does not: some checkpoints leave it out.
  @Test func untiedWithoutHead() throws {
    let directory = try SmallCheckpoint(.untied).write { $0.filter { $0.name != "lm_head.weight" } }
    let model = try SmallCheckpoint.open(directory)
    #expect(model.head == nil)
    #expect(try SmallCheckpoint.open(SmallCheckpoint(.untied).write()).head != nil)
  }

  /// Some tools store the tied head once more.
  @Test func tiedThatStoresItsHeadAgain() throws {
    let small = try SmallCheckpoint()
    let model = try SmallCheckpoint.open(small.write())
    let directory = try small.write { $0 + $0.filter { $0.name.contains("embed_tokens") }.map { $0.stored(as: "lm_head.weight") } }
    let again = try SmallCheckpoint.open(directory)
    let (head, expected) = (try #require(again.head), try #require(model.head))
    for token in 0..<48 { #expect(head.row(token) == expected.row(token)) }
  }

  /// transformers 4 would use the embedding, transformers 5 the head: neither can be right for everyone.
  @Test func tiedWithAHeadOfItsOwn() throws {
    try expectFault(.invalidTensor, saying: "holds an lm_head.weight that differs from the token embedding", "tie_word_embeddings") {
      $0 + [.init(name: "lm_head.weight", storedName: "lm_head.weight", shape: [48, 64])]
    }
  }

  /// Strange weights are data: they spoil what uses them and nothing else.
  @Test(arguments: Precision.floatingPoint)
  func notANumber(precision: Precision) throws {
    let directory = try SmallCheckpoint().write()
    let clean = try SmallCheckpoint.open(directory, precision)
    let inputs = Samples(configuration: clean.configuration).sequences
    let compute = Compute(precision: precision)
    let expected = try clean.lastHiddenStates(of: inputs, compute)

    let path = directory + "/model.safetensors"
    let entry = try #require(SafetensorsFile(path: path).entries["model.language_model.embed_tokens.weight"])
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    let width = entry.bytes.count / 48
    // Token 47, which no sample has.
    try file.seek(toOffset: UInt64(entry.bytes.upperBound - width))
    try file.write(contentsOf: [UInt8](repeating: 0xff, count: width))
    try file.close()

    let spoilt = try SmallCheckpoint.open(directory, precision)
    let found = try spoilt.lastHiddenStates(of: inputs + [ModelInput(tokens: [1, 47, 2])], compute)
    #expect(bits(Array(found.dropLast())) == bits(expected))
    #expect(found[inputs.count].allSatisfy { $0.isNaN })
    // Memory that held NaN is used again.
    #expect(try bits(spoilt.lastHiddenStates(of: inputs, compute)) == bits(expected))
  }
}
