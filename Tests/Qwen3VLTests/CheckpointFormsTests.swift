import Checkpoints
import Foundation
import Qwen3VL
import Tensors
import TestSupport
import Testing

/// The same weights in other forms are the same model.
@Suite struct CheckpointFormsTests {
  /// Prefixes under which weights circulate: of the vision tower, of the decoder, of the head.
  private static let prefixes = [
    ["model.visual.", "model.language_model.", "lm_head."],
    ["visual.", "model.", "lm_head."],
    ["vision_tower.", "language_model.model.", "language_model.lm_head."],
    ["vision_tower.", "language_model.", "lm_head."],
    ["visual.", "language_model.", "language_model.lm_head."],
    ["model.visual.", "model.", "lm_head."],
  ]

  private func renamed(_ tensors: [SyntheticCheckpoint.Tensor], _ prefixes: [String]) -> [SyntheticCheckpoint.Tensor] {
    tensors.map { tensor in
      for (published, prefix) in zip(Self.prefixes[0], prefixes) where tensor.name.hasPrefix(published) {
        return tensor.stored(as: prefix + tensor.name.dropFirst(published.count))
      }
      return tensor
    }
  }

  private func run(_ model: Qwen3VLModel, _ precision: Precision = .float32) throws -> [[Float]] {
    let inputs = Samples(configuration: model.configuration).sequences
    return try model.lastHiddenStates(of: inputs, Compute(precision: precision)) + (0..<48).map { try #require(model.head).row($0) }
  }

  @Test(arguments: TinyCheckpoint.allCases, prefixes)
  func names(checkpoint: TinyCheckpoint, prefixes: [String]) throws {
    let small = try SmallCheckpoint(checkpoint)
    let expected = try run(SmallCheckpoint.open(small.write()))
    #expect(try bits(run(SmallCheckpoint.open(small.write { renamed($0, prefixes) }))) == bits(expected))
  }

  /// What the writer calls legacy is one of them.
  @Test func legacyNames() throws {
    let json = try ConfigurationJSON.small(.untied)
    let legacy = try Qwen3VLModel.syntheticTensors(json.configuration, naming: .legacy)
    let published = try Qwen3VLModel.syntheticTensors(json.configuration)
    #expect(legacy.map(\.storedName) == renamed(published, ["visual.", "model.", "lm_head."]).map(\.storedName))
    #expect(legacy.map(\.name) == published.map(\.name))
  }

  @Test(arguments: TinyCheckpoint.allCases, [2, 3, 7])
  func shards(checkpoint: TinyCheckpoint, count: Int) throws {
    let small = try SmallCheckpoint(checkpoint)
    let directory = try small.write(shards: count)
    #expect(!FileManager.default.fileExists(atPath: directory + "/model.safetensors"))
    #expect(try bits(run(SmallCheckpoint.open(directory))) == bits(run(SmallCheckpoint.open(small.write()))))
  }

  /// Weights of other types are those of bf16 here, so in bf16 products nothing changes but where they lie.
  @Test(arguments: TinyCheckpoint.allCases)
  func storedTypes(checkpoint: TinyCheckpoint) throws {
    let small = try SmallCheckpoint(checkpoint)
    let expected = try run(SmallCheckpoint.open(small.write(), .bfloat16), .bfloat16)
    #expect(try bits(run(SmallCheckpoint.open(small.write(dtype: .float32), .bfloat16), .bfloat16)) == bits(expected))
    for precision in Precision.floatingPoint {
      for dtype in DType.floatingPoint {
        let found = try run(SmallCheckpoint.open(small.write(dtype: dtype), precision), precision)
        let difference = Difference(found, expected)
        #expect(difference.lowestCosine >= Tolerance.embeddingCosine(.bfloat16), "\(precision) \(dtype) \(difference)")
      }
    }
  }

  /// Tied, the head is the token embedding; else it is what the checkpoint stores for it.
  @Test(arguments: [(TinyCheckpoint.tied, "model.language_model.embed_tokens.weight"), (.untied, "lm_head.weight")])
  func head(checkpoint: TinyCheckpoint, tensor: String) throws {
    let directory = try SmallCheckpoint(checkpoint).write()
    let head = try #require(SmallCheckpoint.open(directory).head)
    let stored = try SafetensorsFile(path: directory + "/model.safetensors").numbers(of: tensor)
    #expect((0..<48).flatMap { head.row($0) } == stored)
  }

  @Test func convertedBytesAreCounted() throws {
    let small = try SmallCheckpoint()
    func converted(_ dtype: DType, _ precision: Precision) throws -> (Int, Int) {
      let checkpoint = try Checkpoint(directory: small.write(dtype: dtype))
      return (try Qwen3VLModel.open(checkpoint, precision: precision).convertedBytes, checkpoint.tensorBytes)
    }
    #expect(try converted(.bfloat16, .bfloat16).0 == 0)
    #expect(try converted(.bfloat16, .float32).0 == 0)
    #expect(try converted(.float32, .float32).0 == 0)
    let matrices = try small.tensors.filter { $0.shape.count > 1 }.reduce(0) { $0 + $1.shape.reduce(1, *) }
    #expect(try converted(.float32, .bfloat16).0 == 2 * matrices)
    #expect(try converted(.float16, .bfloat16).0 == 2 * matrices)
    #expect(try converted(.float16, .float32).0 == 4 * matrices)
  }
}
