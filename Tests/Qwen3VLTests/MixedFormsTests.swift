import Checkpoints
import Foundation
import Qwen3VL
import Tensors
import TestSupport
import Testing

/// Checkpoints whose tensors are stored in several number types, as partial conversions leave them.
@Suite struct MixedFormsTests {
  /// The small tied checkpoint with every third matrix in f32, among them gates whose other half stays in bf16.
  private func write() throws -> String {
    let directory = try SmallCheckpoint().write()
    let path = directory + "/model.safetensors"
    let file = try SafetensorsFile(path: path)
    let names = file.entries.keys.sorted()
    let tensors = names.enumerated().map { index, name in
      SafetensorsWriter.Tensor(name: name, dtype: index % 3 == 0 ? .float32 : .bfloat16, shape: file.entries[name]?.shape ?? [])
    }
    let types = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.dtype) })
    let layer = "model.language_model.layers.0.mlp."
    #expect(types[layer + "gate_proj.weight"] != types[layer + "up_proj.weight"])
    let numbers = try Dictionary(uniqueKeysWithValues: names.map { ($0, try file.numbers(of: $0)) })
    try SafetensorsWriter.write(path, tensors) { tensor, range, bytes in
      for (index, number) in (numbers[tensor.name] ?? [])[range].enumerated() {
        switch tensor.dtype {
        case .float32: bytes.storeBytes(of: number, toByteOffset: 4 * index, as: Float.self)
        default: bytes.storeBytes(of: UInt16(number.bitPattern >> 16), toByteOffset: 2 * index, as: UInt16.self)
        }
      }
    }
    return directory
  }

  @Test(arguments: Precision.floatingPoint)
  func areTheSameModel(precision: Precision) throws {
    let model = try SmallCheckpoint.open(SmallCheckpoint().write(), precision)
    let mixed = try SmallCheckpoint.open(write(), precision)
    let inputs = Samples(configuration: model.configuration).sequences
    let compute = Compute(precision: precision)
    let expected = try model.lastHiddenStates(of: inputs, compute)
    let found = try mixed.lastHiddenStates(of: inputs, compute)
    #expect(Difference(found, expected).relativeMaximum <= Tolerance.stage(precision))
  }
}
