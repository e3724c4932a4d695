import Synchronization

/// Blocks of memory for intermediate results, used again instead of being given back to the system.
///
/// A forward pass takes and returns the same few sizes once per layer. Fresh pages for each would cost a page fault per 4 KB, which for
/// 1,000 tokens of the 2B model is about as long as a norm over them.
public final class Workspace: Sendable {
  private struct State {
    var free: [AlignedBlock] = []
    var freeBytes = 0
    var usedBytes = 0
    var peakBytes = 0
  }

  private let state = Mutex(State())
  /// Idle bytes kept at most; beyond it all idle blocks go back to the system.
  private let idleLimit: Int

  /// An empty workspace that keeps at most `idleLimit` idle bytes.
  public init(idleLimit: Int = 256 << 20) {
    self.idleLimit = idleLimit
  }

  deinit {
    state.withLock { state in state.free.forEach { $0.free() } }
  }

  /// The most bytes that were held at once, idle blocks included.
  public var peakBytes: Int { state.withLock { $0.peakBytes } }

  func take(byteCount: Int) -> AlignedBlock {
    state.withLock { state in
      // The smallest idle block that fits and is at most half empty.
      var best: Int?
      for (index, block) in state.free.enumerated() where block.byteCount >= byteCount && block.byteCount <= max(64, 2 * byteCount) {
        if best.map({ block.byteCount < state.free[$0].byteCount }) ?? true { best = index }
      }
      let block: AlignedBlock
      if let best {
        block = state.free.remove(at: best)
        state.freeBytes -= block.byteCount
      } else {
        block = AlignedBlock(byteCount: byteCount)
      }
      state.usedBytes += block.byteCount
      state.peakBytes = max(state.peakBytes, state.usedBytes + state.freeBytes)
      return block
    }
  }

  func give(_ block: AlignedBlock) {
    state.withLock { state in
      state.usedBytes -= block.byteCount
      state.free.append(block)
      state.freeBytes += block.byteCount
      guard state.freeBytes > idleLimit else { return }
      state.free.forEach { $0.free() }
      state.free.removeAll()
      state.freeBytes = 0
    }
  }
}
