import Foundation
import Tensors
import TestSupport
import Testing

@testable import Checkpoints

/// A quantised copy of a checkpoint: what is in it, and that it appears whole or not at all.
@Suite struct CheckpointQuantizerTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private static let tensors = [
    SyntheticCheckpoint.Tensor(name: "a.proj.weight", storedName: "a.proj.weight", shape: [6, 50]),
    .init(name: "a.norm.weight", storedName: "a.norm.weight", shape: [50]),
    .init(name: "b.proj.weight", storedName: "b.proj.weight", shape: [7, 10]),
    .init(name: "b.proj.bias", storedName: "b.proj.bias", shape: [7]),
    .init(name: "visual.pos_embed.weight", storedName: "visual.pos_embed.weight", shape: [4, 6]),
    .init(name: "visual.patch_embed.proj.weight", storedName: "visual.patch_embed.proj.weight", shape: [4, 3, 1, 2, 2]),
    .init(name: "lm_head.weight", storedName: "lm_head.weight", shape: [5, 6]),
  ]

  private func source(dtype: DType = .bfloat16, shards: Int = 1) throws -> String {
    let path = folder.path + "/source"
    try FileManager.default.createDirectory(atPath: path + "/1_Pooling", withIntermediateDirectories: true)
    try SyntheticCheckpoint().write(to: path, Self.tensors, dtype: dtype, shards: shards)
    for (name, text) in [
      ("config.json", "{\n  \"model_type\": \"any\",\n  \"theta\": 5e6\n}\n"), ("tokenizer.json", "{}"),
      ("1_Pooling/config.json", "{\"p\":1}"),
      ("empty.txt", ""), (".hidden", "x"), ("pytorch_model.bin", "x"), ("other.safetensors", "x"),
    ] {
      try folder.write("source/" + name, text)
    }
    try FileManager.default.createSymbolicLink(atPath: path + "/linked.json", withDestinationPath: "tokenizer.json")
    return path
  }

  private var target: String { folder.path + "/target" }

  @discardableResult
  private func quantize(_ source: String) throws -> [CheckpointQuantizer.MatrixReport] {
    var reports: [CheckpointQuantizer.MatrixReport] = []
    var done = 0
    let quantizer = try CheckpointQuantizer(Checkpoint(directory: source), threads: 2)
    try quantizer.write(to: target) {
      done = $0
    } report: {
      reports.append($0)
    }
    #expect(done == quantizer.originalBytes)
    return reports
  }

  @Test(arguments: [1, 3], DType.floatingPoint)
  func copyIsComplete(shards: Int, dtype: DType) throws {
    let source = try source(dtype: dtype, shards: shards)
    let reports = try quantize(source)
    #expect(reports.map(\.name) == ["a.proj.weight", "b.proj.weight"])
    #expect(reports.allSatisfy { $0.worstRowCosine > 0.999 && $0.worstRowCosine <= $0.medianRowCosine && $0.medianRowCosine <= 1 })

    let original = try Checkpoint(directory: source)
    let copy = try Checkpoint(directory: target)
    #expect(copy.isQuantized)
    #expect(copy.tensorNames == (original.tensorNames + ["a.proj.weight_scale", "b.proj.weight_scale"]).sorted())
    #expect(copy.files.values.allSatisfy { $0.metadata["format"] == "pt" })
    #expect(copy.parameters == original.parameters)
    for name in original.tensorNames {
      let (before, after) = (try #require(original.files[name]), try #require(copy.files[name]))
      let entry = try #require(after.entries[name])
      #expect(entry.shape == before.entries[name]?.shape)
      #expect(URL(fileURLWithPath: before.path).lastPathComponent == URL(fileURLWithPath: after.path).lastPathComponent)
      if reports.map(\.name).contains(name) {
        try expectQuantized(name, before.numbers(of: name), after)
      } else {
        #expect(entry.type == dtype.rawValue)
        #expect(try after.numbers(of: name) == before.numbers(of: name))
      }
    }
    let files = try FileManager.default.subpathsOfDirectory(atPath: target).filter { !$0.hasSuffix(".safetensors") }.sorted()
    #expect(
      files == ["1_Pooling", "1_Pooling/config.json", "config.json", "empty.txt", "linked.json"]
        + (shards > 1 ? ["model.safetensors.index.json"] : []) + ["tokenizer.json"])
    #expect(try FileManager.default.attributesOfItem(atPath: target + "/linked.json")[.type] as? FileAttributeType == .typeRegular)
    #expect(
      try String(contentsOfFile: target + "/config.json", encoding: .utf8).hasSuffix("\n  \"model_type\": \"any\",\n  \"theta\": 5e6\n}\n"))
    #expect(
      try String(contentsOfFile: target + "/config.json", encoding: .utf8).contains(
        #""ignore": ["lm_head", "visual.patch_embed.proj", "visual.pos_embed"]"#))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["source", "target"])
  }

  /// Against plain arithmetic.
  private func expectQuantized(_ name: String, _ numbers: [Float], _ file: SafetensorsFile) throws {
    let entry = try #require(file.entries[name])
    let scales = try file.numbers(of: name + "_scale")
    #expect(entry.type == "I8" && file.entries[name + "_scale"]?.shape == [entry.shape[0], 1])
    let columns = entry.shape[1]
    for row in 0..<entry.shape[0] {
      let original = numbers[row * columns..<(row + 1) * columns]
      let scale = (original.map(abs).max() ?? 0) / 127
      #expect(scales[row] == scale)
      for (index, number) in original.enumerated() {
        let found = file.memory.base.load(fromByteOffset: entry.bytes.lowerBound + row * columns + index, as: Int8.self)
        #expect(found == Int8((number / scale).rounded(.toNearestOrEven)))
      }
    }
  }

  @Test func readerGivesTheNumbersBack() throws {
    let source = try source()
    try quantize(source)
    let original = try WeightReader(Checkpoint(directory: source), precision: .bfloat16, layout: NameLayout([]))
    for precision in Precision.allCases {
      let reader = try WeightReader(Checkpoint(directory: target), precision: precision, layout: NameLayout([]))
      let matrix = try reader.matrix("a.proj.weight", shape: [6, 50])
      #expect(matrix.dtype == .int8 && matrix.scales?.count == 6 && reader.convertedBytes == 0)
      if precision == .bfloat16 {
        let expected = try original.matrix("a.proj.weight", shape: [6, 50])
        for row in 0..<6 {
          let largest = expected.row(row).map(abs).max() ?? 0
          #expect(zip(matrix.row(row), expected.row(row)).allSatisfy { abs($0 - $1) <= largest / 253 })
        }
      }
      #expect(matrix.rows(2..<5).row(1) == matrix.row(3))
      _ = try reader.matrix("b.proj.weight", shape: [7, 10])
      for (name, shape) in [
        ("visual.pos_embed.weight", [4, 6]), ("visual.patch_embed.proj.weight", [4, 3, 1, 2, 2]), ("lm_head.weight", [5, 6]),
      ] {
        _ = try reader.matrix(name, shape: shape)
      }
      _ = try reader.vector("a.norm.weight", count: 50)
      _ = try reader.vector("b.proj.bias", count: 7)
      try reader.finish()
    }
  }

  @Test func whatIsThereIsKept() throws {
    let source = try source()
    try folder.write("target", "mine")
    expectAnyError(saying: "exists already") { try quantize(source) }
    #expect(try String(contentsOfFile: target, encoding: .utf8) == "mine")
    #expect(try folder.contents == ["source", "target"])
  }

  @Test func quantizedAlready() throws {
    try quantize(source())
    expectError(.unsupported, saying: "is quantised already") { _ = try CheckpointQuantizer(Checkpoint(directory: target)) }
  }

  @Test(arguments: [Float.nan, .infinity])
  func numberThatIsNotFinite(number: Float) throws {
    let source = try source()
    try SafetensorsWriter.write(source + "/model.safetensors", [.init(name: "w.weight", dtype: .float32, shape: [3, 2])]) {
      _, range, bytes in
      for index in range { bytes.storeBytes(of: index == 3 ? number : 1, toByteOffset: 4 * index, as: Float.self) }
    }
    expectAnyError(saying: "tensor w.weight holds a number that is not finite, in row 1") {
      try CheckpointQuantizer(Checkpoint(directory: source)).write(to: target)
    }
    #expect(try folder.contents == ["source"])
  }

  @Test func nameOfTheScalesIsTaken() throws {
    let source = try source()
    let tensors = ["w.weight", "w.weight_scale"].map { SafetensorsWriter.Tensor(name: $0, dtype: .float32, shape: [2, 2]) }
    try SafetensorsWriter.write(source + "/model.safetensors", tensors) { _, _, bytes in
      bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }
    expectError(.unsupported, saying: "holds w.weight_scale") { _ = try CheckpointQuantizer(Checkpoint(directory: source)) }
  }

  /// Whoever interrupts finds nothing half.
  @Test func cancelled() async throws {
    let source = try source()
    let (folder, target) = (folder, target)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try CheckpointQuantizer(Checkpoint(directory: source)).write(to: target)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try folder.contents == ["source"])
  }

  private func expectAnyError(saying text: String, _ body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) {
    do {
      try body()
      Issue.record("no error", sourceLocation: sourceLocation)
    } catch {
      #expect("\(error)".contains(text), "\(error)", sourceLocation: sourceLocation)
    }
  }
}
