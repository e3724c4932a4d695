import Synchronization
import Tensors

/// The first tokens of a sequence, run once: the keys and values that every layer kept of them.
struct SharedBeginning: Sendable {
  let tokens: Int
  let layers: [LayerMemory]

  var byteCount: Int { layers.reduce(0) { $0 + $1.keys.byteCount + $1.values.byteCount } }
}

/// Beginnings that several inputs share, kept by their content: a query with its pictures, which a reranker puts before every document,
/// or the system turn.
///
/// A token looks at those before it only, so what layers keep of a beginning is the same whatever follows, to the bit. The least recently
/// used is given up first. A beginning is kept from the second time it is seen: computing it apart costs a pass, which for a single
/// short input is as long as what it saves.
public final class BeginningCache: Sendable {
  private struct Entry {
    let beginning: PreparedSequence
    var kept: SharedBeginning?

    var byteCount: Int {
      (kept?.byteCount ?? 0) + beginning.pictures.reduce(0) { $0 + $1.patches.values.count * MemoryLayout<Float>.size }
    }
  }

  /// Entries, the most recently used last.
  private let entries = Mutex<[Entry]>([])
  /// Bytes kept at most: of keys, values and the pictures they were made from.
  public let byteLimit: Int

  /// Entries at most, those without keys and values included.
  private static let entryLimit = 64

  /// An empty cache.
  ///
  /// - Parameter byteLimit: Bytes kept at most. Keys and values take 115 KB a token in the 2B model.
  public init(byteLimit: Int) {
    self.byteLimit = byteLimit
  }

  /// Bytes that are kept now.
  public var byteCount: Int { entries.withLock { $0.reduce(0) { $0 + $1.byteCount } } }

  /// Replaces the beginnings that sequences share by what is kept of them.
  ///
  /// - Parameters:
  ///   - sequences: The sequences of a pass, whole.
  ///   - bytesPerToken: Bytes of keys and values that a token leaves.
  ///   - run: Runs a beginning.
  func share(_ sequences: inout [PreparedSequence], bytesPerToken: Int, run: (PreparedSequence) -> SharedBeginning) {
    var parts: [(beginning: PreparedSequence, rest: PreparedSequence)?] = sequences.map { $0.parts }
    for index in sequences.indices {
      guard let first = parts[index] else { continue }
      let others = sequences.indices.filter { $0 >= index && parts[$0].map { $0.beginning.hasSameContent(as: first.beginning) } ?? false }
      guard let kept = keep(first.beginning, uses: others.count, bytesPerToken: bytesPerToken, run) else { continue }
      for other in others {
        guard var rest = parts[other]?.rest else { continue }
        rest.beginning = kept
        sequences[other] = rest
        parts[other] = nil
      }
    }
  }

  private func keep(
    _ beginning: PreparedSequence, uses: Int, bytesPerToken: Int, _ run: (PreparedSequence) -> SharedBeginning
  ) -> SharedBeginning? {
    guard beginning.tokens.count * bytesPerToken <= byteLimit else { return nil }
    let known = entries.withLock { entries -> Entry? in
      guard let index = entries.firstIndex(where: { $0.beginning.hasSameContent(as: beginning) }) else { return nil }
      return entries.remove(at: index)
    }
    // One pass runs at a time, so nobody else runs the same beginning meanwhile.
    let kept = known?.kept ?? (known != nil || uses > 1 ? run(beginning) : nil)
    entries.withLock { entries in
      entries.append(Entry(beginning: beginning, kept: kept))
      var bytes = entries.reduce(0) { $0 + $1.byteCount }
      while entries.count > Self.entryLimit || bytes > byteLimit, !entries.isEmpty { bytes -= entries.removeFirst().byteCount }
    }
    return kept
  }
}
