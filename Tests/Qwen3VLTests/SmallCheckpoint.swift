import Checkpoints
import Foundation
import Qwen3VL
import Tensors
import TestSupport

/// Checkpoints of the tiny architectures with 48 tokens, which take no time to write in any form.
struct SmallCheckpoint {
  let json: ConfigurationJSON

  init(_ checkpoint: TinyCheckpoint = .tied) throws {
    json = try .small(checkpoint)
  }

  init(_ json: ConfigurationJSON) {
    self.json = json
  }

  /// The tensors, as the reference names them.
  var tensors: [SyntheticCheckpoint.Tensor] {
    get throws { try Qwen3VLModel.syntheticTensors(json.configuration) }
  }

  /// Writes a folder and gives its path; `change` makes another list of tensors from the right one.
  func write(
    dtype: DType = .bfloat16, shards: Int = 1, change: ([SyntheticCheckpoint.Tensor]) -> [SyntheticCheckpoint.Tensor] = { $0 }
  ) throws -> String {
    let directory = "\(Fixtures.temporary)/\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try json.text.write(toFile: directory + "/config.json", atomically: true, encoding: .utf8)
    try SyntheticCheckpoint().write(to: directory, change(tensors), dtype: dtype, shards: shards)
    return directory
  }

  /// Opens what was written.
  static func open(_ directory: String, _ precision: Precision = .float32) throws -> Qwen3VLModel {
    try Qwen3VLModel.open(Checkpoint(directory: directory), precision: precision).model
  }
}

extension SyntheticCheckpoint.Tensor {
  /// The same numbers under another name.
  func stored(as name: String) -> SyntheticCheckpoint.Tensor { .init(name: self.name, storedName: name, shape: shape) }
}
