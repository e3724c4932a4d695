public import Checkpoints

extension TextEncoder {
  /// Every tensor of a model of the given configuration, for a checkpoint with made-up weights.
  public static func syntheticTensors(
    _ configuration: TextEncoderConfiguration
  ) throws(CheckpointError) -> [SyntheticCheckpoint.Tensor] {
    let inventory = WeightInventory()
    _ = try TextEncoder(configuration, inventory)
    return inventory.shapes.map { SyntheticCheckpoint.Tensor(name: $0.name, storedName: $0.name, shape: $0.shape) }
  }
}
