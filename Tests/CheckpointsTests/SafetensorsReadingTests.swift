import Tensors
import Testing

@testable import Checkpoints

/// What valid files say is read as it stands.
@Suite struct SafetensorsReadingTests {
  private func open(_ file: SafetensorsBytes) throws -> SafetensorsFile {
    try SafetensorsFile(path: TemporaryFolder().write("t.safetensors", file.bytes))
  }

  @Test func everyTensorIsWhereTheHeaderSays() throws {
    let file = try open(.valid)
    let start = 8 + SafetensorsBytes.valid.header.utf8.count
    #expect(file.metadata == ["format": "pt"])
    #expect(file.entries.keys.sorted() == ["a", "b", "c", "empty", "scalar"])
    #expect(file.entries["a"] == .init(type: "F32", shape: [2, 3], bytes: start..<start + 24))
    #expect(file.entries["empty"] == .init(type: "F16", shape: [0, 5], bytes: start + 24..<start + 24))
    #expect(file.entries["b"] == .init(type: "BF16", shape: [4], bytes: start + 24..<start + 32))
    #expect(file.entries["scalar"] == .init(type: "F16", shape: [], bytes: start + 32..<start + 34))
    #expect(file.entries["c"] == .init(type: "I64", shape: [1], bytes: start + 34..<start + 42))
  }

  @Test func fileWithoutTensors() throws {
    #expect(try open(SafetensorsBytes("{}")).entries.isEmpty)
    #expect(try open(SafetensorsBytes(#"{"__metadata__":{}}"#)).entries.isEmpty)
  }

  @Test func emptyTensorsAndScalars() throws {
    let file = try open(.valid)
    #expect(try file.numbers(of: "empty") == [])
    // The bytes 32 and 33.
    #expect(try file.numbers(of: "scalar") == [Float(sign: .plus, exponent: -15 + 8, significand: 1 + Float(0x120) / 1024)])
  }

  /// The header's length decides on which addresses numbers lie: every length from even to odd must give the same numbers.
  @Test(arguments: 0..<8, DType.floatingPoint)
  func numbersOnAnyAddress(padding: Int, dtype: DType) throws {
    let expected: [Float] = [0, 1, -2, 0.5, -0.25, 3, 100, -1_024]
    let data = expected.flatMap { number -> [UInt8] in
      switch dtype {
      case .float32: withUnsafeBytes(of: number.bitPattern.littleEndian, Array.init)
      case .bfloat16: withUnsafeBytes(of: UInt16(number.bitPattern >> 16).littleEndian, Array.init)
      case .float16: withUnsafeBytes(of: SyntheticCheckpoint.float16(number).littleEndian, Array.init)
      case .int8: []
      }
    }
    let header = #"{"w":{"dtype":"\#(dtype.rawValue)","shape":[8],"data_offsets":[0,\#(data.count)]}}"#
    let file = try open(SafetensorsBytes(header + String(repeating: " ", count: padding), data: data))
    #expect(try file.numbers(of: "w") == expected)
  }

  @Test(arguments: [
    ("F4", 8, 4), ("F6_E2M3", 4, 3), ("F6_E3M2", 4, 3), ("BOOL", 3, 3), ("U8", 3, 3), ("I8", 3, 3), ("F8_E5M2", 3, 3),
    ("F8_E4M3", 3, 3), ("F8_E8M0", 3, 3), ("F8_E4M3FNUZ", 3, 3), ("F8_E5M2FNUZ", 3, 3), ("I16", 2, 4), ("U16", 2, 4), ("I32", 1, 4),
    ("U32", 1, 4), ("C64", 1, 8), ("F64", 1, 8), ("I64", 1, 8), ("U64", 1, 8),
  ])
  func otherNumberTypesAreAccountedForButNotRead(dtype: String, count: Int, byteCount: Int) throws {
    let file = try open(
      SafetensorsBytes(dtype: dtype, shape: "[\(count)]", offsets: "[0,\(byteCount)]", data: [UInt8](repeating: 7, count: byteCount)))
    #expect(file.entries["w"]?.bytes.count == byteCount)
    expectError(.invalidTensor, saying: "tensor w is stored as \(dtype)", "BF16, F16 and F32") { _ = try file.numbers(of: "w") }
  }

  @Test func tensorThatIsNotThere() throws {
    let file = try open(.valid)
    expectError(.missingTensor, saying: "does not hold the tensor z") { _ = try file.numbers(of: "z") }
  }

  /// Strange numbers are data, not damage.
  @Test func notANumberIsANumber() throws {
    let data = [Float.nan, .infinity, -.infinity, .leastNonzeroMagnitude].flatMap { withUnsafeBytes(of: $0.bitPattern, Array.init) }
    let numbers = try open(SafetensorsBytes(dtype: "F32", shape: "[2,2]", offsets: "[0,16]", data: data)).numbers(of: "w")
    #expect(numbers[0].isNaN)
    #expect(numbers[1...] == [.infinity, -.infinity, .leastNonzeroMagnitude])
  }
}
