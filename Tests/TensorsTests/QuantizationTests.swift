import Foundation
import TestSupport
import Testing

@testable import Tensors

/// Weights and products in int8, against numpy and against plain loops.
@Suite struct QuantizationTests {
  /// One case of `Tools/quantization/make_fixtures.py`.
  private struct Case: Decodable {
    let tokens: Int
    let rows: Int
    let columns: Int
    let weightBits: [UInt32]
    let activationBits: [UInt32]
    let wholeWeights: [Int8]
    let scaleBits: [UInt32]
    let productBits: [UInt32]
  }

  private struct File: Decodable {
    let cases: [Case]
  }

  private func cases() throws -> [Case] {
    let cases = try Fixtures.json(File.self, "quantization/int8.json").cases
    #expect(cases.count == 4)
    return cases
  }

  private func matrix(_ numbers: [Int8], scales: [Float], rows: Int, columns: Int) -> Matrix {
    let memory = Memory(byteCount: numbers.count) { bytes in numbers.withUnsafeBytes { bytes.copyMemory(from: $0) } }
    return Matrix(memory: memory, byteOffset: 0, dtype: .int8, rows: rows, columns: columns, scales: Vector(scales))
  }

  @Test func weightsAsNumpyQuantizesThem() throws {
    for expected in try cases() {
      let weights = Matrix(expected.weightBits.map(Float.init(bitPattern:)), rows: expected.rows, columns: expected.columns)
      for threads in [1, 3] {
        let found = weights.quantizedRows(0..<expected.rows, threads: threads)
        #expect(found.numbers == expected.wholeWeights)
        #expect(found.scales.map(\.bitPattern) == expected.scaleBits)
        // Row 0 is all zeros, row 1 of numbers far below the smallest scale.
        #expect(found.cosines[0] == 1 && found.cosines[1] == 0 && found.cosines[2...].allSatisfy { $0 > 0.999 && $0 <= 1.000001 })
      }
      let part = weights.quantizedRows(1..<3, threads: 1)
      #expect(part.numbers == Array(expected.wholeWeights[expected.columns..<3 * expected.columns]))
    }
  }

  /// To the bit, on every instruction set.
  @Test func productsAsNumpyComputesThem() throws {
    for expected in try cases() {
      let weights = matrix(
        expected.wholeWeights, scales: expected.scaleBits.map(Float.init(bitPattern:)), rows: expected.rows, columns: expected.columns)
      let rows = expected.activationBits.map(Float.init(bitPattern:))
      for instructionSet in InstructionSet.available {
        let compute = Compute(precision: .int8, threads: 2, instructionSet: instructionSet)
        let result = compute.linear(Linear(weight: weights), compute.operand(rows: rows, features: expected.columns))
        #expect(compute.rows(of: result).joined().map(\.bitPattern) == expected.productBits, "\(instructionSet)")
      }
    }
  }

  /// Precisions other than int8 multiply the weights' exact values.
  @Test func weightsOnly() throws {
    for expected in try cases() {
      let scales = expected.scaleBits.map(Float.init(bitPattern:))
      let weights = matrix(expected.wholeWeights, scales: scales, rows: expected.rows, columns: expected.columns)
      let rows = expected.activationBits.map(Float.init(bitPattern:))
      for precision in Precision.floatingPoint {
        for instructionSet in InstructionSet.available {
          let compute = Compute(precision: precision, threads: 2, instructionSet: instructionSet)
          let found = compute.rows(of: compute.linear(Linear(weight: weights), compute.operand(rows: rows, features: expected.columns)))
          for token in 0..<expected.tokens {
            for row in 0..<expected.rows {
              var (sum, size) = (0.0, 0.0)
              for column in 0..<expected.columns {
                let term = Double(rows[token * expected.columns + column]) * Double(weights.row(row)[column])
                (sum, size) = (sum + term, size + abs(term))
              }
              #expect(abs(Double(found[token][row]) - sum) <= 2e-6 * size, "\(precision) \(instructionSet)")
            }
          }
        }
      }
    }
  }

  @Test func rowsAndParts() {
    let whole = matrix([1, -2, 3, 4, -128, 127], scales: [2, 0.5, 1], rows: 3, columns: 2)
    #expect(whole.row(0) == [2, -4] && whole.row(1) == [1.5, 2] && whole.row(2) == [-128, 127])
    #expect(whole.rows(1..<3).row(0) == [1.5, 2])
    #expect(whole.byteCount == 6)
    for precision in Precision.allCases { #expect(whole.prepared(for: precision).memory === whole.memory) }
  }

  /// A gate in int8 beside another form takes that form; a pair in int8 stays.
  @Test(arguments: [DType.bfloat16, .float32])
  func alike(dtype: DType) {
    let whole = matrix([1, -2, 3, 4], scales: [2, 0.5], rows: 2, columns: 2)
    let other = Matrix([1, 2, 3, 4], rows: 2, columns: 2).prepared(for: dtype == .bfloat16 ? .bfloat16 : .float32)
    for (first, second) in [Matrix.alike(whole, other), Matrix.alike(other, whole)] {
      #expect(first.dtype == dtype && second.dtype == dtype)
    }
    #expect(Matrix.alike(whole, other).0.row(1) == [1.5, 2])
    #expect(Matrix.alike(whole, whole).0.dtype == .int8)
  }

  @Test func tableInInt8() {
    let table = matrix((0..<54).map { Int8($0 * 4 - 100) }, scales: (1...9).map(Float.init), rows: 9, columns: 6)
    for instructionSet in InstructionSet.available {
      let compute = Compute(precision: .int8, threads: 2, instructionSet: instructionSet)
      #expect(compute.rows(of: compute.gather(WeightedRows([8, 0, 3]), from: table)) == [8, 0, 3].map(table.row))
    }
  }

  /// What is multiplied twice is quantised once.
  @Test func quantizedOnce() {
    let compute = Compute(precision: .int8, threads: 1)
    let operand = compute.operand(rows: [1, 2, 3, 4], features: 4)
    #expect(operand.quantized == nil)
    #expect(compute.quantized(operand) === compute.quantized(operand))
  }

  @Test func matrixWithoutItsScales() async {
    await #expect(processExitsWith: .failure) {
      _ = Matrix(memory: Memory(byteCount: 64) { _ in }, byteOffset: 0, dtype: .int8, rows: 4, columns: 4)
    }
    await #expect(processExitsWith: .failure) {
      _ = Matrix(memory: Memory(byteCount: 64) { _ in }, byteOffset: 0, dtype: .int8, rows: 4, columns: 4, scales: Vector([1, 1, 1]))
    }
    await #expect(processExitsWith: .failure) {
      _ = Matrix(memory: Memory(byteCount: 64) { _ in }, byteOffset: 0, dtype: .float32, rows: 4, columns: 4, scales: Vector([1, 1, 1, 1]))
    }
  }
}
