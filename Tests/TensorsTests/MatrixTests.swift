import Testing

@testable import Tensors

/// Views of weights, and their conversion.
@Suite struct MatrixTests {
  private let values = (0..<24).map { Float($0) * 0.5 - 3 }

  /// A matrix of the given numbers as they are stored in the given type; they must be exact in it.
  private func stored(_ values: [Float], _ dtype: DType, rows: Int, columns: Int) -> Matrix {
    let memory = Memory(byteCount: values.count * dtype.byteCount) { bytes in
      for (index, value) in values.enumerated() {
        switch dtype {
        case .float32: bytes.storeBytes(of: value, toByteOffset: 4 * index, as: Float.self)
        case .bfloat16: bytes.storeBytes(of: UInt16(value.bitPattern >> 16), toByteOffset: 2 * index, as: UInt16.self)
        case .float16: bytes.storeBytes(of: Self.float16(value), toByteOffset: 2 * index, as: UInt16.self)
        case .int8: bytes.storeBytes(of: Int8(value), toByteOffset: index, as: Int8.self)
        }
      }
    }
    return Matrix(memory: memory, byteOffset: 0, dtype: dtype, rows: rows, columns: columns)
  }

  /// Bits of a normal f16 number.
  private static func float16(_ value: Float) -> UInt16 {
    guard value != 0 else { return 0 }
    let bits = value.bitPattern
    return UInt16(bits >> 16 & 0x8000) | UInt16((bits >> 23 & 0xff) - 112) << 10 | UInt16(bits >> 13 & 0x3ff)
  }

  @Test(arguments: DType.floatingPoint)
  func rowsAreWhatWasStored(dtype: DType) {
    let matrix = stored(values, dtype, rows: 4, columns: 6)
    #expect(matrix.byteCount == 24 * dtype.byteCount)
    for row in 0..<4 { #expect(matrix.row(row) == Array(values[6 * row..<6 * row + 6])) }
    let slice = matrix.rows(1..<3)
    #expect(slice.rows == 2 && slice.columns == 6 && slice.memory === matrix.memory)
    #expect(slice.row(0) == matrix.row(1) && slice.row(1) == matrix.row(2))
    #expect(slice.rows(1..<2).row(0) == matrix.row(2))
    #expect(matrix.rows(4..<4).rows == 0)
  }

  @Test(arguments: DType.floatingPoint, Precision.allCases)
  func preparedForProducts(dtype: DType, precision: Precision) {
    let matrix = stored(values, dtype, rows: 4, columns: 6)
    let prepared = matrix.prepared(for: precision)
    #expect(prepared.dtype == (precision != .float32 || dtype == .bfloat16 ? .bfloat16 : .float32))
    #expect((prepared.memory === matrix.memory) == (prepared.dtype == dtype))
    for row in 0..<4 { #expect(prepared.row(row) == matrix.row(row)) }
    // A slice that does not begin at the memory's begin.
    #expect(matrix.rows(2..<4).prepared(for: precision).row(1) == matrix.row(3))
  }

  /// To bf16 rounds to the nearest, ties to even, and keeps what is not a number.
  @Test func rounding() {
    func rounded(_ bits: UInt32) -> UInt32 {
      Matrix([Float(bitPattern: bits), 0], rows: 1, columns: 2).prepared(for: .bfloat16).row(0)[0].bitPattern
    }
    #expect(rounded(0x3f80_7fff) == 0x3f80_0000)
    #expect(rounded(0x3f80_8000) == 0x3f80_0000)
    #expect(rounded(0x3f80_8001) == 0x3f81_0000)
    #expect(rounded(0x3f81_8000) == 0x3f82_0000)
    #expect(rounded(0xbf81_8000) == 0xbf82_0000)
    #expect(rounded(0x7f80_0000) == 0x7f80_0000)
    #expect(rounded(0x7f7f_ffff) == 0x7f80_0000)
    for bits: UInt32 in [0x7fc0_0000, 0x7f80_0001, 0xffff_ffff, 0x7fff_8000] { #expect(Float(bitPattern: rounded(bits)).isNaN) }
  }

  @Test func vectors() {
    #expect(Vector(values).values == values && Vector(values).count == 24)
    #expect(Vector([]).values == [])
  }

  @Test func partsOfALayer() {
    let layer = Linear(weight: Matrix(values, rows: 4, columns: 6), bias: Vector([1, 2, 3, 4]))
    let part = layer.rows(1..<3)
    #expect(part.weight.row(0) == layer.weight.row(1) && part.weight.rows == 2)
    #expect(part.bias?.values == [2, 3])
    #expect(Linear(weight: layer.weight).rows(0..<1).bias == nil)
  }

  /// Someone else's memory is given back when the last view of it is gone, and not before.
  @Test func memoryTellsItsOwner() async {
    await confirmation { released in
      nonisolated(unsafe) let bytes = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
      bytes.initializeMemory(as: Float.self, repeating: 2, count: 16)
      let memory = Memory(base: UnsafeRawPointer(bytes), byteCount: 64) {
        bytes.deallocate()
        released()
      }
      let row = Matrix(memory: memory, byteOffset: 0, dtype: .float32, rows: 4, columns: 4).rows(1..<2)
      #expect(row.row(0) == [2, 2, 2, 2])
    }
  }
}
