import Testing

@testable import Tensors

@Suite struct RowBlocksTests {
  /// Every row in one block and only one, and no block cuts a pair of rows, which operands hold together.
  @Test(arguments: 1...5)
  func everyRowOnce(threads: Int) {
    for rows in 1...600 {
      let blocks = RowBlocks(rows: rows, threads: threads, tokens: rows % 130)
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

  /// The sizes of the published models: blocks near 192 rows, and as many for one thread as for another within one.
  @Test(arguments: [2_048, 6_144, 1_024, 4_096, 12_288, 3_072, 4_304, 1_152])
  func balance(rows: Int) {
    for threads in 1...16 {
      let blocks = RowBlocks(rows: rows, threads: threads, tokens: 512)
      #expect(blocks[0].count <= 204, "\(threads) threads")
      #expect(blocks.count >= min(threads, rows / 204))
    }
  }

  /// A few tokens: one run of rows for each thread.
  @Test(arguments: 1...8)
  func fewTokens(threads: Int) {
    #expect(RowBlocks(rows: 6_144, threads: threads, tokens: 16).count == threads)
  }

  @Test func noRows() { #expect(RowBlocks(rows: 0, threads: 3, tokens: 1).count == 0) }
}
