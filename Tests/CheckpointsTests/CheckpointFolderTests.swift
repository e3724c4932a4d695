import Foundation
import Testing

@testable import Checkpoints

/// What a model's folder must hold, and what is said when it does not.
@Suite struct CheckpointFolderTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func opensConfigurationAndTensors() throws {
    try folder.write("config.json", #"{"model_type":"any"}"#)
    try folder.write("model.safetensors", SafetensorsBytes.valid.bytes)
    try folder.write("other.json", #"{"a":1}"#)
    let checkpoint = try Checkpoint(directory: folder.path)
    #expect(checkpoint.directory == folder.path)
    #expect(try checkpoint.configuration.string("model_type") == "any")
    #expect(checkpoint.tensorNames == ["a", "b", "c", "empty", "scalar"])
    #expect(checkpoint.tensorBytes == 42)
    #expect(checkpoint.parameters == 6 + 4 + 1 + 0 + 1)
    #expect(try checkpoint.configurationFile("other.json").integer("a", in: 0...9) == 1)
    expectError(.missingFile, saying: "none.json: cannot be opened") { _ = try checkpoint.configurationFile("none.json") }
  }

  @Test func noSuchFolder() {
    expectError(.missingFile, saying: folder.path + "/none: there is no such folder", "config.json") {
      _ = try Checkpoint(directory: folder.path + "/none")
    }
    expectError(.missingFile, saying: "there is no such folder") { _ = try Checkpoint(directory: "") }
  }

  @Test func fileInsteadOfAFolder() throws {
    let path = try folder.write("model.safetensors", SafetensorsBytes.valid.bytes)
    expectError(.unreadableFile, saying: path + ": is not a folder", "config.json") { _ = try Checkpoint(directory: path) }
  }

  @Test func noConfiguration() throws {
    try folder.write("model.safetensors", SafetensorsBytes.valid.bytes)
    expectError(.missingFile, saying: "/config.json: cannot be opened") { _ = try Checkpoint(directory: folder.path) }
  }

  @Test(arguments: [
    ("", "is empty"), ("model_type: qwen3_vl", "is not valid JSON"), ("{\"a\":1", "is not valid JSON"), ("[]", "holds [] where an object"),
    ("3", "holds 3 where an object"), ("null", "holds null where an object"), ("\"text\"", "holds \"text\" where an object"),
    ("\u{0}\u{0}", "is not valid JSON"), ("{\"a\":1e999}", "is not valid JSON"),
    (String(repeating: "{\"a\":", count: 100_000), "is not valid JSON"),
  ])
  func configurationThatIsNoObject(text: String, message: String) throws {
    try folder.write("config.json", text)
    expectError(.malformedFile, saying: "/config.json: " + message) { _ = try Checkpoint(directory: folder.path) }
  }

  /// The size is looked at before anything is read: this file has 1 TB and no bytes on disk.
  @Test func configurationThatIsTooLarge() throws {
    let path = try folder.write("config.json", "{}")
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.truncate(atOffset: 1 << 40)
    try file.close()
    expectError(.malformedFile, saying: "/config.json: holds 1099511627776 bytes", "at most 16 MB") {
      _ = try Checkpoint(directory: folder.path)
    }
  }

  @Test func folderInPlaceOfAFile() throws {
    try FileManager.default.createDirectory(atPath: folder.path + "/config.json", withIntermediateDirectories: false)
    expectError(.unreadableFile, saying: "/config.json: is not a regular file") { _ = try Checkpoint(directory: folder.path) }
  }

  @Test func noTensors() throws {
    try folder.write("config.json", "{}")
    try folder.write("pytorch_model.bin", "x")
    expectError(.missingFile, saying: folder.path, "neither model.safetensors nor model.safetensors.index.json") {
      _ = try Checkpoint(directory: folder.path)
    }
  }

  /// A folder can hold both after a conversion; what is one file is whole.
  @Test func singleFileComesBeforeAnIndex() throws {
    try folder.write("config.json", "{}")
    try folder.write("model.safetensors", SafetensorsBytes(dtype: "U8", shape: "[1]", offsets: "[0,1]", data: [1]).bytes)
    try folder.write("model.safetensors.index.json", #"{"weight_map":{"w":"none.safetensors"}}"#)
    #expect(try Checkpoint(directory: folder.path).files["w"]?.path == folder.path + "/model.safetensors")
  }

  /// Download caches hold links to files with other names.
  @Test func filesMayBeLinks() throws {
    let blobs = try TemporaryFolder()
    try blobs.write("1", "{}")
    try blobs.write("2", SafetensorsBytes.valid.bytes)
    for (name, blob) in [("config.json", "1"), ("model.safetensors", "2")] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder.path)/\(name)", withDestinationPath: "\(blobs.path)/\(blob)")
    }
    #expect(try Checkpoint(directory: folder.path).tensorNames.count == 5)
  }
}
