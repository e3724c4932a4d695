import Foundation
import Tensors

/// A model's folder: its configuration files and its tensors, in one safetensors file or in several.
public struct Checkpoint: Sendable {
  /// The folder.
  public let directory: String
  /// What `config.json` says.
  public let configuration: ConfigurationObject
  /// Whether matrices are stored in int8, each with a tensor of scales beside it.
  public let isQuantized: Bool
  /// Each tensor's file, by the name that the file gives it.
  let files: [String: SafetensorsFile]

  /// Opens the folder: reads the configuration and the headers, and maps the tensors.
  ///
  /// Costs milliseconds: no tensor is read.
  ///
  /// - Throws: `CheckpointError` that names the file and what is wrong with it.
  public init(directory: String) throws(CheckpointError) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory) else {
      throw CheckpointError(.missingFile, file: directory, "there is no such folder; give the folder that holds the model's config.json")
    }
    guard isDirectory.boolValue else {
      throw CheckpointError(.unreadableFile, file: directory, "is not a folder; give the folder that holds the model's config.json")
    }
    self.directory = directory
    configuration = try ConfigurationObject(contentsOf: directory + "/config.json")
    isQuantized = try QuantizationConfiguration.isInt8(configuration)
    files = try Self.tensors(in: directory)
  }

  /// Another configuration file of the folder.
  public func configurationFile(_ name: String) throws(CheckpointError) -> ConfigurationObject {
    try ConfigurationObject(contentsOf: directory + "/" + name)
  }

  /// Names of all tensors, as the files give them.
  public var tensorNames: [String] { files.keys.sorted() }

  /// Bytes of all tensors.
  public var tensorBytes: Int {
    files.reduce(0) { $0 + ($1.value.entries[$1.key]?.bytes.count ?? 0) }
  }

  /// Numbers in all tensors, scales aside.
  public var parameters: Int {
    files.reduce(0) { sum, file in
      let isScale = isQuantized && file.key.hasSuffix(".weight" + QuantizationConfiguration.scaleSuffix)
      return isScale ? sum : sum + (file.value.entries[file.key]?.shape.reduce(1, *) ?? 0)
    }
  }

  private static func tensors(in directory: String) throws(CheckpointError) -> [String: SafetensorsFile] {
    let single = directory + "/model.safetensors"
    let index = directory + "/model.safetensors.index.json"
    if FileManager.default.fileExists(atPath: single) {
      let file = try SafetensorsFile(path: single)
      return file.entries.mapValues { _ in file }
    }
    guard FileManager.default.fileExists(atPath: index) else {
      throw CheckpointError(.missingFile, file: directory, "holds neither model.safetensors nor model.safetensors.index.json")
    }
    return try shards(index, in: directory)
  }

  private static func shards(_ index: String, in directory: String) throws(CheckpointError) -> [String: SafetensorsFile] {
    let map = try ConfigurationObject(contentsOf: index).object("weight_map")
    var shards: [String: SafetensorsFile] = [:]
    var files: [String: SafetensorsFile] = [:]
    for tensor in map.keys {
      let name = try map.string(tensor)
      guard !name.isEmpty, name != ".", name != "..", !name.contains("/"), !name.contains("\0") else {
        throw map.fault(tensor, "is \"\(name)\", expected the name of a file in the same folder")
      }
      let shard: SafetensorsFile
      if let open = shards[name] {
        shard = open
      } else {
        shard = try SafetensorsFile(path: directory + "/" + name)
        shards[name] = shard
      }
      guard shard.entries[tensor] != nil else {
        throw CheckpointError(.missingTensor, file: shard.path, "does not hold \(tensor), which the index says is there")
      }
      files[tensor] = shard
    }
    for shard in shards.values.sorted(by: { $0.path < $1.path }) {
      if let stray = shard.entries.keys.filter({ files[$0]?.path != shard.path }).min() {
        throw CheckpointError(.leftoverTensors, file: shard.path, "holds \(stray), which the index does not place there")
      }
    }
    return files
  }
}
