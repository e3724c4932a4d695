import Checkpoints
import Testing

/// Headers that are well formed and describe tensors that cannot be.
@Suite struct SafetensorsTensorTests {
  private func open(_ file: SafetensorsBytes) throws { _ = try SafetensorsFile(path: TemporaryFolder().write("t.safetensors", file.bytes)) }

  private static let four: [UInt8] = [0, 0, 0, 0]

  struct Fault: Sendable, CustomTestStringConvertible {
    let dtype: String
    let shape: String
    let offsets: String
    let message: String

    init(_ dtype: String, _ shape: String, _ offsets: String, _ message: String) {
      self.dtype = dtype
      self.shape = shape
      self.offsets = offsets
      self.message = message
    }

    var testDescription: String { "\(dtype) \(shape) at \(offsets)" }
  }

  /// Each is about a file with 4 bytes of data.
  @Test(arguments: [
    Fault("F32", "[-1]", "[0,4]", "negative dimension in its shape [-1]"),
    Fault("F32", "[-1,-1]", "[0,4]", "negative dimension"),
    Fault("F32", "[1,-9223372036854775808]", "[0,4]", "negative dimension"),
    Fault("F32", "[4611686018427387904]", "[0,4]", "no file can hold"),
    Fault("F32", "[4294967296,4294967296]", "[0,4]", "no file can hold"),
    // 32 bits times this product wrap around to 32 bits, which the 4 bytes at hand would satisfy.
    Fault("F32", "[3,12297829382473034411]", "[0,4]", "without a dtype, a shape"),
    Fault("F32", "[641,6700417,4294967297]", "[0,4]", "no file can hold"),
    Fault("F32", "[9223372036854775807,0]", "[0,4]", "no file can hold"),
    Fault("F32", "[1]", "[4,0]", "claims bytes 4 to 0"),
    Fault("F32", "[1]", "[-4,0]", "claims bytes -4 to 0"),
    Fault("F32", "[1]", "[0,-4]", "claims bytes 0 to -4"),
    Fault("F32", "[1]", "[-9223372036854775808,9223372036854775807]", "claims bytes"),
    Fault("F32", "[2]", "[0,8]", "the file has 4 bytes of data"),
    Fault("F32", "[1]", "[9223372036854775803,9223372036854775807]", "the file has 4 bytes of data"),
    Fault("F32", "[1]", "[]", "has 0 data offsets, expected 2"),
    Fault("F32", "[1]", "[0]", "has 1 data offsets, expected 2"),
    Fault("F32", "[1]", "[0,2,4]", "has 3 data offsets, expected 2"),
    Fault("F32", "[2]", "[0,4]", "[2] in F32 needs 8 bytes, but 4 are set aside"),
    Fault("BF16", "[1]", "[0,4]", "[1] in BF16 needs 2 bytes, but 4 are set aside"),
    Fault("F32", "[]", "[0,0]", "[] in F32 needs 4 bytes, but 0 are set aside"),
    Fault("F32", "[0]", "[0,4]", "[0] in F32 needs 0 bytes, but 4 are set aside"),
    Fault("Q8", "[1]", "[0,4]", "unknown number type Q8"),
    Fault("f32", "[1]", "[0,4]", "unknown number type f32"),
    Fault("", "[1]", "[0,4]", "unknown number type"),
    Fault("F4", "[7]", "[0,4]", "28 bits, which are not whole bytes"),
    Fault("F4", "[9]", "[0,4]", "36 bits, which are not whole bytes"),
    Fault("F6_E2M3", "[5]", "[0,4]", "30 bits, which are not whole bytes"),
    Fault("F6_E3M2", "[4]", "[0,4]", "needs 3 bytes, but 4 are set aside"),
    Fault("F32", "[1]", "[0,4.5]", "without a dtype, a shape and two data_offsets"),
  ])
  func oneTensor(fault: Fault) {
    expectError(.malformedFile, saying: "t.safetensors: ", "tensor w", fault.message) {
      try open(SafetensorsBytes(dtype: fault.dtype, shape: fault.shape, offsets: fault.offsets, data: Self.four))
    }
  }

  private func two(_ first: String, _ second: String, dataCount: Int) -> SafetensorsBytes {
    SafetensorsBytes(
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":\#(first)},"b":{"dtype":"U8","shape":[4],"data_offsets":\#(second)}}"#,
      data: [UInt8](repeating: 0, count: dataCount))
  }

  @Test func placesOfSeveralTensors() throws {
    #expect(throws: Never.self) { try open(two("[0,4]", "[4,8]", dataCount: 8)) }
    #expect(throws: Never.self) { try open(two("[4,8]", "[0,4]", dataCount: 8)) }
    expectError(.malformedFile, saying: "overlaps the tensor before it") { try open(two("[0,4]", "[0,4]", dataCount: 4)) }
    expectError(.malformedFile, saying: "tensor b overlaps") { try open(two("[0,4]", "[3,7]", dataCount: 7)) }
    expectError(.malformedFile, saying: "tensor b leaves a gap") { try open(two("[0,4]", "[5,9]", dataCount: 9)) }
    expectError(.malformedFile, saying: "tensor a leaves a gap") { try open(two("[1,5]", "[5,9]", dataCount: 9)) }
    expectError(.malformedFile, saying: "3 bytes behind its last tensor") { try open(two("[0,4]", "[4,8]", dataCount: 11)) }
  }

  @Test func emptyTensorInsideAnother() {
    let header =
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[0],"data_offsets":[2,2]}}"#
    expectError(.malformedFile, saying: "tensor b overlaps") { try open(SafetensorsBytes(header, data: Self.four)) }
  }

  @Test func bytesWithoutAnyTensor() {
    expectError(.malformedFile, saying: "has 4 bytes behind its last tensor") { try open(SafetensorsBytes("{}", data: Self.four)) }
  }

  /// Which of the two descriptions holds depends on the reader; the bytes of the other one are then unaccounted for.
  @Test func nameGivenTwice() {
    let header =
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#
    #expect(throws: CheckpointError.self) { try open(SafetensorsBytes(header, data: [UInt8](repeating: 0, count: 8))) }
  }
}
