import Tensors

/// Numbers of tokens as plain rows, made up but the same every time.
struct TokenRows {
  let values: [[Float]]

  /// `tokens` rows of numbers from -1 to 1.
  init(tokens: Int, features: Int, seed: UInt64 = 0) {
    var state = seed
    values = (0..<tokens).map { _ in
      (0..<features).map { _ in
        // splitmix64
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return Float((z ^ (z >> 31)) >> 40) * 0x1p-23 - 1
      }
    }
  }

  /// The rows as a table of f32.
  var table: Matrix { Matrix(values.flatMap { $0 }, rows: values.count, columns: values.first?.count ?? 0) }

  /// The rows as tokens.
  func matrix(_ compute: Compute) -> TokenMatrix { compute.gather(WeightedRows((0..<values.count).map(UInt32.init)), from: table) }
}

extension Compute {
  /// All tokens of a matrix.
  func rows(of matrix: TokenMatrix) -> [[Float]] { (0..<matrix.tokens).map { row($0, of: matrix) } }
}
