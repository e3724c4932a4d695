import Crypto
import Foundation
import Qwen3VL
import Tensors
import TestSupport
import Testing

@testable import Checkpoints

/// The recipe for made-up weights is the Python one, bit for bit.
@Suite struct SyntheticCheckpointTests {
  private struct Manifest: Decodable {
    struct Weights: Decodable {
      let seed: UInt64
      let checkpoints: [String: Digests]
    }

    struct Digests: Decodable {
      let tensor_count: Int
      let sha256: String
      let tensors: [String: String]
    }

    let weights: Weights
  }

  @Test(arguments: TinyCheckpoint.allCases)
  func weightsEqualTheReferenceRecipe(checkpoint: TinyCheckpoint) throws {
    let manifest = try Fixtures.json(Manifest.self, "oracle/manifest.json")
    #expect(manifest.weights.seed == 0)
    let expected = try #require(manifest.weights.checkpoints[checkpoint.rawValue])
    let file = try SafetensorsFile(path: checkpoint.directory + "/model.safetensors")
    #expect(file.entries.count == expected.tensor_count)
    #expect(expected.tensors.count >= 8)
    var all = SHA256()
    var seen: Set<String> = []
    for (name, entry) in file.entries.sorted(by: { $0.key < $1.key }) {
      #expect(entry.type == "BF16")
      let bytes = UnsafeRawBufferPointer(start: file.memory.base + entry.bytes.lowerBound, count: entry.bytes.count)
      all.update(bufferPointer: bytes)
      guard let digest = expected.tensors[name] else { continue }
      #expect(hexadecimal(SHA256.hash(data: bytes)) == digest, "\(name)")
      seen.insert(name)
    }
    #expect(seen == Set(expected.tensors.keys))
    #expect(hexadecimal(all.finalize()) == expected.sha256)
  }

  private func hexadecimal(_ digest: SHA256.Digest) -> String {
    digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private let tensors: [SyntheticCheckpoint.Tensor] = [
    .init(name: "model.norm.weight", storedName: "n\"orm", shape: [40]),
    .init(name: "model.proj.weight", storedName: "proj", shape: [6, 40]),
    .init(name: "model.bias", storedName: "bias", shape: [6]),
  ]

  /// Every stored type holds the same numbers, which bf16 holds exactly and f16 here within half of its last place.
  @Test func typesHoldTheSameNumbers() throws {
    var numbers: [DType: [String: [Float]]] = [:]
    for dtype in DType.floatingPoint {
      let folder = try TemporaryFolder()
      try SyntheticCheckpoint(seed: 5).write(to: folder.path, tensors, dtype: dtype)
      let file = try SafetensorsFile(path: folder.path + "/model.safetensors")
      for tensor in tensors { numbers[dtype, default: [:]][tensor.storedName] = try file.numbers(of: tensor.storedName) }
    }
    #expect(numbers[.bfloat16] == numbers[.float32])
    for tensor in tensors {
      let halves = try #require(numbers[.float16]?[tensor.storedName])
      let exact = try #require(numbers[.float32]?[tensor.storedName])
      #expect(zip(halves, exact).allSatisfy { abs($0 - $1) <= abs($1) * 0x1p-11 + 0x1p-25 })
    }
  }

  @Test func shardsHoldWhatOneFileHolds() throws {
    let single = try TemporaryFolder()
    try SyntheticCheckpoint(seed: 5).write(to: single.path, tensors)
    let expected = try SafetensorsFile(path: single.path + "/model.safetensors")
    // More shards than tensors leave some of them empty.
    for count in [2, 3, 5] {
      let folder = try TemporaryFolder()
      try folder.write("config.json", "{}")
      try SyntheticCheckpoint(seed: 5).write(to: folder.path, tensors, shards: count)
      let files = try Checkpoint(directory: folder.path).files
      #expect(files.keys.sorted() == expected.entries.keys.sorted())
      for (name, file) in files { #expect(try file.numbers(of: name) == expected.numbers(of: name)) }
    }
  }

  @Test func seedAndNameMakeTheNumbers() throws {
    func numbers(_ seed: UInt64, _ name: String) throws -> [Float] {
      let folder = try TemporaryFolder()
      try SyntheticCheckpoint(seed: seed).write(to: folder.path, [.init(name: name, storedName: "w", shape: [64])])
      return try SafetensorsFile(path: folder.path + "/model.safetensors").numbers(of: "w")
    }
    #expect(try numbers(1, "a") == numbers(1, "a"))
    #expect(try numbers(1, "a") != numbers(2, "a"))
    #expect(try numbers(1, "a") != numbers(1, "b"))
    #expect(try numbers(1, "a").allSatisfy { (-0.1...0.1).contains($0) })
    #expect(try numbers(1, "a.norm.weight").allSatisfy { (0.5...1.5).contains($0) })
  }

  @Test func folderThatIsNotThere() throws {
    let path = try TemporaryFolder().path + "/none"
    expectError(.unwritableFile, saying: path) { try SyntheticCheckpoint().write(to: path, tensors) }
    expectError(.unwritableFile, saying: path) { try SyntheticCheckpoint().write(to: path, tensors, shards: 2) }
  }

  /// A configuration can ask for a matrix that no machine holds; noting it down must cost nothing.
  @Test func inventoryTakesNoMemory() throws {
    let inventory = WeightInventory()
    let matrix = try inventory.matrix("w", shape: [1 << 24, 1 << 16])
    #expect(matrix.byteCount == 1 << 41)
    #expect(matrix.row(1 << 23) == [Float](repeating: 0, count: 1 << 16))
    _ = inventory.vector("b", count: 3)
    #expect(inventory.shapes.map(\.name) == ["w", "b"])
    #expect(inventory.shapes.map(\.shape) == [[1 << 24, 1 << 16], [3]])
  }
}
