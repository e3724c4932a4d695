import Testing

@testable import Checkpoints

/// Tensors in several files, which an index names.
@Suite struct ShardedIndexTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("config.json", "{}")
    try shard("one.safetensors", ["a", "b"])
    try shard("two.safetensors", ["c"])
  }

  private func shard(_ file: String, _ tensors: [String]) throws {
    let fields = tensors.enumerated().map { #""\#($1)":{"dtype":"U8","shape":[1],"data_offsets":[\#($0),\#($0 + 1)]}"# }
    let bytes = SafetensorsBytes("{\(fields.joined(separator: ","))}", data: tensors.map { $0.utf8.first ?? 0 })
    try folder.write(file, bytes.bytes)
  }

  private func open(_ map: String) throws -> Checkpoint {
    try folder.write("model.safetensors.index.json", #"{"metadata":{"total_size":3},"weight_map":\#(map)}"#)
    return try Checkpoint(directory: folder.path)
  }

  @Test func everyTensorComesFromItsFile() throws {
    let files = try open(#"{"a":"one.safetensors","b":"one.safetensors","c":"two.safetensors"}"#).files
    #expect(
      files.mapValues { String($0.path.dropFirst(folder.path.count + 1)) } == [
        "a": "one.safetensors", "b": "one.safetensors", "c": "two.safetensors",
      ])
  }

  @Test func shardThatIsNotThere() {
    expectError(.missingFile, saying: "/three.safetensors: cannot be opened") { _ = try open(#"{"a":"three.safetensors"}"#) }
  }

  @Test func tensorThatIsNotInItsShard() {
    expectError(.missingTensor, saying: "/two.safetensors: does not hold a, which the index says is there") {
      _ = try open(#"{"a":"two.safetensors","b":"one.safetensors","c":"two.safetensors"}"#)
    }
  }

  @Test func tensorThatTheIndexLeavesOut() {
    expectError(.leftoverTensors, saying: "/one.safetensors: holds b, which the index does not place there") {
      _ = try open(#"{"a":"one.safetensors","c":"two.safetensors"}"#)
    }
  }

  @Test func tensorThatIsInTwoShards() throws {
    try shard("two.safetensors", ["a", "c"])
    expectError(.leftoverTensors, saying: "/two.safetensors: holds a, which the index does not place there") {
      _ = try open(#"{"a":"one.safetensors","b":"one.safetensors","c":"two.safetensors"}"#)
    }
  }

  /// A shard is a file beside its index and nothing else, whatever lies elsewhere.
  @Test(arguments: ["../x", "/etc/passwd", "", ".", "..", "a/b", "./one.safetensors", "../other/one.safetensors", "one\\u0000.safetensors"])
  func namesThatLeaveTheFolder(name: String) {
    expectError(.invalidValue, saying: "index.json: weight_map.a is \"", "expected the name of a file in the same folder") {
      _ = try open(#"{"a":"\#(name)"}"#)
    }
  }

  @Test func shardThatIsNoSafetensorsFile() {
    expectError(.malformedFile, saying: "/config.json: ") { _ = try open(#"{"a":"config.json"}"#) }
  }

  @Test(arguments: [
    ("[]", "weight_map is []"), ("null", "weight_map is missing"), ("1", "weight_map is 1"),
    (#"{"a":1}"#, "weight_map.a is 1, expected text"),
  ])
  func mapThatIsNone(map: String, message: String) {
    let error = #expect(throws: CheckpointError.self) { _ = try open(map) }
    #expect(error.map { $0.description.contains("model.safetensors.index.json: " + message) } == true, "\(error.debugDescription)")
  }
}
