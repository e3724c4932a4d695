import CKernels

/// How the numbers of a tensor are stored.
public enum DType: String, Sendable, CaseIterable {
  /// IEEE single precision.
  case float32 = "F32"
  /// The upper half of a single-precision number.
  case bfloat16 = "BF16"
  /// IEEE half precision.
  case float16 = "F16"
  /// A whole number from -127 to 127, to be multiplied with the scale of its row.
  case int8 = "I8"

  /// The types that hold a number by themselves.
  public static let floatingPoint: [DType] = [.float32, .bfloat16, .float16]

  /// Bytes of one number.
  public var byteCount: Int {
    switch self {
    case .float32: 4
    case .bfloat16, .float16: 2
    case .int8: 1
    }
  }

  var number: sl_number {
    switch self {
    case .float32: SL_F32
    case .bfloat16: SL_BF16
    case .float16: SL_F16
    case .int8: SL_I8
    }
  }
}

/// What the operands of matrix products are rounded to.
///
/// Sums, the residual stream, norms, softmax, rotary angles and pooling are f32 either way.
public enum Precision: String, Sendable, CaseIterable {
  /// Operands in bf16: the speed of the machine.
  case bfloat16 = "bf16"
  /// Operands in f32: for tests and for the doubtful, several times slower.
  case float32 = "f32"
  /// Operands of products with int8 weights in int8, each token with a scale of its own; all other operands, those of attention among
  /// them, as in bf16.
  case int8 = "int8"

  /// The precisions that run every checkpoint; int8 needs one that was quantised.
  public static let floatingPoint: [Precision] = [.bfloat16, .float32]

  /// Of operands, before those that meet int8 weights are quantised.
  var number: sl_number { operandType.number }

  /// See `number`.
  var operandType: DType {
    switch self {
    case .bfloat16, .int8: .bfloat16
    case .float32: .float32
    }
  }

  /// The form in which weights are multiplied: a file's int8 and bf16 weights stay as they are in every precision.
  func weightType(for stored: DType) -> DType {
    switch (self, stored) {
    case (_, .int8): .int8
    case (_, .bfloat16), (.bfloat16, _), (.int8, _): .bfloat16
    case (.float32, _): .float32
    }
  }
}
