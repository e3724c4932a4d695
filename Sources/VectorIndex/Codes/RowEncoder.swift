import CKernels

/// Makes the columns of a row: the vector as it is stored, and the codes of what is stored.
struct RowEncoder {
  let settings: VectorSettings
  private let columns: [Column]
  private let steps: [Float]

  init(_ settings: VectorSettings) {
    self.settings = settings
    columns = settings.columns
    steps = settings.int8Ranges?.steps ?? []
  }

  /// Appends one row to the bytes of each of `settings.columns`; the vector is of length 1.
  func append(id: UInt64, _ vector: [Float], to columns: inout [[UInt8]]) {
    var stored = vector
    if settings.number == .float16 { stored = Self.widened(Self.narrowed(vector)) }
    for (index, column) in self.columns.enumerated() {
      switch column.kind {
      case .keys: withUnsafeBytes(of: id.littleEndian) { columns[index].append(contentsOf: $0) }
      case .vectors:
        switch settings.number {
        case .float32: vector.withUnsafeBytes { columns[index].append(contentsOf: $0) }
        case .float16: Self.narrowed(vector).withUnsafeBytes { columns[index].append(contentsOf: $0) }
        }
      case .int8: columns[index].append(contentsOf: int8Code(codedPrefix(stored, column.dimensions)))
      case .binary: columns[index].append(contentsOf: Self.binaryCode(stored, column.dimensions))
      }
    }
  }

  /// The prefix that int8 codes are made of; zeros stay zeros.
  func codedPrefix(_ vector: [Float], _ dimensions: Int) -> [Float] {
    guard dimensions < vector.count else { return vector }
    return UnitVector.prefix(vector, dimensions) ?? Array(vector.prefix(dimensions))
  }

  /// Codes from -128 to 127: which step of its range each number lies in.
  private func int8Code(_ vector: [Float]) -> [UInt8] {
    guard let ranges = settings.int8Ranges else { return [] }
    return [UInt8](unsafeUninitializedCapacity: vector.count) { code, count in
      ranges.minimum.withUnsafeBufferPointer { minimum in
        steps.withUnsafeBufferPointer { steps in
          for index in vector.indices {
            let step = min(max((vector[index] - minimum[index]) / steps[index], 0), 255)
            code[index] = UInt8(truncatingIfNeeded: Int32(step) &- 128)
          }
        }
      }
      count = vector.count
    }
  }

  /// One bit a dimension, set where the number is above zero; the first dimension is the highest bit of the first byte.
  static func binaryCode(_ vector: [Float], _ dimensions: Int) -> [UInt8] {
    vector.withUnsafeBufferPointer { vector in
      (0..<dimensions / 8).map { byte in
        var bits: UInt8 = 0
        for bit in 0..<8 where vector[byte * 8 + bit] > 0 { bits |= 0x80 >> UInt8(bit) }
        return bits
      }
    }
  }

  static func narrowed(_ vector: [Float]) -> [UInt16] {
    [UInt16](unsafeUninitializedCapacity: vector.count) { halves, count in
      sl_narrow_f16(vector, halves.baseAddress, vector.count)
      count = vector.count
    }
  }

  static func widened(_ halves: [UInt16]) -> [Float] {
    [Float](unsafeUninitializedCapacity: halves.count) { vector, count in
      sl_widen_f16(halves, vector.baseAddress, halves.count)
      count = halves.count
    }
  }
}
