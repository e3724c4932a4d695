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
  /// What the numbers of each row are multiplied with; only of int8.
  public let scales: Vector?
  let memory: Memory
  let byteOffset: Int

  /// Most columns of a matrix of int8: the sums of its products are whole numbers of 32 bits.
  public static let maximumInt8Columns = Int(SL_I8_COLUMNS_MAX)

  /// A view of `rows` x `columns` numbers that start `byteOffset` bytes into `memory`.
  ///
  /// - Precondition: The numbers lie within `memory`, on an address that their size divides, and there is a scale for each row if and only
  ///   if they are int8. The checkpoint reader has checked that.
  public init(memory: Memory, byteOffset: Int, dtype: DType, rows: Int, columns: Int, scales: Vector? = nil) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    precondition(rows >= 0 && columns >= 0 && byteOffset >= 0 && !overflow)
    precondition(dtype == .int8 ? scales?.count == rows && columns <= Self.maximumInt8Columns : scales == nil)
    precondition(count <= (memory.byteCount - byteOffset) / dtype.byteCount)
    precondition((Int(bitPattern: memory.base) + byteOffset) % dtype.byteCount == 0)
    self.memory = memory
    self.byteOffset = byteOffset
    self.dtype = dtype
    self.rows = rows
    self.columns = columns
    self.scales = scales
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
    return Matrix(
      memory: memory, byteOffset: offset, dtype: dtype, rows: range.count, columns: columns,
      scales: scales.map { Vector(Array($0.values[range])) })
  }

  /// One row as f32.
  public func row(_ index: Int) -> [Float] {
    precondition(index >= 0 && index < rows)
    let source = base + index * columns * dtype.byteCount
    let row = [Float](unsafeUninitializedCapacity: columns) { buffer, count in
      Kernels.best.convert(source, dtype.number, buffer.baseAddress, SL_F32, columns)
      count = columns
    }
    guard let scale = scales?[index] else { return row }
    return row.map { $0 * scale }
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

  /// Two matrices in one form, as a product of both at once wants them: as they are, or converted where a file mixes forms.
  ///
  /// int8 becomes what the other one is, which the precision can multiply; else both become f32.
  public static func alike(_ first: Matrix, _ second: Matrix) -> (Matrix, Matrix) {
    switch (first.dtype, second.dtype) {
    case (let a, let b) where a == b: (first, second)
    case (.int8, let other): (first.withoutScales(as: other), second)
    case (let other, .int8): (first, second.withoutScales(as: other))
    default: (first.widened(), second.widened())
    }
  }

  private func withoutScales(as other: DType) -> Matrix {
    let numbers = Matrix((0..<rows).flatMap(row), rows: rows, columns: columns)
    return other == .bfloat16 ? numbers.prepared(for: .bfloat16) : numbers
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

  /// One of the numbers.
  public subscript(index: Int) -> Float {
    precondition(index >= 0 && index < count)
    return base[index]
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
