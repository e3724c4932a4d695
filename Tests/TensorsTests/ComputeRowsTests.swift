import Testing

@testable import Tensors

/// Tokens looked up, moved, added and joined, against plain loops, on all kernels and for tokens around the edges of tiles.
@Suite struct ComputeRowsTests {
  private static let counts = [1, 3, 16, 17, 63, 64, 65, 130]

  private func each(_ body: (Compute) -> Void) {
    for instructionSet in InstructionSet.available {
      for precision in Precision.allCases { body(Compute(precision: precision, threads: 2, instructionSet: instructionSet)) }
    }
  }

  @Test(arguments: counts, [2, 8, 18])
  func rowsBecomeTokens(tokens: Int, features: Int) {
    let rows = TokenRows(tokens: tokens, features: features)
    each { compute in
      let matrix = rows.matrix(compute)
      #expect(matrix.tokens == tokens && matrix.features == features)
      #expect(compute.rows(of: matrix) == rows.values)
    }
  }

  @Test(arguments: counts)
  func rowsInAnyOrder(tokens: Int) {
    let rows = TokenRows(tokens: 11, features: 6)
    let indices = (0..<tokens).map { UInt32($0 * 7 % 11) }
    each { compute in
      #expect(compute.rows(of: compute.gather(WeightedRows(indices), from: rows.table)) == indices.map { rows.values[Int($0)] })
    }
  }

  /// A table in bf16 is read as it is stored.
  @Test func tableInBfloat16() {
    let table = TokenRows(tokens: 9, features: 6).table.prepared(for: .bfloat16)
    each { compute in
      #expect(compute.rows(of: compute.gather(WeightedRows([8, 0, 3]), from: table)) == [8, 0, 3].map(table.row))
    }
  }

  @Test(arguments: counts)
  func weightedSums(tokens: Int) {
    let rows = TokenRows(tokens: 11, features: 6)
    let weights = TokenRows(tokens: tokens, features: 4, seed: 3).values
    let indices = (0..<tokens * 4).map { UInt32($0 * 5 % 11) }
    let weighted = WeightedRows(terms: 4, indices: indices, coefficients: weights.flatMap { $0 })
    #expect(weighted.tokens == tokens)
    let expected = (0..<tokens).map { token in
      (0..<6).map { feature in
        (0..<4).reduce(0.0) { $0 + Double(weights[token][$1]) * Double(rows.values[Int(indices[token * 4 + $1])][feature]) }
      }
    }
    let start = TokenRows(tokens: tokens, features: 6, seed: 4)
    each { compute in
      let found = compute.rows(of: compute.gather(weighted, from: rows.table))
      let added = start.matrix(compute)
      compute.gather(weighted, from: rows.table, addedTo: added)
      let sums = compute.rows(of: added)
      for token in 0..<tokens {
        for feature in 0..<6 {
          #expect(abs(Double(found[token][feature]) - expected[token][feature]) <= 1e-6)
          #expect(abs(Double(sums[token][feature]) - expected[token][feature] - Double(start.values[token][feature])) <= 1e-6)
        }
      }
    }
  }

  /// Runs that begin and end anywhere, over the edges of tiles.
  @Test(arguments: [(0, 1, 0), (0, 130, 5), (3, 64, 62), (63, 2, 0), (64, 66, 64), (17, 40, 100), (5, 0, 7), (129, 1, 139)])
  func copiedAndAdded(first: Int, count: Int, place: Int) {
    let source = TokenRows(tokens: 130, features: 6, seed: 1)
    let target = TokenRows(tokens: 140, features: 6, seed: 2)
    each { compute in
      let (input, copied, added) = (source.matrix(compute), target.matrix(compute), target.matrix(compute))
      compute.copy(first..<first + count, of: input, to: copied, at: place)
      compute.add(first..<first + count, of: input, to: added, at: place)
      var (expectedCopy, expectedSum) = (target.values, target.values)
      for index in 0..<count {
        expectedCopy[place + index] = source.values[first + index]
        for feature in 0..<6 { expectedSum[place + index][feature] += source.values[first + index][feature] }
      }
      #expect(compute.rows(of: copied) == expectedCopy)
      #expect(compute.rows(of: added) == expectedSum)
      #expect(compute.rows(of: input) == source.values)
    }
  }

  @Test(arguments: [[1], [64, 64], [3, 65, 1, 200], [17]])
  func lastTokens(lengths: [Int]) {
    let offsets = SequenceOffsets(lengths: lengths)
    let rows = TokenRows(tokens: offsets.tokens, features: 6)
    each { compute in
      let last = compute.lastTokens(of: rows.matrix(compute), offsets)
      #expect(compute.rows(of: last) == (0..<offsets.count).map { rows.values[offsets[$0].upperBound - 1] })
    }
  }

  /// From one merged token to more than a tile of them.
  @Test(arguments: [4, 60, 64, 68, 256, 260, 600])
  func mergedTokens(tokens: Int) {
    let rows = TokenRows(tokens: tokens, features: 6)
    each { compute in
      let merged = compute.merged(rows.matrix(compute))
      #expect(merged.tokens == tokens / 4 && merged.features == 24)
      #expect(compute.rows(of: merged) == (0..<tokens / 4).map { index in Array(rows.values[4 * index..<4 * index + 4].joined()) })
    }
  }

  /// A product with the unit matrix gives back what an operand holds: the numbers rounded to the precision.
  @Test(arguments: counts)
  func operands(tokens: Int) {
    let rows = TokenRows(tokens: tokens, features: 8)
    let unit = Matrix((0..<64).map { $0 % 9 == 0 ? 1 : 0 }, rows: 8, columns: 8)
    each { compute in
      let layer = Linear(weight: unit.prepared(for: compute.precision))
      let rounded = Matrix(rows.values.flatMap { $0 }, rows: tokens, columns: 8).prepared(for: compute.precision)
      let expected = (0..<tokens).map(rounded.row)
      #expect(compute.rows(of: compute.linear(layer, compute.operand(rows.matrix(compute)))) == expected)
      #expect(compute.rows(of: compute.linear(layer, compute.operand(rows: rows.values.flatMap { $0 }, features: 8))) == expected)
    }
  }

  @Test(arguments: counts)
  func angles(tokens: Int) {
    let (cosines, sines) = (TokenRows(tokens: tokens, features: 4, seed: 1).values, TokenRows(tokens: tokens, features: 4, seed: 2).values)
    each { compute in
      let rotation = compute.rotation(cosines: cosines.flatMap { $0 }, sines: sines.flatMap { $0 }, halfDimension: 4)
      #expect(compute.rows(of: rotation.cosines) == cosines)
      #expect(compute.rows(of: rotation.sines) == sines)
    }
  }
}
