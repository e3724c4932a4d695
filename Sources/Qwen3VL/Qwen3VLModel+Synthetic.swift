public import Checkpoints

extension Qwen3VLModel {
  /// How the tensors of a checkpoint are named.
  public enum Naming: String, Sendable, CaseIterable {
    /// As the reference publishes them: `model.language_model.…`, `model.visual.…`.
    case reference
    /// As older classes saved them: `model.…`, `visual.…`.
    case legacy
  }

  /// Every tensor of a model of the given configuration, for a checkpoint with made-up weights.
  public static func syntheticTensors(
    _ configuration: Configuration, naming: Naming = .reference
  ) throws(CheckpointError) -> [SyntheticCheckpoint.Tensor] {
    let inventory = WeightInventory()
    _ = try Qwen3VLModel(configuration, inventory, hasHead: !configuration.tiesWordEmbeddings)
    return inventory.shapes.map { name, shape in
      let published = name.hasPrefix("lm_head.") ? name : "model." + name
      return SyntheticCheckpoint.Tensor(name: published, storedName: naming == .reference ? published : legacyName(name), shape: shape)
    }
  }

  private static func legacyName(_ name: String) -> String {
    let prefix = "language_model."
    return name.hasPrefix(prefix) ? "model." + name.dropFirst(prefix.count) : name
  }
}
