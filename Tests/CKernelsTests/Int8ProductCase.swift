import CKernels

/// One product of int8 weights, with an operand of int8 or of floating-point numbers.
struct Int8ProductCase {
  /// SL_I8, SL_BF16 or SL_F32.
  var operandNumber = SL_I8
  var activation = SL_IDENTITY
  var destination = SL_STORE
  var hasBias = true

  /// The operand where it is int8, and where it is not.
  var operand: Int8Operand
  var x: [[Float]]
  var weights: [[Int8]]
  var gates: [[Int8]]
  var weightScales: [Float]
  var gateScales: [Float]
  var bias: [Float]
  var old: [[Float]]

  init(tokens: Int, rows: Int, columns: Int, operandNumber: sl_number = SL_I8) {
    var samples = Samples(tokens * 1_000_003 + rows * 1009 + columns + 7)
    func whole(_ count: Int, _ least: Int8) -> [[Int8]] {
      (0..<count).map { _ in (0..<columns).map { _ in Int8.random(in: least...127, using: &samples) } }
    }
    self.operandNumber = operandNumber
    operand = Int8Operand(whole(tokens, -127), scales: (0..<tokens).map { _ in Float.random(in: 0.001...0.01, using: &samples) })
    x = samples.rows(tokens, columns, operandNumber == SL_I8 ? SL_F32 : operandNumber)
    // What other programs write may hold -128.
    weights = whole(rows, -128)
    gates = whole(rows, -128)
    weightScales = (0..<rows).map { _ in Float.random(in: 0.001...0.01, using: &samples) }
    gateScales = (0..<rows).map { _ in Float.random(in: 0.001...0.01, using: &samples) }
    bias = samples.row(rows)
    old = samples.rows(tokens, rows)
  }

  var tokens: Int { operand.tokens }
  var columns: Int { operand.features }

  /// The result over `ranges` of rows; rows in no range stay NaN, or old.
  func run(_ kernels: sl_kernels, ranges: [Range<Int>]? = nil) -> Arranged {
    let memory = operand.memory
    let floating = Arranged(x, number: operandNumber == SL_BF16 ? SL_BF16 : SL_F32)
    let out =
      destination == SL_ADD
      ? Arranged(old)
      : Arranged(
        tokens: tokens, features: bias.count, number: destination == SL_OPERAND && operandNumber != SL_F32 ? SL_BF16 : SL_F32)
    // One more byte in front, so that nothing is aligned.
    let weightBytes = [0] + weights.joined()
    let gateBytes = [0] + gates.joined()
    withExtendedLifetime((memory, floating)) {
      weightBytes.withUnsafeBufferPointer { weightBytes in
        gateBytes.withUnsafeBufferPointer { gateBytes in
          weightScales.withUnsafeBufferPointer { weightScales in
            gateScales.withUnsafeBufferPointer { gateScales in
              bias.withUnsafeBufferPointer { bias in
                let isWhole = operandNumber == SL_I8
                let isGated = activation == SL_SILU_GATE
                var product = sl_product(
                  tokens: tokens, columns: columns, rows: bias.count,
                  operand: isWhole ? UnsafeRawPointer(memory.numbers) : UnsafeRawPointer(floating.pointer), operand_number: operandNumber,
                  operand_scales: isWhole ? UnsafePointer(memory.scales) : nil, operand_sums: isWhole ? UnsafePointer(memory.sums) : nil,
                  weights: UnsafeRawPointer(weightBytes.baseAddress.map { $0 + 1 }),
                  gate_weights: isGated ? UnsafeRawPointer(gateBytes.baseAddress.map { $0 + 1 }) : nil,
                  weight_number: SL_I8, weight_scales: weightScales.baseAddress, gate_scales: isGated ? gateScales.baseAddress : nil,
                  bias: hasBias ? bias.baseAddress : nil, activation: activation, destination: destination, out: out.pointer)
                for range in ranges ?? [0..<bias.count] { kernels.product(&product, range.lowerBound, range.upperBound) }
              }
            }
          }
        }
      }
    }
    return out
  }

  /// The sum over columns: exact, in 64 bits.
  func wholeSum(_ token: Int, _ weights: [Int8]) -> Int {
    zip(operand.whole[token], weights).reduce(0) { $0 + Int($1.0) * Int($1.1) }
  }

  /// What a plain product of whole numbers gives: one rounding to f32, two multiplications.
  var exact: [[Float]] {
    (0..<tokens).map { token in
      weights.indices.map { Float(wholeSum(token, weights[$0])) * (operand.scales[token] * weightScales[$0]) }
    }
  }

  /// The linear part in double precision, and the size of what was summed.
  func linear(_ token: Int, _ row: [Int8], _ scale: Float) -> (sum: Double, size: Double) {
    let numbers =
      operandNumber == SL_I8 ? operand.whole[token].map { Double($0) * Double(operand.scales[token]) } : x[token].map(Double.init)
    var (sum, size) = (0.0, 0.0)
    for (a, b) in zip(numbers, row) {
      sum += a * Double(b) * Double(scale)
      size += abs(a * Double(b)) * Double(scale)
    }
    return (sum, size)
  }
}
