import ArgumentParser
import Checkpoints
import Foundation
import Qwen3VL
import Sightline
import Tensors

/// The command `sightline synthesize`.
struct SynthesizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synthesize",
    abstract: "Write a checkpoint with the true architecture and made-up weights.",
    discussion: """
      For tests, demonstrations and measurements of speed. What such a model says means nothing. The same configuration and seed give the
      same weights on every machine.
      """)

  @Option(name: .long, help: ArgumentHelp("Folder with config.json and preprocessor_config.json.", valueName: "dir"))
  var config: String

  @Option(name: .long, help: ArgumentHelp("Folder with the tokenizer's files.", valueName: "dir"))
  var tokenizer: String

  @Option(name: .long, help: ArgumentHelp("Makes another set of weights.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(name: .long, help: ArgumentHelp("How tensors are stored: bf16, f16 or f32.", valueName: "form"))
  var dtype = "bf16"

  @Option(name: .long, help: ArgumentHelp("How tensors are named: reference or legacy.", valueName: "naming"))
  var naming = "reference"

  @Option(name: .long, help: ArgumentHelp("Number of safetensors files.", valueName: "n"))
  var shards = 1

  @Argument(help: "Folder to write. It must not exist yet.")
  var output: String

  mutating func validate() throws {
    guard DType.floatingPoint.map(\.rawValue).contains(dtype.uppercased()) else {
      throw ValidationError("--dtype is \(dtype), expected bf16, f16 or f32.")
    }
    guard Qwen3VLModel.Naming(rawValue: naming) != nil else {
      throw ValidationError("--naming is \(naming), expected reference or legacy.")
    }
    guard (1...1_000).contains(shards) else { throw ValidationError("--shards is \(shards), expected 1 to 1000.") }
  }

  func run() throws {
    let configuration = try Configuration(ConfigurationObject(contentsOf: config + "/config.json"))
    let partial = try PartialFolder(for: output)
    try write(configuration, to: partial.path)
    try partial.commit()
  }

  private func write(_ configuration: Configuration, to directory: String) throws {
    try SyntheticCheckpoint(seed: seed).write(
      to: directory,
      Qwen3VLModel.syntheticTensors(configuration, naming: Qwen3VLModel.Naming(rawValue: naming) ?? .reference),
      dtype: DType(rawValue: dtype.uppercased()) ?? .bfloat16, shards: shards)
    for (folder, names) in [
      (config, ["config.json", "preprocessor_config.json", "video_preprocessor_config.json"]),
      (tokenizer, ["tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt", "added_tokens.json"]),
    ] {
      for name in names where FileManager.default.fileExists(atPath: folder + "/" + name) {
        try FileManager.default.copyItem(atPath: folder + "/" + name, toPath: directory + "/" + name)
      }
    }
  }
}
