import CKernels

/// An operand of int8 as the header describes it, made by plain loops: [ceil(F/4)][width] quads by tiles, scales and sums by lane.
struct Int8Operand {
  let tokens: Int
  let features: Int
  /// Whole numbers, [tokens][features].
  let whole: [[Int8]]
  let scales: [Float]

  /// The given whole numbers.
  init(_ whole: [[Int8]], scales: [Float]) {
    tokens = whole.count
    features = whole[0].count
    self.whole = whole
    self.scales = scales
  }

  /// Rows of numbers, rounded by the definition: divided by the largest magnitude / 127, by way of the inverse.
  init(_ rows: [[Float]]) {
    scales = rows.map { row in max(row.reduce(0) { max($0, abs($1)) } / 127, .leastNormalMagnitude) }
    whole = zip(rows, scales).map { row, scale in
      let inverse = 1 / scale
      return row.map { Int8(($0 * inverse).rounded(.toNearestOrEven)) }
    }
    tokens = rows.count
    features = rows[0].count
  }

  static func lanes(_ tokens: Int) -> Int { (tokens + 15) / 16 * 16 }
  static func quads(_ features: Int) -> Int { (features + 3) / 4 }

  /// Where the number of a token and a feature lies.
  static func index(_ token: Int, _ feature: Int, tokens: Int, features: Int) -> Int {
    let width = sl_tile_width(tokens, token / 64)
    return token / 64 * 64 * quads(features) * 4 + (feature / 4 * width + token % 64) * 4 + feature % 4
  }

  /// Lanes beyond the last token hold strange numbers, the last quad zeros.
  var memory: Int8Memory {
    let memory = Int8Memory(tokens: tokens, features: features)
    for token in 0..<tokens {
      for feature in 0..<Self.quads(features) * 4 {
        memory.numbers[Self.index(token, feature, tokens: tokens, features: features)] =
          feature < features ? whole[token][feature] : 0
      }
      memory.scales[token] = scales[token]
      memory.sums[token] = whole[token].reduce(0) { $0 + Int32($1) }
    }
    return memory
  }
}

/// Aligned memory for an operand of int8 that starts out strange.
final class Int8Memory {
  let numbers: UnsafeMutablePointer<Int8>
  let scales: UnsafeMutablePointer<Float>
  let sums: UnsafeMutablePointer<Int32>
  private let blocks: [UnsafeMutableRawPointer]

  init(tokens: Int, features: Int) {
    let lanes = Int8Operand.lanes(tokens)
    let sizes = [lanes * Int8Operand.quads(features) * 4, lanes * 4, lanes * 4]
    blocks = sizes.map { size in
      let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
      block.initializeMemory(as: UInt8.self, repeating: 0xFF, count: size)
      return block
    }
    numbers = blocks[0].assumingMemoryBound(to: Int8.self)
    scales = blocks[1].assumingMemoryBound(to: Float.self)
    sums = blocks[2].assumingMemoryBound(to: Int32.self)
  }

  deinit { for block in blocks { block.deallocate() } }
}
