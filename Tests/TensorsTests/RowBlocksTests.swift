import Testing

@testable import Tensors

@Suite struct RowBlocksTests {
  /// Every row in one block and only one, and no block cuts a pair of rows, which operands hold together.
  @Test(arguments: 1...5)
  func everyRowOnce(threads: Int) {
    for rows in 1...300 {
      let blocks = RowBlocks(rows: rows, threads: threads)
      var next = 0
      for index in 0..<blocks.count {
        let block = blocks[index]
        #expect(block.lowerBound == next && !block.isEmpty, "\(rows) rows")
        #expect(block.lowerBound % 2 == 0 && (block.upperBound % 2 == 0 || block.upperBound == rows), "\(rows) rows")
        next = block.upperBound
      }
      #expect(next == rows)
    }
  }

  /// The sizes of the published models: blocks near 96 rows, and as many for one thread as for another within one.
  @Test(arguments: [2_048, 6_144, 1_024, 4_096, 12_288, 3_072, 4_304, 1_152])
  func balance(rows: Int) {
    for threads in 1...16 {
      let blocks = RowBlocks(rows: rows, threads: threads)
      #expect(blocks[0].count <= 102, "\(threads) threads")
      #expect(blocks.count >= min(threads, rows / 102))
    }
  }

  @Test func noRows() { #expect(RowBlocks(rows: 0, threads: 3).count == 0) }
}
