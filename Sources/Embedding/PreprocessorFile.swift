import Checkpoints
import Media
import Qwen3VL

/// `preprocessor_config.json`: how pixels become patches.
///
/// It must agree with `config.json`.
enum PreprocessorFile {
  static func read(
    _ checkpoint: Checkpoint, _ vision: VisionConfiguration, _ options: ModelOptions
  ) throws(CheckpointError) -> ImagePreprocessor {
    let file = try checkpoint.configurationFile("preprocessor_config.json")
    for (key, expected) in [
      ("patch_size", vision.patchSize), ("merge_size", vision.mergeSize), ("temporal_patch_size", vision.temporalPatchSize),
    ] {
      let found = try file.integer(key, in: 1...1_024)
      guard found == expected else { throw file.fault(key, "is \(found), but config.json implies \(expected)") }
    }
    // Absent means yes: transformers writes these only since 4.50.
    for key in ["do_rescale", "do_normalize"] where file.has(key) {
      try file.require(key, .bool(true), because: "only pictures that are rescaled and normalised are supported")
    }
    if file.has("rescale_factor") {
      let factor = try file.positiveNumber("rescale_factor")
      guard abs(factor - 1.0 / 255) < 1e-9 else { throw file.fault("rescale_factor", "is \(factor), expected 1/255") }
    }
    return ImagePreprocessor(
      patchSize: vision.patchSize, mergeSize: vision.mergeSize, temporalPatchSize: vision.temporalPatchSize,
      mean: try file.numbers("image_mean", count: 3).map(Float.init),
      standardDeviation: try file.numbers("image_std", count: 3).map(Float.init),
      minimumPixels: options.minimumPixels, maximumPixels: options.maximumPixels)
  }
}
