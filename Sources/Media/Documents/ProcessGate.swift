#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Lets so many runs go on at a time, in the order in which they came; the others wait without holding a thread.
actor ProcessGate {
  /// As many as there are processors, for the whole program: drawing is processor work, and each run may take memory.
  static let shared = ProcessGate(places: max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))

  private var places: Int
  private var ticket = 0
  private var waiting: [(ticket: Int, continuation: CheckedContinuation<Void, any Error>)] = []

  init(places: Int) { self.places = places }

  /// Waits for a place, works, and gives the place back.
  nonisolated func pass<Value: Sendable>(_ work: @Sendable () async throws -> Value) async throws -> Value {
    try await enter()
    do {
      let value = try await work()
      await leave()
      return value
    } catch {
      await leave()
      throw error
    }
  }

  private func enter() async throws {
    try Task.checkCancellation()
    if places > 0 {
      places -= 1
      return
    }
    ticket += 1
    let mine = ticket
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        // Cancelled before this point, nobody would wake it: the handler has run already.
        if Task.isCancelled {
          continuation.resume(throwing: CancellationError())
        } else {
          waiting.append((mine, continuation))
        }
      }
    } onCancel: {
      Task { await self.giveUp(mine) }
    }
  }

  private func giveUp(_ ticket: Int) {
    guard let index = waiting.firstIndex(where: { $0.ticket == ticket }) else { return }
    waiting.remove(at: index).continuation.resume(throwing: CancellationError())
  }

  private func leave() {
    if waiting.isEmpty {
      places += 1
    } else {
      waiting.removeFirst().continuation.resume()
    }
  }
}
