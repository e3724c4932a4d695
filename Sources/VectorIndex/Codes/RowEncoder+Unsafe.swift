import CKernels

/// Makes the columns of a row: the vector as it is stored, and the codes of what is stored.
struct RowEncoder {
  private let settings: VectorSettings
  private let minimum: [Float]
  private let steps: [Float]

  init(_ settings: VectorSettings) {
    self.settings = settings
    minimum = settings.int8Ranges?.minimum ?? []
    steps = settings.int8Ranges?.steps ?? []
  }

  /// Writes one row of a column to its place, from a vector as `withStored` gives it.
  func encode(id: UInt64, _ vector: UnsafeBufferPointer<Float>, _ column: Column, to place: UnsafeMutableRawPointer) {
    switch column.kind {
    case .keys: place.storeBytes(of: id.littleEndian, as: UInt64.self)
    case .vectors:
      switch settings.number {
      case .float32: UnsafeMutableRawBufferPointer(start: place, count: column.stride).copyMemory(from: UnsafeRawBufferPointer(vector))
      case .float16: sl_narrow_f16(vector.baseAddress, place.assumingMemoryBound(to: UInt16.self), vector.count)
      }
    case .int8:
      Self.withCodedPrefix(vector, column.dimensions) { prefix in
        sl_encode_int8(prefix.baseAddress, minimum, steps, place.assumingMemoryBound(to: Int8.self), prefix.count)
      }
    case .binary: sl_encode_binary(vector.baseAddress, place.assumingMemoryBound(to: UInt8.self), column.dimensions)
    }
  }

  /// Calls `body` with the numbers that will be read again once a vector has been stored; `length` is what it is divided by first, 1 for one
  /// that is stored as it is.
  func withStored(_ vector: UnsafeBufferPointer<Float>, length: Double, _ body: (UnsafeBufferPointer<Float>) -> Void) {
    guard length != 1 || settings.number == .float16 else { return body(vector) }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: vector.count) { stored in
      sl_divide(vector.baseAddress, stored.baseAddress, vector.count, length)
      if settings.number == .float16 {
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: vector.count) { halves in
          sl_narrow_f16(stored.baseAddress, halves.baseAddress, vector.count)
          sl_widen_f16(halves.baseAddress, stored.baseAddress, vector.count)
        }
      }
      body(UnsafeBufferPointer(stored))
    }
  }

  /// Calls `body` with the prefix that int8 codes are made of, brought to length 1 where it is a part; zeros stay zeros.
  static func withCodedPrefix(_ vector: UnsafeBufferPointer<Float>, _ dimensions: Int, _ body: (UnsafeBufferPointer<Float>) -> Void) {
    guard dimensions < vector.count else { return body(vector) }
    let prefix = UnsafeBufferPointer(rebasing: vector[..<dimensions])
    guard let length = UnitVector.length(prefix) else { return body(prefix) }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: dimensions) { unit in
      sl_divide(prefix.baseAddress, unit.baseAddress, dimensions, length)
      body(UnsafeBufferPointer(unit))
    }
  }

  /// One bit a dimension, set where the number is above zero; the first dimension is the highest bit of the first byte.
  static func binaryCode(_ vector: [Float], _ dimensions: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: dimensions / 8) { code, count in
      sl_encode_binary(vector, code.baseAddress, dimensions / 8 * 8)
      count = dimensions / 8
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
