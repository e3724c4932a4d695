import Foundation
import Testing

@testable import Tensors

/// Products, norms and attention through `Compute`, against plain loops in double precision.
@Suite struct ComputeTests {
  private static let counts = [1, 17, 64, 65, 130]

  private func each(_ body: (Compute) throws -> Void) rethrows {
    for instructionSet in InstructionSet.available { try body(Compute(precision: .float32, threads: 2, instructionSet: instructionSet)) }
  }

  private func expectClose(_ found: [[Float]], _ expected: [[Double]], sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(found.map(\.count) == expected.map(\.count), sourceLocation: sourceLocation)
    var largest = 0.0
    for (a, b) in zip(found.joined(), expected.joined()) {
      largest = abs(Double(a) - b) > largest || a.isNaN ? abs(Double(a) - b) : largest
    }
    #expect(largest <= 1e-5, sourceLocation: sourceLocation)
  }

  private func product(_ weights: [[Float]], _ bias: [Float], _ input: [Float]) -> [Double] {
    zip(weights, bias).map { row, bias in zip(row, input).reduce(Double(bias)) { $0 + Double($1.0) * Double($1.1) } }
  }

  /// Rows enough for several blocks, and not a multiple of anything.
  @Test(arguments: counts)
  func products(tokens: Int) {
    let input = TokenRows(tokens: tokens, features: 10, seed: 1)
    let weights = TokenRows(tokens: 206, features: 10, seed: 2)
    let bias = TokenRows(tokens: 1, features: 206, seed: 3).values[0]
    let residual = TokenRows(tokens: tokens, features: 206, seed: 4)
    let expected = input.values.map { product(weights.values, bias, $0) }
    each { compute in
      let layer = Linear(weight: weights.table, bias: Vector(bias))
      let operand = compute.operand(input.matrix(compute))
      expectClose(compute.rows(of: compute.linear(layer, operand)), expected)
      expectClose(compute.rows(of: compute.linear(layer.rows(20..<125), operand)), expected.map { Array($0[20..<125]) })
      let sum = residual.matrix(compute)
      compute.linear(layer, operand, addedTo: sum)
      expectClose(compute.rows(of: sum), zip(expected, residual.values).map { zip($0, $1).map { $0 + Double($1) } })
      let unit = Linear(weight: Matrix((0..<206 * 206).map { $0 % 207 == 0 ? 1 : 0 }, rows: 206, columns: 206))
      let gelu = expected.map { $0.map { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) } }
      expectClose(compute.rows(of: compute.linear(unit, compute.linear(layer, operand, activation: .gelu))), gelu)
      let tanh = expected.map { $0.map { 0.5 * $0 * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) } }
      expectClose(compute.rows(of: compute.linear(unit, compute.linear(layer, operand, activation: .geluTanh))), tanh)
    }
  }

  @Test(arguments: counts)
  func gatedProducts(tokens: Int) {
    let input = TokenRows(tokens: tokens, features: 10, seed: 1)
    let (gate, up) = (TokenRows(tokens: 14, features: 10, seed: 2), TokenRows(tokens: 14, features: 10, seed: 3))
    let zeros = [Float](repeating: 0, count: 14)
    let expected = input.values.map { row in
      zip(product(gate.values, zeros, row), product(up.values, zeros, row)).map { $0 / (1 + exp(-$0)) * $1 }
    }
    let unit = Linear(weight: Matrix((0..<14 * 14).map { $0 % 15 == 0 ? 1 : 0 }, rows: 14, columns: 14))
    each { compute in
      let inner = compute.gatedLinear(gate: gate.table, up: up.table, compute.operand(input.matrix(compute)))
      expectClose(compute.rows(of: compute.linear(unit, inner)), expected)
    }
  }

  @Test(arguments: counts)
  func norms(tokens: Int) {
    let input = TokenRows(tokens: tokens, features: 10, seed: 1)
    let weight = TokenRows(tokens: 1, features: 10, seed: 2).values[0]
    let bias = TokenRows(tokens: 1, features: 10, seed: 3).values[0]
    let epsilon = 1e-3
    let rms = input.values.map { row in
      let scale = 1 / (row.reduce(0.0) { $0 + Double($1) * Double($1) } / 10 + epsilon).squareRoot()
      return zip(row, weight).map { Double($0) * scale * Double($1) }
    }
    let layer = input.values.map { row in
      let mean = row.reduce(0.0) { $0 + Double($1) } / 10
      let scale = 1 / (row.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 10 + epsilon).squareRoot()
      return (0..<10).map { (Double(row[$0]) - mean) * scale * Double(weight[$0]) + Double(bias[$0]) }
    }
    let unit = Linear(weight: Matrix((0..<100).map { $0 % 11 == 0 ? 1 : 0 }, rows: 10, columns: 10))
    each { compute in
      for (norm, expected) in [
        (Norm(weight: Vector(weight), epsilon: Float(epsilon)), rms),
        (Norm(weight: Vector(weight), bias: Vector(bias), epsilon: Float(epsilon)), layer),
      ] {
        let matrix = input.matrix(compute)
        expectClose(compute.rows(of: compute.normalizedMatrix(matrix, by: norm)), expected)
        expectClose(compute.rows(of: compute.linear(unit, compute.normalized(matrix, by: norm))), expected)
      }
    }
  }

  /// Four query heads over two key heads of 6 numbers, with rotation and a norm of the queries, in every pattern.
  @Test(arguments: [[1], [5, 3], [64, 65], [130, 1, 20]], [false, true])
  func attention(lengths: [Int], biased: Bool) {
    let offsets = SequenceOffsets(lengths: lengths)
    let (heads, keyHeads, size, tokens) = (4, 2, 6, offsets.tokens)
    let input = TokenRows(tokens: tokens, features: heads * size, seed: 1)
    let keys = TokenRows(tokens: tokens, features: keyHeads * size, seed: 2)
    let values = TokenRows(tokens: tokens, features: keyHeads * size, seed: 3)
    let angles = TokenRows(tokens: tokens, features: size / 2, seed: 4).values
    let weight = TokenRows(tokens: 1, features: size, seed: 5).values[0]

    // A bias that is another one to either side of the query, and that stops growing.
    let bias = DistanceBias(heads: heads, reach: 40) { head, distance in Float(head * distance) / (distance < 0 ? 50 : 80) }
    func addend(_ head: Int, _ distance: Int) -> Double {
      biased ? Double(head * max(-40, min(distance, 40))) / (distance < 0 ? 50 : 80) : 0
    }

    func rotated(_ head: [Double], _ token: Int) -> [Double] {
      let half = size / 2
      return (0..<size).map { feature in
        let angle = Double(angles[token][feature % half])
        return feature < half
          ? head[feature] * cos(angle) - head[feature + half] * sin(angle) : head[feature] * cos(angle) + head[feature - half] * sin(angle)
      }
    }
    func head(_ rows: TokenRows, _ token: Int, _ head: Int) -> [Double] {
      rows.values[token][head * size..<(head + 1) * size].map(Double.init)
    }
    func query(_ token: Int, _ index: Int) -> [Double] {
      let numbers = head(input, token, index)
      let scale = 1 / (numbers.reduce(0) { $0 + $1 * $1 } / Double(size) + 1e-6).squareRoot()
      return rotated(zip(numbers, weight).map { $0 * scale * Double($1) }, token)
    }
    func attended(_ token: Int, _ seen: Range<Int>) -> [Double] {
      (0..<heads).flatMap { index -> [Double] in
        let keyHead = index / (heads / keyHeads)
        let asked = query(token, index)
        let weights = seen.map { key in
          let score = zip(asked, rotated(head(keys, key, keyHead), key)).reduce(0) { $0 + $1.0 * $1.1 } / Double(size).squareRoot()
          return exp(score + addend(index, key - token))
        }
        let sum = weights.reduce(0, +)
        return (0..<size).map { feature in zip(weights, seen).reduce(0) { $0 + $1.0 / sum * head(values, $1.1, keyHead)[feature] } }
      }
    }
    let sequences = (0..<offsets.count).map { offsets[$0] }
    let causal = sequences.flatMap { sequence in sequence.map { attended($0, sequence.lowerBound..<$0 + 1) } }
    let full = sequences.flatMap { sequence in sequence.map { attended($0, sequence) } }
    let last = sequences.map { attended($0.upperBound - 1, $0) }

    let unit = Linear(weight: Matrix((0..<24 * 24).map { $0 % 25 == 0 ? 1 : 0 }, rows: 24, columns: 24))
    each { compute in
      let rotation = compute.rotation(
        cosines: angles.joined().map { Float(cos(Double($0))) }, sines: angles.joined().map { Float(sin(Double($0))) },
        halfDimension: size / 2)
      let norm = Norm(weight: Vector(weight), epsilon: 1e-6)
      let memory = (
        compute.keys(keys.matrix(compute), headDimension: size, HeadPreparation(rotation: rotation)),
        compute.values(values.matrix(compute), headDimension: size)
      )
      func run(_ rows: TokenMatrix, _ rotation: Rotation, _ pattern: AttentionPattern) -> [[Float]] {
        let queries = compute.queries(rows, headDimension: size, HeadPreparation(norm: norm, rotation: rotation))
        let attended = compute.attention(
          queries, memory.0, memory.1, headDimension: size, pattern: pattern, bias: biased ? bias : nil)
        return compute.rows(of: compute.linear(unit, attended))
      }
      expectClose(run(input.matrix(compute), rotation, .causal(offsets)), causal)
      expectClose(run(input.matrix(compute), rotation, .full(offsets)), full)
      let lastRotation = Rotation(
        cosines: compute.lastTokens(of: rotation.cosines, offsets), sines: compute.lastTokens(of: rotation.sines, offsets))
      expectClose(run(compute.lastTokens(of: input.matrix(compute), offsets), lastRotation, .lastToken(offsets)), last)
    }
  }

  @Test func instructionSets() {
    #expect(InstructionSet.available.last?.description == "portable")
    #expect(Set(InstructionSet.available.map(\.description)).count == InstructionSet.available.count)
    #expect(Compute().instructionSet == InstructionSet.available[0])
    for instructionSet in InstructionSet.available {
      let compute = Compute(instructionSet: instructionSet)
      #expect(compute.instructionSet == instructionSet && compute.kernels.name == instructionSet.description)
    }
  }

  @Test func numberTypes() {
    #expect(DType.allCases.map(\.byteCount) == [4, 2, 2, 1])
    #expect(DType.allCases.map { DType(rawValue: $0.rawValue) } == DType.allCases)
    #expect(DType(rawValue: "I32") == nil)
  }
}
