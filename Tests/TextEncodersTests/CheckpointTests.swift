import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

@testable import TextEncoders

/// What is taken from a checkpoint, and what is refused.
@Suite struct CheckpointTests {
  private func fault(_ directory: String) -> CheckpointError? {
    #expect(throws: CheckpointError.self) { _ = try TextEncoder.open(Checkpoint(directory: directory), precision: .float32) }
  }

  @Test(arguments: TinyEncoder.allCases)
  func weightsStayInTheFile(_ encoder: TinyEncoder) throws {
    #expect(try TextEncoder.open(Checkpoint(directory: encoder.directory), precision: .float32).convertedBytes == 0)
  }

  @Test(arguments: TinyEncoder.allCases)
  func anyTensorMissingOrOfAnotherShape(_ encoder: TinyEncoder) throws {
    let small = try SmallEncoder(encoder)
    #expect(small.tensors.count == 37)
    for tensor in small.tensors {
      let missing = fault(try small.write { $0.filter { $0.name != tensor.name } })
      #expect(missing?.code == .missingTensor && missing?.reason.contains(tensor.name) == true, "\(tensor.name)")
      let longer = SyntheticCheckpoint.Tensor(
        name: tensor.name, storedName: tensor.name, shape: [tensor.shape[0] + 1] + tensor.shape.dropFirst())
      let wrong = fault(try small.write { $0.map { $0.name == tensor.name ? longer : $0 } })
      #expect(wrong?.code == .invalidTensor && wrong?.reason.contains(tensor.name) == true, "\(tensor.name)")
    }
  }

  @Test(arguments: TinyEncoder.allCases)
  func onlyKnownTensorsAreLeftOut(_ encoder: TinyEncoder) throws {
    let small = try SmallEncoder(encoder)
    let unused: [SyntheticCheckpoint.Tensor] = TextEncoder.unusedTensors.map { .init(name: $0, storedName: $0, shape: [3]) }
    _ = try TextEncoder.open(Checkpoint(directory: small.write { $0 + unused }), precision: .float32)
    for stranger in ["encoder.layer.2.output.dense.bias", "lm_head.bias", "pooler.dense.extra", "cls.predictions.bias"] {
      let error = fault(try small.write { $0 + [.init(name: stranger, storedName: stranger, shape: [3])] })
      #expect(error?.code == .leftoverTensors && error?.reason.contains(stranger) == true)
    }
  }

  @Test(arguments: TinyEncoder.allCases)
  func theModelAsAPartOfALargerOne(_ encoder: TinyEncoder) throws {
    let small = try SmallEncoder(encoder)
    let compute = Compute(precision: .float32)
    let tokens: [[Int32]] = [[5, 6, 7]]
    let plain = try TextEncoder.open(Checkpoint(directory: small.write { $0 }), precision: .float32).model
    let expected = try plain.meanStates(of: tokens, compute)
    let prefix = encoder == .bert ? "bert." : "mpnet."
    let pooler = SyntheticCheckpoint.Tensor(name: "p", storedName: prefix + "pooler.dense.weight", shape: [2])
    let directory = try small.write { $0.map { .init(name: $0.name, storedName: prefix + $0.name, shape: $0.shape) } + [pooler] }
    let found = try TextEncoder.open(Checkpoint(directory: directory), precision: .float32).model.meanStates(of: tokens, compute)
    #expect(bits(found) == bits(expected))
  }

  @Test(arguments: [DType.bfloat16, .float16])
  func otherNumberTypes(_ dtype: DType) throws {
    // The made-up numbers are bf16's, so f32 holds the same ones, and f16 nearly.
    let compute = Compute(precision: .float32)
    let tokens: [[Int32]] = [[101, 2003, 102]]
    let directory = try TinyEncoder.bert.write("\(dtype.rawValue)", dtype: dtype)
    let found = try TextEncoder.open(Checkpoint(directory: directory), precision: .float32).model.meanStates(of: tokens, compute)
    let expected = try TextEncoder.open(Checkpoint(directory: TinyEncoder.bert.directory), precision: .float32).model.meanStates(
      of: tokens, compute)
    #expect(Difference(found, expected).relativeMaximum <= (dtype == .bfloat16 ? 1e-6 : 1e-2))
  }

  @Test(arguments: TinyEncoder.allCases)
  func sequencesThatDoNotFit(_ encoder: TinyEncoder) throws {
    let model = try TextEncoder.open(Checkpoint(directory: encoder.directory), precision: .float32).model
    let longest = 512
    #expect(model.configuration.maximumLength == longest)
    let compute = Compute(precision: .float32)
    let full = [Int32](repeating: 7, count: longest)
    #expect(try model.meanStates(of: [full], compute)[0].allSatisfy(\.isFinite))
    #expect(try model.meanStates(of: [], compute).isEmpty)
    for (tokens, words) in [
      (full + [7], "513 tokens are more"), ([], "without tokens"), ([-1], "token -1 is not one"), ([30_600], "token 30600 is not one"),
    ] {
      let error = #expect(throws: TextInputError.self) { _ = try model.meanStates(of: [[5], tokens], compute) }
      #expect(error?.description.contains(words) == true)
    }
  }
}

/// A tiny encoder with a vocabulary of 48, written in no time.
struct SmallEncoder {
  let tensors: [SyntheticCheckpoint.Tensor]
  private let configuration: String
  private let directory: String

  init(_ encoder: TinyEncoder) throws {
    let text = try String(contentsOfFile: encoder.configurationDirectory + "/config.json", encoding: .utf8)
    configuration = text.replacing("30522", with: "48").replacing("30527", with: "48")
    directory = "\(Fixtures.temporary)/\(encoder.rawValue)-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try configuration.write(toFile: directory + "/config.json", atomically: true, encoding: .utf8)
    let file = try ConfigurationObject(contentsOf: directory + "/config.json")
    tensors = try TextEncoder.syntheticTensors(TextEncoderConfiguration(file))
  }

  /// Writes the checkpoint with other tensors; it replaces the one written before.
  func write(_ change: ([SyntheticCheckpoint.Tensor]) -> [SyntheticCheckpoint.Tensor]) throws -> String {
    try SyntheticCheckpoint(seed: 0).write(to: directory, change(tensors), dtype: .float32)
    return directory
  }
}
