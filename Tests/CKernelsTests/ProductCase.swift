import CKernels
import Foundation

/// One product: its inputs, its result by the kernel, and its result by the definition in double precision.
struct ProductCase {
  var operandNumber = SL_BF16
  var weightNumber = SL_BF16
  var activation = SL_IDENTITY
  var destination = SL_STORE
  var hasBias = true
  /// Bytes by which weights miss an alignment of 64.
  var weightOffset = 2

  var x: [[Float]]
  var weights: [[Float]]
  var gates: [[Float]]
  var bias: [Float]
  var old: [[Float]]

  init(tokens: Int, rows: Int, columns: Int, precision: (operand: sl_number, weights: sl_number) = (SL_BF16, SL_BF16)) {
    var samples = Samples(tokens * 1_000_003 + rows * 1009 + columns)
    operandNumber = precision.operand
    weightNumber = precision.weights
    weightOffset = weightNumber == SL_BF16 ? 2 : 4
    x = samples.rows(tokens, columns, operandNumber)
    weights = samples.rows(rows, columns, weightNumber)
    gates = samples.rows(rows, columns, weightNumber)
    bias = samples.row(rows)
    old = samples.rows(tokens, rows)
  }

  var columns: Int { weights[0].count }

  /// The result over `ranges` of rows, one call each.
  ///
  /// Rows in no range stay NaN, or old.
  func run(_ kernels: sl_kernels, ranges: [Range<Int>]? = nil) -> Arranged {
    let operand = Arranged(x, number: operandNumber)
    let weights = Arranged(weights, number: weightNumber, arrangement: .rows, offset: weightOffset)
    let gates = Arranged(gates, number: weightNumber, arrangement: .rows, offset: weightOffset)
    let out =
      destination == SL_ADD
      ? Arranged(old)
      : Arranged(tokens: x.count, features: bias.count, number: destination == SL_OPERAND ? operandNumber : SL_F32)
    bias.withUnsafeBufferPointer { bias in
      var product = sl_product(
        tokens: x.count, columns: columns, rows: bias.count, operand: operand.pointer, operand_number: operandNumber,
        operand_scales: nil, operand_sums: nil,
        weights: weights.pointer, gate_weights: activation == SL_SILU_GATE ? UnsafeRawPointer(gates.pointer) : nil,
        weight_number: weightNumber, weight_scales: nil, gate_scales: nil, bias: hasBias ? bias.baseAddress : nil, activation: activation,
        destination: destination,
        out: out.pointer)
      for range in ranges ?? [0..<bias.count] { kernels.product(&product, range.lowerBound, range.upperBound) }
    }
    return out
  }

  /// What the result should be and how far off it may be: 1e-6 of everything that was summed.
  ///
  /// The gate's error is multiplied by y, and that of y by the gate.
  var definition: [[(value: Double, tolerance: Double)]] {
    x.indices.map { token in
      weights.indices.map { row in
        var (y, size) = dot(x[token], weights[row])
        y += hasBias ? Double(bias[row]) : 0
        var result = y
        switch activation {
        case SL_GELU_TANH: result = 0.5 * y * (1 + tanh((2 / Double.pi).squareRoot() * (y + 0.044715 * y * y * y)))
        case SL_GELU_ERF: result = 0.5 * y * (1 + erf(y / 2.0.squareRoot()))
        case SL_SILU_GATE:
          let (gate, gateSize) = dot(x[token], gates[row])
          result = gate / (1 + exp(-gate)) * y
          size = size * (1 + abs(gate)) + gateSize * (1 + abs(y))
        default: break
        }
        return (destination == SL_ADD ? result + Double(old[token][row]) : result, 2e-6 * (1 + size))
      }
    }
  }

  /// How far off a result is; 1 is as far as allowed, its own rounding included.
  func worstError(_ result: Arranged, definition: [[(value: Double, tolerance: Double)]]? = nil) -> Double {
    let definition = definition ?? self.definition
    return worst(result.rows, definition.map { $0.map(\.value) }) { token, row in
      definition[token][row].tolerance + rounding(result.number) * 1.01 * abs(definition[token][row].value)
    }
  }

  /// The sum of products, and of their sizes.
  private func dot(_ a: [Float], _ b: [Float]) -> (sum: Double, size: Double) {
    var sum = 0.0
    var size = 0.0
    for i in a.indices {
      let product = Double(a[i]) * Double(b[i])
      sum += product
      size += abs(product)
    }
    return (sum, size)
  }
}
