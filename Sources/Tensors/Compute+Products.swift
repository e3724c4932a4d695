import CKernels

/// A function applied to every number of a product.
public enum Activation: Sendable {
  /// GELU by its tanh approximation, `gelu_pytorch_tanh` in a configuration.
  case geluTanh
  /// GELU by the error function.
  case gelu

  var code: sl_activation {
    switch self {
    case .geluTanh: SL_GELU_TANH
    case .gelu: SL_GELU_ERF
    }
  }
}

extension Compute {
  /// W x + b.
  ///
  /// - Shape: (features, tokens) -> (`layer.weight.rows`, tokens), f32.
  public func linear(_ layer: Linear, _ input: Operand) -> TokenMatrix {
    let output = tokenMatrix(features: layer.weight.rows, tokens: input.tokens)
    multiply(layer, input, SL_IDENTITY, SL_STORE, output.base)
    return output
  }

  /// W x + b, added to `residual`.
  public func linear(_ layer: Linear, _ input: Operand, addedTo residual: TokenMatrix) {
    precondition(residual.features == layer.weight.rows && residual.tokens == input.tokens)
    multiply(layer, input, SL_IDENTITY, SL_ADD, residual.base)
  }

  /// activation(W x + b), ready for the next product.
  public func linear(_ layer: Linear, _ input: Operand, activation: Activation) -> Operand {
    let output = operand(features: layer.weight.rows, tokens: input.tokens)
    multiply(layer, input, activation.code, SL_OPERAND, output.base)
    return output
  }

  /// silu(G x) * (U x), the inner half of SwiGLU, ready for the next product.
  public func gatedLinear(gate: Matrix, up: Matrix, _ input: Operand) -> Operand {
    precondition(gate.rows == up.rows && gate.columns == up.columns && gate.dtype == up.dtype)
    let output = operand(features: up.rows, tokens: input.tokens)
    multiply(Linear(weight: up), gate: gate, input, SL_SILU_GATE, SL_OPERAND, output.base)
    return output
  }

  private func multiply(
    _ layer: Linear, gate: Matrix? = nil, _ input: Operand, _ activation: sl_activation, _ destination: sl_destination,
    _ output: UnsafeMutableRawPointer
  ) {
    let weight = layer.weight
    precondition(weight.columns == input.features && weight.columns % 2 == 0 && input.precision == precision)
    precondition(weight.dtype == precision.weightType(for: weight.dtype))
    let quantized = precision == .int8 && weight.dtype == .int8 ? quantized(input) : nil
    let job = sl_product(
      tokens: input.tokens, columns: weight.columns, rows: weight.rows,
      operand: UnsafeRawPointer(quantized?.numbers ?? input.base), operand_number: quantized == nil ? precision.number : SL_I8,
      operand_scales: quantized?.scales, operand_sums: quantized?.sums,
      weights: weight.base, gate_weights: gate?.base, weight_number: weight.dtype.number,
      weight_scales: weight.scales?.base, gate_scales: gate?.scales?.base,
      bias: layer.bias?.base, activation: activation, destination: destination, out: output)
    let blocks = RowBlocks(rows: weight.rows, threads: threads, tokens: input.tokens)
    let arithmetic = 2 * Double(input.tokens) * Double(weight.columns) * Double(weight.rows) * (gate == nil ? 1 : 2)
    withExtendedLifetime((layer, gate, input, quantized)) {
      measured("products", arithmetic: arithmetic) {
        runJobs(job, count: blocks.count) { kernels, job, index in
          let rows = blocks[index]
          kernels.product(job, rows.lowerBound, rows.upperBound)
        }
      }
    }
  }

  /// Runs `count` jobs of one kernel on all threads.
  ///
  /// The argument struct holds plain pointers, which Swift cannot see to be safe: the kernels write to disjoint ranges by contract.
  func runJobs<Arguments>(
    _ arguments: Arguments, count: Int, _ body: @Sendable (sl_kernels, UnsafePointer<Arguments>, Int) -> Void
  ) {
    withUnsafePointer(to: arguments) { pointer in
      nonisolated(unsafe) let pointer = pointer
      nonisolated(unsafe) let table = kernels.functions
      workers.run(count) { body(table, pointer, $0) }
    }
  }
}

/// Output features cut into blocks, as many for each thread.
///
/// A block's weights stay in the second-level cache while all tiles of tokens pass over them; blocks of 96 rows lose 3 to 8 % against 192 at
/// 3,520 tokens. For a few tokens weights pass by only once, and the memory is read fastest in one piece for each thread. 12 rows are one
/// pass of the fastest kernel over few tokens, and two over many.
struct RowBlocks {
  private let rows: Int
  private let size: Int
  let count: Int

  init(rows: Int, threads: Int, tokens: Int) {
    let wanted = tokens <= Tiles.width ? 1 : (rows + 191) / 192
    let balanced = max(1, (wanted + threads - 1) / threads) * threads
    size = max(12, ((rows + balanced - 1) / balanced + 11) / 12 * 12)
    self.rows = rows
    count = (rows + size - 1) / size
  }

  subscript(index: Int) -> Range<Int> { index * size..<min(rows, (index + 1) * size) }
}
