/// Tokens and their ids, both ways.
///
/// Tokens are kept as the file spells them (byte-level tokens in the byte-level alphabet), end to end in one array.
struct Vocabulary: Sendable {
  /// The largest id.
  ///
  /// The largest vocabularies in use have 262,144 tokens. A table is as long as the largest id, and two ids must fit into a slot of
  /// ``MergeTable``.
  static let maximumID = 1 << idBits - 1

  static let idBits = 21
  private static let startBits = 28
  /// Follows every token in the text.
  ///
  /// It occurs in no UTF-8, so it ends a token without its length being looked up elsewhere.
  private static let terminator: UInt8 = 0xFF

  private var text: [UInt8] = []
  /// Where the token of each id starts in the text; `noStart` where no token has the id.
  private var startOfID: [UInt32] = []
  private static let noStart = UInt32.max
  private(set) var count = 0

  /// Open addressing, at most three quarters full; 0 is free.
  ///
  /// A slot holds some bits of the hash, where the token starts plus one, and the id: a look-up touches this array and the text,
  /// which are one cache miss each.
  private var slots: [UInt64]

  /// - Parameter count: how many tokens will come, so that nothing has to grow.
  init(expecting count: Int) {
    slots = [UInt64](repeating: 0, count: max(16, (count + count / 3 + 1).nextPowerOfTwo))
    startOfID.reserveCapacity(count)
    text.reserveCapacity(count * 8)
  }

  /// One more than the largest id.
  var idLimit: Int { startOfID.count }

  /// What stands in the way of inserting a token.
  enum Conflict: Error {
    case tokenHasID
    case idHasToken
  }

  /// Adds a token; `id` must be from 0 to ``maximumID``.
  ///
  /// - Precondition: all tokens together have fewer than 2^28 bytes.
  mutating func insert(_ token: Span<UInt8>, id: Int) throws(Conflict) {
    if (count + 1) * 4 > slots.count * 3 { grow() }
    let hash = token.seededHash
    let slot = slotIndex(of: token, hash: hash)
    if slots[slot] != 0 { throw .tokenHasID }
    if spelling(ofID: id) != nil { throw .idHasToken }
    while startOfID.count <= id { startOfID.append(Self.noStart) }
    startOfID[id] = UInt32(text.count)
    slots[slot] = Self.slot(hash: hash, start: text.count, id: id)
    for position in token.indices { text.append(token[position]) }
    text.append(Self.terminator)
    count += 1
  }

  /// The id of a token.
  func id(of token: Span<UInt8>) -> Int32? {
    let slot = slots[slotIndex(of: token, hash: token.seededHash)]
    return slot == 0 ? nil : Self.id(slot)
  }

  /// The token of an id, as the file spells it.
  func spelling(ofID id: Int) -> ArraySlice<UInt8>? {
    guard startOfID.indices.contains(id), startOfID[id] != Self.noStart else { return nil }
    return text[Int(startOfID[id])...].prefix { $0 != Self.terminator }
  }

  private static func slot(hash: Int, start: Int, id: Int) -> UInt64 {
    tag(hash) | UInt64(start + 1) << UInt64(idBits) | UInt64(id)
  }

  private static func tag(_ hash: Int) -> UInt64 {
    UInt64(truncatingIfNeeded: hash) & UInt64.max << UInt64(idBits + startBits)
  }

  private static func id(_ slot: UInt64) -> Int32 { Int32(slot & (1 << UInt64(idBits) - 1)) }

  private static func start(_ slot: UInt64) -> Int { Int(slot >> UInt64(idBits) & (1 << UInt64(startBits) - 1)) - 1 }

  /// The slot that holds the token, or the free one where it would go.
  private func slotIndex(of token: Span<UInt8>, hash: Int) -> Int {
    let mask = slots.count - 1
    let tag = Self.tag(hash)
    var index = hash & mask
    while slots[index] != 0 {
      if slots[index] & UInt64.max << UInt64(Self.idBits + Self.startBits) == tag, holds(token, Self.start(slots[index])) { break }
      index = (index + 1) & mask
    }
    return index
  }

  private func holds(_ token: Span<UInt8>, _ start: Int) -> Bool {
    guard start + token.count < text.count else { return false }
    // A token in the text that ends earlier differs at its terminator.
    for position in token.indices where text[start + position] != token[position] { return false }
    return text[start + token.count] == Self.terminator
  }

  private mutating func grow() {
    slots = [UInt64](repeating: 0, count: slots.count * 2)
    for id in startOfID.indices {
      guard let token = spelling(ofID: id) else { continue }
      let hash = token.span.seededHash
      slots[slotIndex(of: token.span, hash: hash)] = Self.slot(hash: hash, start: Int(startOfID[id]), id: id)
    }
  }
}
