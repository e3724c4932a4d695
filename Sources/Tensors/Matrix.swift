import CKernels

/// A weight matrix, row-major, where it lies: usually in the mapped file.
///
/// Shape: [rows][columns]. One row makes one output feature of a product.
public struct Matrix: Sendable {
  /// Output features.
  public let rows: Int
  /// Input features.
  public let columns: Int
  /// How the numbers are stored.
  public let dtype: DType
  let memory: Memory
  let byteOffset: Int

  /// A view of `rows` x `columns` numbers that start `byteOffset` bytes into `memory`.
  ///
  /// - Precondition: The numbers lie within `memory`, on an address that their size divides. The checkpoint reader has checked both.
  public init(memory: Memory, byteOffset: Int, dtype: DType, rows: Int, columns: Int) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    precondition(rows >= 0 && columns >= 0 && byteOffset >= 0 && !overflow)
    precondition(count <= (memory.byteCount - byteOffset) / dtype.byteCount)
    precondition((Int(bitPattern: memory.base) + byteOffset) % dtype.byteCount == 0)
    self.memory = memory
    self.byteOffset = byteOffset
    self.dtype = dtype
    self.rows = rows
    self.columns = columns
  }

  /// A matrix of f32 made from rows of numbers.
  ///
  /// - Precondition: `values` holds `rows` * `columns` numbers.
  public init(_ values: [Float], rows: Int, columns: Int) {
    precondition(values.count == rows * columns)
    let memory = Memory(byteCount: values.count * 4) { bytes in values.withUnsafeBytes { bytes.copyMemory(from: $0) } }
    self.init(memory: memory, byteOffset: 0, dtype: .float32, rows: rows, columns: columns)
  }

  var base: UnsafeRawPointer { memory.base + byteOffset }

  /// Bytes of the numbers.
  public var byteCount: Int { rows * columns * dtype.byteCount }

  /// The given rows, sharing the memory.
  public func rows(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows)
    let offset = byteOffset + range.lowerBound * columns * dtype.byteCount
    return Matrix(memory: memory, byteOffset: offset, dtype: dtype, rows: range.count, columns: columns)
  }

  /// One row as f32.
  public func row(_ index: Int) -> [Float] {
    precondition(index >= 0 && index < rows)
    let source = base + index * columns * dtype.byteCount
    return [Float](unsafeUninitializedCapacity: columns) { buffer, count in
      Kernels.best.convert(source, dtype.number, buffer.baseAddress, SL_F32, columns)
      count = columns
    }
  }

  /// The matrix in the form in which `precision` multiplies it: itself where it already has it, else a converted copy.
  public func prepared(for precision: Precision) -> Matrix {
    let wanted = precision.weightType(for: dtype)
    guard wanted != dtype else { return self }
    let count = rows * columns
    // f16 has no direct way to bf16 in one rounding but through f32, which holds every f16 exactly: rounded once either way.
    let memory = Memory(byteCount: count * wanted.byteCount) { bytes in
      Kernels.best.convert(base, dtype.number, bytes.baseAddress, wanted.number, count)
    }
    return Matrix(memory: memory, byteOffset: 0, dtype: wanted, rows: rows, columns: columns)
  }

  /// Two matrices in one form, as a product of both at once wants them: as they are, or in f32 where a file mixes forms.
  public static func alike(_ first: Matrix, _ second: Matrix) -> (Matrix, Matrix) {
    guard first.dtype != second.dtype else { return (first, second) }
    return (first.widened(), second.widened())
  }

  private func widened() -> Matrix {
    guard dtype != .float32 else { return self }
    let memory = Memory(byteCount: rows * columns * DType.float32.byteCount) { bytes in
      Kernels.best.convert(base, dtype.number, bytes.baseAddress, SL_F32, rows * columns)
    }
    return Matrix(memory: memory, byteOffset: 0, dtype: .float32, rows: rows, columns: columns)
  }

  /// Whether both hold the same numbers, bit for bit as f32, in whatever form.
  ///
  /// - Complexity: Reads both matrices.
  public func hasSameNumbers(as other: Matrix) -> Bool {
    guard rows == other.rows, columns == other.columns else { return false }
    return (0..<rows).allSatisfy { index in
      zip(row(index), other.row(index)).allSatisfy { $0.bitPattern == $1.bitPattern }
    }
  }
}

/// A vector of f32 that the kernels read: a bias, the weights of a norm.
public struct Vector: Sendable {
  /// Number of elements.
  public let count: Int
  private let memory: Memory

  /// The given numbers.
  public init(_ values: [Float]) {
    count = values.count
    memory = Memory(byteCount: values.count * 4) { bytes in values.withUnsafeBytes { bytes.copyMemory(from: $0) } }
  }

  /// The numbers again.
  public var values: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }

  var base: UnsafePointer<Float> { memory.base.assumingMemoryBound(to: Float.self) }
}

/// The weights of y = W x + b.
public struct Linear: Sendable {
  /// W, [output features][input features].
  public let weight: Matrix
  /// b, [output features], where there is one.
  public let bias: Vector?

  /// A layer of the given weights.
  public init(weight: Matrix, bias: Vector? = nil) {
    precondition(bias.map { $0.count == weight.rows } ?? true)
    self.weight = weight
    self.bias = bias
  }

  /// The part of the layer that makes the given output features.
  public func rows(_ range: Range<Int>) -> Linear {
    Linear(weight: weight.rows(range), bias: bias.map { Vector(Array($0.values[range])) })
  }
}
