import CKernels

/// An operand in int8: quads of whole numbers, and what each token's are multiplied with.
final class QuantizedOperand {
  private let workspace: Workspace
  private let numberBlock: AlignedBlock
  private let scaleBlock: AlignedBlock
  private let sumBlock: AlignedBlock

  init(features: Int, tokens: Int, workspace: Workspace) {
    self.workspace = workspace
    let lanes = Tiles.lanes(tokens)
    numberBlock = workspace.take(byteCount: (features + 3) / 4 * 4 * lanes)
    scaleBlock = workspace.take(byteCount: 4 * lanes)
    sumBlock = workspace.take(byteCount: 4 * lanes)
  }

  deinit {
    workspace.give(numberBlock)
    workspace.give(scaleBlock)
    workspace.give(sumBlock)
  }

  var numbers: UnsafeMutableRawPointer { numberBlock.base }
  var scales: UnsafeMutablePointer<Float> { scaleBlock.base.assumingMemoryBound(to: Float.self) }
  var sums: UnsafeMutablePointer<Int32> { sumBlock.base.assumingMemoryBound(to: Int32.self) }
}

extension Compute {
  /// An operand in int8, each token divided by its largest magnitude / 127 and rounded: made when the first product asks for it.
  ///
  /// A token's scale needs all of its features, which the operation that makes the operand does not have in one place.
  func quantized(_ operand: Operand) -> QuantizedOperand {
    if let quantized = operand.quantized { return quantized }
    let output = QuantizedOperand(features: operand.features, tokens: operand.tokens, workspace: workspace)
    let job = sl_quantization(
      tokens: operand.tokens, features: operand.features, in: operand.base, out: output.numbers, scales: output.scales, sums: output.sums)
    withExtendedLifetime((operand, output)) {
      measured("rounding to int8") {
        runJobs(job, count: Tiles.count(operand.tokens)) { kernels, job, tile in kernels.quantize(job, tile, tile + 1) }
      }
    }
    operand.quantized = output
    return output
  }
}
