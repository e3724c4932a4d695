import Dispatch
import Synchronization
import Testing

@testable import Tensors

/// Blocks are used again, never by two at once, and do not pile up.
@Suite struct WorkspaceTests {
  @Test func blocksAreUsedAgain() {
    let workspace = Workspace()
    let first = workspace.take(byteCount: 1_000)
    #expect(first.byteCount == 1_024 && Int(bitPattern: first.base) % 64 == 0)
    workspace.give(first)
    let again = workspace.take(byteCount: 990)
    #expect(again.base == first.base)
    let other = workspace.take(byteCount: 990)
    #expect(other.base != first.base)
    workspace.give(again)
    workspace.give(other)
    #expect(workspace.peakBytes == 2_048)
  }

  @Test func smallestThatFitsIsTaken() {
    let workspace = Workspace()
    let blocks = [4_096, 1_024, 2_048].map { workspace.take(byteCount: $0) }
    blocks.forEach(workspace.give)
    let taken = workspace.take(byteCount: 1_100)
    #expect(taken.base == blocks[2].base)
    // Of what is left, 1,024 are too few and 4,096 more than twice too many.
    let fresh = workspace.take(byteCount: 1_100)
    #expect(!blocks.contains { $0.base == fresh.base })
    workspace.give(taken)
    workspace.give(fresh)
  }

  @Test func idleBytesHaveALimit() {
    let workspace = Workspace(idleLimit: 1_000)
    let blocks = [640, 640].map { workspace.take(byteCount: $0) }
    blocks.forEach(workspace.give)
    #expect(workspace.peakBytes == 1_280)
    // Had the idle blocks been kept, this would make 1,280 + 1,344.
    workspace.give(workspace.take(byteCount: 1_300))
    #expect(workspace.peakBytes == 1_344)
  }

  @Test func nothingIsABlockToo() {
    let workspace = Workspace()
    let block = workspace.take(byteCount: 0)
    #expect(block.byteCount == 64)
    workspace.give(block)
  }

  @Test func matricesGiveTheirBlocksBack() {
    let compute = Compute(precision: .float32, threads: 1)
    for _ in 0..<10 { _ = compute.tokenMatrix(features: 8, tokens: 65) }
    #expect(compute.workspace.peakBytes == 8 * 80 * 4)
    let kept = (0..<3).map { _ in compute.operand(features: 8, tokens: 65) }
    #expect(compute.workspace.peakBytes == 3 * 8 * 80 * 4)
    #expect(Set(kept.map(\.base)).count == 3)
  }

  /// Many threads write their mark into a block and find it there afterwards.
  @Test func noBlockHasTwoOwners() {
    let workspace = Workspace(idleLimit: 20_000)
    let spoilt = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for round in 0..<500 {
        let block = workspace.take(byteCount: 64 * (1 + (round * 7 + thread) % 40))
        let mark = UInt8(truncatingIfNeeded: thread * 31 + round)
        block.base.initializeMemory(as: UInt8.self, repeating: mark, count: block.byteCount)
        let bytes = UnsafeRawBufferPointer(start: block.base, count: block.byteCount)
        if !bytes.allSatisfy({ $0 == mark }) { spoilt.withLock { $0 += 1 } }
        workspace.give(block)
      }
    }
    #expect(spoilt.withLock { $0 } == 0)
  }
}
