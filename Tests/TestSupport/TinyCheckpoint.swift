import Checkpoints
import Foundation
public import Qwen3VL
public import Tensors

/// Small checkpoints with the true architecture and made-up weights, written when a test first asks for them.
public enum TinyCheckpoint: String, CaseIterable, Sendable {
  /// As the 2B model: tied head.
  case tied = "tiny-2b"
  /// As the 8B model: head of its own, vision heads of 72 numbers.
  case untied = "tiny-8b"

  /// The folder with the checkpoint's configuration files.
  public var configurationDirectory: String { "\(Fixtures.root)/checkpoints/\(rawValue)" }

  /// What `config.json` says.
  public var configuration: Configuration {
    get throws { try Configuration(ConfigurationObject(contentsOf: configurationDirectory + "/config.json")) }
  }

  /// The checkpoint as the reference publishes it, in bf16.
  public var directory: String {
    get throws {
      switch self {
      case .tied: try Self.tiedDirectory.get()
      case .untied: try Self.untiedDirectory.get()
      }
    }
  }

  /// The same with a tokenizer that appends nothing, as rerankers have it.
  public var rerankerDirectory: String {
    get throws {
      switch self {
      case .tied: try Self.tiedReranker.get()
      case .untied: try Self.untiedReranker.get()
      }
    }
  }

  private static let tiedDirectory = Result { try tied.write("reference") }
  private static let untiedDirectory = Result { try untied.write("reference") }
  private static let tiedReranker = Result { try tied.writeReranker() }
  private static let untiedReranker = Result { try untied.writeReranker() }

  /// Writes a checkpoint in another form.
  ///
  /// - Parameters:
  ///   - variant: Makes the folder's name.
  ///   - omitted: Published names of tensors that are left out.
  public func write(
    _ variant: String, naming: Qwen3VLModel.Naming = .reference, dtype: DType = .bfloat16, shards: Int = 1,
    leavingOut omitted: Set<String> = []
  ) throws -> String {
    let directory = "\(Fixtures.temporary)/\(rawValue)-\(variant)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try SyntheticCheckpoint(seed: 0).write(
      to: directory, Qwen3VLModel.syntheticTensors(configuration, naming: naming).filter { !omitted.contains($0.name) },
      dtype: dtype, shards: shards)
    for name in ["config.json", "preprocessor_config.json"] {
      try FileManager.default.copyItem(atPath: "\(configurationDirectory)/\(name)", toPath: "\(directory)/\(name)")
    }
    try FileManager.default.createSymbolicLink(
      atPath: directory + "/tokenizer.json", withDestinationPath: Self.tokenizer + "/tokenizer.json")
    return directory
  }

  /// The published tokenizer.
  public static let tokenizer = "\(Fixtures.root)/tokenizer/qwen3-vl"

  private func writeReranker() throws -> String {
    let source = try directory
    let target = "\(Fixtures.temporary)/\(rawValue)-reranker"
    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
    for name in ["config.json", "preprocessor_config.json", "model.safetensors"] {
      try FileManager.default.createSymbolicLink(atPath: "\(target)/\(name)", withDestinationPath: "\(source)/\(name)")
    }
    try Self.writeRerankerTokenizer(to: target)
    return target
  }

  /// Writes the tokenizer as rerankers have it: nothing is appended to a prompt.
  static func writeRerankerTokenizer(to directory: String) throws {
    var text = try String(contentsOfFile: Self.tokenizer + "/tokenizer.json", encoding: .utf8)
    // The post-processor is the only part of the file that rerankers have otherwise.
    guard let begin = text.range(of: "\"post_processor\":"),
      let end = text.range(of: "\"decoder\":", range: begin.upperBound..<text.endIndex)
    else { throw FixtureError("tokenizer.json has no post_processor before its decoder") }
    text.replaceSubrange(
      begin.lowerBound..<end.lowerBound,
      with: #""post_processor": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false}, "#)
    try text.write(toFile: directory + "/tokenizer.json", atomically: true, encoding: .utf8)
  }
}

/// A fixture is not what a test takes it for.
public struct FixtureError: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
