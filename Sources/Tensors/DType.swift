import CKernels

/// How the numbers of a tensor are stored.
public enum DType: String, Sendable, CaseIterable {
  /// IEEE single precision.
  case float32 = "F32"
  /// The upper half of a single-precision number.
  case bfloat16 = "BF16"
  /// IEEE half precision.
  case float16 = "F16"

  /// Bytes of one number.
  public var byteCount: Int {
    switch self {
    case .float32: 4
    case .bfloat16, .float16: 2
    }
  }

  var number: sl_number {
    switch self {
    case .float32: SL_F32
    case .bfloat16: SL_BF16
    case .float16: SL_F16
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

  var number: sl_number {
    switch self {
    case .bfloat16: SL_BF16
    case .float32: SL_F32
    }
  }

  /// The form in which weights are multiplied: a file's bf16 weights stay as they are in both precisions.
  func weightType(for stored: DType) -> DType {
    switch (self, stored) {
    case (_, .bfloat16), (.bfloat16, _): .bfloat16
    case (.float32, _): .float32
    }
  }
}
