import Tensors
import Testing

/// What would read or write beyond memory ends the process instead.
@Suite struct PreconditionTests {
  @Test func matrixBeyondItsMemory() async {
    await #expect(processExitsWith: .success) {
      _ = Matrix(memory: Memory(byteCount: 64) { _ in }, byteOffset: 0, dtype: .float32, rows: 4, columns: 4)
    }
    await #expect(processExitsWith: .failure) {
      _ = Matrix(memory: Memory(byteCount: 64) { _ in }, byteOffset: 4, dtype: .float32, rows: 4, columns: 4)
    }
    await #expect(processExitsWith: .failure) {
      _ = Matrix(memory: Memory(byteCount: 64) { _ in }, byteOffset: 0, dtype: .float32, rows: 1 << 62, columns: 4)
    }
    await #expect(processExitsWith: .failure) {
      _ = Matrix(memory: Memory(byteCount: 64) { _ in }, byteOffset: 2, dtype: .float32, rows: 1, columns: 1)
    }
    await #expect(processExitsWith: .failure) { _ = Matrix([1, 2], rows: 1, columns: 2).row(1) }
    await #expect(processExitsWith: .failure) { _ = Matrix([1, 2], rows: 1, columns: 2).rows(0..<2) }
  }

  @Test func tokensBeyondTheirMatrix() async {
    await #expect(processExitsWith: .failure) {
      let table = Matrix([1, 2, 3, 4], rows: 2, columns: 2)
      _ = Compute(precision: .float32, threads: 1).gather(WeightedRows([0, 2]), from: table)
    }
    await #expect(processExitsWith: .failure) {
      let compute = Compute(precision: .float32, threads: 1)
      let tokens = compute.gather(WeightedRows([0, 1]), from: Matrix([1, 2, 3, 4], rows: 2, columns: 2))
      compute.copy(1..<3, of: tokens, to: tokens, at: 0)
    }
    await #expect(processExitsWith: .failure) {
      let compute = Compute(precision: .float32, threads: 1)
      let tokens = compute.gather(WeightedRows([0, 1]), from: Matrix([1, 2, 3, 4], rows: 2, columns: 2))
      compute.add(0..<2, of: tokens, to: tokens, at: 1)
    }
    await #expect(processExitsWith: .failure) {
      let compute = Compute(precision: .float32, threads: 1)
      _ = compute.row(2, of: compute.gather(WeightedRows([0, 1]), from: Matrix([1, 2, 3, 4], rows: 2, columns: 2)))
    }
  }
}
