import Foundation
import Tensors
import Testing

@testable import Checkpoints

/// What is written is read again as it was.
@Suite struct SafetensorsWriterTests {
  @Test func numbersTypesAndNamesComeBack() throws {
    let path = try TemporaryFolder().path + "/t.safetensors"
    let tensors: [SafetensorsWriter.Tensor] = [
      .init(name: "plain.weight", dtype: .bfloat16, shape: [3, 5]),
      .init(name: "a \"quoted\" \\ back\\\\slash", dtype: .float16, shape: [7]),
      .init(name: "Ünïcödé 試験 🧪", dtype: .float32, shape: [2, 1, 3]),
      .init(name: "tab\tnewline\nnull\u{0}bell\u{7}delete\u{7f}", dtype: .float32, shape: []),
      .init(name: "", dtype: .bfloat16, shape: [0, 4]),
    ]
    let metadata = ["format": "pt", "with \"quotes\"\n": "and\u{1}more 漢"]
    try SafetensorsWriter.write(path, tensors, metadata: metadata) { tensor, numbers, bytes in
      #expect(bytes.count == numbers.count * tensor.dtype.byteCount)
      for index in numbers { Self.store(Float(index) - 2.5, at: index - numbers.lowerBound, in: bytes, tensor.dtype) }
    }

    let file = try SafetensorsFile(path: path)
    #expect(file.metadata == metadata)
    #expect(file.entries.count == tensors.count)
    for tensor in tensors {
      let entry = try #require(file.entries[tensor.name])
      #expect(entry.type == tensor.dtype.rawValue)
      #expect(entry.shape == tensor.shape)
      #expect(try file.numbers(of: tensor.name) == (0..<tensor.count).map { Float($0) - 2.5 })
    }
    #expect(file.entries["plain.weight"].map { $0.bytes.lowerBound % 64 } == 0)
  }

  /// More numbers than are made at once.
  @Test func tensorInSeveralPieces() throws {
    let path = try TemporaryFolder().path + "/t.safetensors"
    let count = SafetensorsWriter.pieceCount + 3
    var seen: [Range<Int>] = []
    try SafetensorsWriter.write(path, [.init(name: "w", dtype: .bfloat16, shape: [count])]) { tensor, numbers, bytes in
      seen.append(numbers)
      for index in numbers { Self.store(Float(index % 128), at: index - numbers.lowerBound, in: bytes, tensor.dtype) }
    }
    #expect(seen == [0..<SafetensorsWriter.pieceCount, SafetensorsWriter.pieceCount..<count])
    let numbers = try SafetensorsFile(path: path).numbers(of: "w")
    #expect(numbers.indices.allSatisfy { numbers[$0] == Float($0 % 128) })
  }

  @Test func fileWithoutTensors() throws {
    let path = try TemporaryFolder().path + "/t.safetensors"
    try SafetensorsWriter.write(path, []) { _, _, _ in }
    #expect(try SafetensorsFile(path: path).entries.isEmpty)
  }

  private static func store(_ number: Float, at index: Int, in bytes: UnsafeMutableRawBufferPointer, _ dtype: DType) {
    switch dtype {
    case .float32: bytes.storeBytes(of: number, toByteOffset: 4 * index, as: Float.self)
    case .bfloat16: bytes.storeBytes(of: SyntheticCheckpoint.bfloat16(number), toByteOffset: 2 * index, as: UInt16.self)
    case .float16: bytes.storeBytes(of: SyntheticCheckpoint.float16(number), toByteOffset: 2 * index, as: UInt16.self)
    case .int8: bytes.storeBytes(of: Int8(number), toByteOffset: index, as: Int8.self)
    }
  }
}
