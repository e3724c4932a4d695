import Dispatch
import Synchronization

/// Threads that share the jobs of one operation.
package struct Workers: Sendable {
  /// Threads at most, the caller's among them.
  package let threads: Int

  package init(threads: Int) { self.threads = threads }

  /// Calls `job` once for every number in 0 ..< `count`, on all threads, and returns when all are done.
  ///
  /// Who does which is left open: jobs write to different memory and their results do not depend on the order.
  package func run(_ count: Int, _ job: @Sendable (Int) -> Void) {
    let threads = min(threads, count)
    guard threads > 1 else {
      for index in 0..<count { job(index) }
      return
    }
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        job(index)
      }
    }
  }
}
