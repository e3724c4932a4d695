import Synchronization
import Testing

@testable import Tensors

@Suite struct WorkersTests {
  @Test(arguments: [1, 2, 3, 8], [0, 1, 2, 3, 7, 64, 1_000])
  func everyJobRunsOnce(threads: Int, count: Int) {
    let runs = Mutex([Int](repeating: 0, count: count))
    let active = Atomic(0)
    let most = Mutex(0)
    Workers(threads: threads).run(count) { job in
      let now = active.add(1, ordering: .relaxed).newValue
      most.withLock { $0 = max($0, now) }
      runs.withLock { $0[job] += 1 }
      active.subtract(1, ordering: .relaxed)
    }
    #expect(runs.withLock { $0 } == [Int](repeating: 1, count: count))
    #expect(most.withLock { $0 } <= min(threads, count))
  }

  @Test func numberOfThreads() {
    #expect(Compute(threads: 3).threads == 3)
    #expect(Compute(threads: 0).threads == 1)
    #expect(Compute(threads: -5).threads == 1)
    #expect(Compute().threads >= 1)
  }
}
