import ArgumentParser
import Sightline
import Tensors

/// Which model, and how to run it.
struct ModelArguments: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The model: a folder with config.json, tokenizer and safetensors, or ORG/NAME of one that was pulled. Default: $SIGHTLINE_MODEL, "
        + "else the small one that comes with Sightline.", valueName: "model"))
  var model: String?

  @OptionGroup var running: RunArguments

  var threads: Int? { running.threads }
  var precision: Precision? { running.precision }
  var maxLength: Int? { running.maxLength }
  var allowPrivateAddresses: Bool { running.allowPrivateAddresses }

  /// The model that was given, or what stands in for it.
  func chosen() throws -> String { try ModelDirectory.chosen(model) }

  /// Opens a model of the Qwen3 family, or another one in another precision with the same options.
  func open(_ directory: String? = nil, _ precision: Precision? = nil) throws -> Model {
    try running.open(directory ?? chosen(), precision)
  }

  /// Opens an embedder of any kind.
  func openEmbedder() throws -> any ItemEmbedder { try running.openEmbedder(chosen()) }
}
