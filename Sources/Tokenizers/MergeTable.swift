/// Which pairs of tokens merge, at which rank, into what.
struct MergeTable: Sendable {
  /// A place in the list of merges: the lowest of all pairs in a word merges first.
  typealias Rank = UInt32

  /// Bits of a slot that are left beside two ids.
  private static let rankBits = 64 - 2 * Vocabulary.idBits

  /// How many merges there may be: 4 million, where the largest vocabularies in use have 500,000.
  static let maximumCount = 1 << rankBits - 1

  /// No rank: the greatest of all numbers, so that every rank is lower.
  static let noMerge = Rank.max

  /// All bits set, which as a rank would be ``maximumCount``.
  private static let free = UInt64.max

  /// Open addressing, at most three quarters full.
  ///
  /// A slot holds the two ids and the rank: eight bytes, since looking up pairs that are not there is most of the work of encoding,
  /// and it is a cache miss each.
  private var slots: [UInt64]
  private let shift: UInt64
  /// An odd number that changes from process to process, so that a file cannot be made of colliding pairs.
  private let multiplier: UInt64
  /// What each merge results in, by rank.
  private(set) var results: [Int32] = []

  init(expecting count: Int) {
    let capacity = max(16, (count + count / 3 + 1).nextPowerOfTwo)
    slots = [UInt64](repeating: Self.free, count: capacity)
    shift = UInt64(64 - capacity.trailingZeroBitCount)
    multiplier = UInt64.random(in: .min ... .max) | 1
    results.reserveCapacity(count)
  }

  /// Adds the next merge; false if the pair is there already.
  ///
  /// - Precondition: fewer merges are in the table than it was made for, and than ``maximumCount``.
  mutating func append(_ left: Int32, _ right: Int32, into result: Int32) -> Bool {
    let slot = slotIndex(of: left, right)
    guard slots[slot] == Self.free else { return false }
    slots[slot] = Self.key(left, right) | UInt64(results.count)
    results.append(result)
    return true
  }

  /// The rank at which a pair merges, or ``noMerge``.
  func rank(of left: Int32, _ right: Int32) -> Rank {
    let slot = slots[slotIndex(of: left, right)]
    return slot == Self.free ? Self.noMerge : Rank(truncatingIfNeeded: slot & (1 << UInt64(Self.rankBits) - 1))
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    (UInt64(UInt32(bitPattern: left)) << UInt64(Vocabulary.idBits) | UInt64(UInt32(bitPattern: right))) << UInt64(rankBits)
  }

  /// The slot that holds the pair, or the free one where it would go.
  private func slotIndex(of left: Int32, _ right: Int32) -> Int {
    let key = Self.key(left, right)
    var index = Int(truncatingIfNeeded: (key &* multiplier) >> shift)
    while slots[index] != Self.free, slots[index] >> UInt64(Self.rankBits) != key >> UInt64(Self.rankBits) {
      index = (index + 1) & (slots.count - 1)
    }
    return index
  }
}
