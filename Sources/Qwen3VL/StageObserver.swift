import Tensors

/// Sees every named stage of a forward pass: for parity reports and for finding where two implementations part.
///
/// Names, in order: `vision.patch_embedding`, `vision.input`, `vision.block.N`, `vision.deepstack.K` (behind the block it taps),
/// `vision.merger`, `decoder.input`, `decoder.layer.N`, `decoder.norm`. `patches` and `embedding` are what goes in and comes out.
public struct StageObserver {
  private let body: ((_ stage: String, _ rows: [[Float]]) -> Void)?

  /// Sees nothing and costs nothing.
  public static var none: StageObserver { StageObserver(body: nil) }

  /// Calls `body` with the name of each stage and its numbers, [tokens][features].
  public init(_ body: @escaping (_ stage: String, _ rows: [[Float]]) -> Void) {
    self.body = body
  }

  private init(body: ((String, [[Float]]) -> Void)?) {
    self.body = body
  }

  /// Whether anyone looks.
  var isActive: Bool { body != nil }

  func callAsFunction(_ stage: String, _ matrix: TokenMatrix, _ compute: Compute) {
    guard let body else { return }
    body(stage, (0..<matrix.tokens).map { compute.row($0, of: matrix) })
  }
}
