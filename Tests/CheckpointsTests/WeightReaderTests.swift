import Tensors
import Testing

@testable import Checkpoints

/// Weights are taken once each, with the shape that was asked for, in the form that products want.
@Suite struct WeightReaderTests {
  private static let numbers: [Float] = [1, -2, 0.5, 3, -0.25, 100]
  private static let everyName = NameLayout([])

  /// A checkpoint with a matrix `m` (2 x 3) and a vector `v` (3), of the given type, on odd addresses if wished.
  private func checkpoint(_ dtype: DType, isOdd: Bool = false, extra: String? = nil) throws -> Checkpoint {
    let folder = try TemporaryFolder()
    try folder.write("config.json", "{}")
    func bytes(_ numbers: some Sequence<Float>) -> [UInt8] {
      numbers.flatMap { number -> [UInt8] in
        switch dtype {
        case .float32: withUnsafeBytes(of: number.bitPattern, Array.init)
        case .bfloat16: withUnsafeBytes(of: SyntheticCheckpoint.bfloat16(number), Array.init)
        case .float16: withUnsafeBytes(of: SyntheticCheckpoint.float16(number), Array.init)
        case .int8: []
        }
      }
    }
    let (matrix, vector) = (bytes(Self.numbers), bytes(Self.numbers.prefix(3)))
    let end = matrix.count + vector.count
    var header =
      #"{"m":{"dtype":"\#(dtype.rawValue)","shape":[2,3],"data_offsets":[0,\#(matrix.count)]},"#
      + #""v":{"dtype":"\#(dtype.rawValue)","shape":[3],"data_offsets":[\#(matrix.count),\#(end)]}"#
    if let extra { header += #","\#(extra)":{"dtype":"I32","shape":[1],"data_offsets":[\#(end),\#(end + 4)]}"# }
    header += "}"
    while header.utf8.count % 4 != (isOdd ? 1 : 0) { header += " " }
    let data = matrix + vector + (extra == nil ? [] : [0, 0, 0, 0])
    try folder.write("model.safetensors", SafetensorsBytes(header, data: data).bytes)
    return try Checkpoint(directory: folder.path)
  }

  @Test(arguments: DType.floatingPoint, Precision.floatingPoint)
  func numbersArriveWhateverTheFileHas(dtype: DType, precision: Precision) throws {
    for isOdd in [false, true] {
      let reader = try WeightReader(checkpoint(dtype, isOdd: isOdd), precision: precision, layout: Self.everyName)
      let matrix = try reader.matrix("m", shape: [2, 3])
      #expect(matrix.row(0) + matrix.row(1) == Self.numbers)
      #expect(matrix.dtype == (dtype == .bfloat16 || precision == .bfloat16 ? .bfloat16 : .float32))
      #expect(try reader.vector("v", count: 3).values == Array(Self.numbers.prefix(3)))
      try reader.finish()
      // Mapped as it is, unless the form or the address is another one. Vectors are copied in any case and not counted.
      let isMapped = matrix.dtype == dtype && !isOdd
      #expect(reader.convertedBytes == (isMapped ? 0 : matrix.byteCount))
    }
  }

  @Test func shapesOfMoreThanTwoDimensions() throws {
    let folder = try TemporaryFolder()
    try folder.write("config.json", "{}")
    let header = #"{"w":{"dtype":"BF16","shape":[2,1,3,1],"data_offsets":[0,12]}}"#
    try folder.write("model.safetensors", SafetensorsBytes(header, data: [UInt8](repeating: 0, count: 12)).bytes)
    let reader = try WeightReader(Checkpoint(directory: folder.path), precision: .bfloat16, layout: Self.everyName)
    let matrix = try reader.matrix("w", shape: [2, 1, 3, 1])
    #expect(matrix.rows == 2 && matrix.columns == 3)
  }

  @Test func tensorThatIsNotThere() throws {
    let reader = try WeightReader(checkpoint(.bfloat16), precision: .bfloat16, layout: Self.everyName)
    #expect(reader.has("m") && !reader.has("x"))
    expectError(.missingTensor, saying: "does not hold the tensor x of shape [2, 3]") { _ = try reader.matrix("x", shape: [2, 3]) }
    expectError(.missingTensor, saying: "does not hold the tensor x.weight") {
      _ = try reader.linear("x", from: 3, to: 2, bias: true)
    }
  }

  @Test(arguments: [[2], [3, 2], [6], [2, 3, 1], [1, 2, 3], [2, 4], []])
  func otherShape(shape: [Int]) throws {
    let reader = try WeightReader(checkpoint(.bfloat16), precision: .bfloat16, layout: Self.everyName)
    expectError(.invalidTensor, saying: "model.safetensors: tensor m has the shape [2, 3], but config.json implies \(shape)") {
      _ = try reader.matrix("m", shape: shape)
    }
  }

  @Test func otherCount() throws {
    let reader = try WeightReader(checkpoint(.bfloat16), precision: .bfloat16, layout: Self.everyName)
    expectError(.invalidTensor, saying: "tensor v has the shape [3], but config.json implies [4]") { _ = try reader.vector("v", count: 4) }
    expectError(.invalidTensor, saying: "tensor m has the shape [2, 3], but config.json implies [6]") {
      _ = try reader.vector("m", count: 6)
    }
  }

  @Test func numberTypeThatNoModelUses() throws {
    let reader = try WeightReader(checkpoint(.bfloat16, extra: "i"), precision: .bfloat16, layout: Self.everyName)
    expectError(.invalidTensor, saying: "tensor i is stored as I32; supported are BF16, F16 and F32") {
      _ = try reader.vector("i", count: 1)
    }
  }

  @Test func takenTwice() throws {
    let reader = try WeightReader(checkpoint(.bfloat16), precision: .bfloat16, layout: Self.everyName)
    _ = try reader.vector("v", count: 3)
    expectError(.invalidTensor, saying: "tensor v is needed in two places") { _ = try reader.vector("v", count: 3) }
  }

  @Test func leftOver() throws {
    let reader = try WeightReader(checkpoint(.bfloat16, extra: "z"), precision: .bfloat16, layout: Self.everyName)
    expectError(.leftoverTensors, saying: "holds 3 tensors", "the first is m;") { try reader.finish() }
    _ = try reader.matrix("m", shape: [2, 3])
    _ = try reader.vector("v", count: 3)
    expectError(.leftoverTensors, saying: "holds 1 tensor that", "the first is z;") { try reader.finish() }
  }
}
