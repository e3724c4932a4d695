import CKernels

/// Where the number of a token and a feature lies: the layouts of the header, spelled out as index arithmetic.
enum Arrangement: Sendable {
  /// A token matrix or an operand: tiles of 64 tokens.
  case tiles
  case rows
  case columns(stride: Int)
}

/// Numbers as a kernel gets them: 64-byte aligned memory that starts out as NaN, lanes beyond the last token included, between guards.
final class Arranged {
  let tokens: Int
  let features: Int
  let number: sl_number
  let arrangement: Arrangement
  let pointer: UnsafeMutableRawPointer

  private let base: UnsafeMutableRawPointer
  private let byteCount: Int
  private static let guardSize = 256
  private static let guardByte: UInt8 = 0xA5

  /// Memory that starts out as NaN and misses an alignment of 64 by `offset` bytes.
  init(tokens: Int, features: Int, number: sl_number = SL_F32, arrangement: Arrangement = .tiles, offset: Int = 0) {
    self.tokens = tokens
    self.features = features
    self.number = number
    self.arrangement = arrangement
    let count =
      switch arrangement {
      case .tiles: (0..<(tokens + 63) / 64).reduce(0) { $0 + sl_tile_width(tokens, $1) } * features
      case .rows: tokens * features
      case .columns(let stride): stride * features
      }
    byteCount = count * (number == SL_F32 ? 4 : 2)
    base = .allocate(byteCount: byteCount + 2 * Self.guardSize + offset, alignment: 64)
    base.initializeMemory(as: UInt8.self, repeating: Self.guardByte, count: byteCount + 2 * Self.guardSize + offset)
    pointer = base + Self.guardSize + offset
    pointer.initializeMemory(as: UInt8.self, repeating: 0xFF, count: byteCount)
  }

  convenience init(_ values: [[Float]], number: sl_number = SL_F32, arrangement: Arrangement = .tiles, offset: Int = 0) {
    self.init(tokens: values.count, features: values.first?.count ?? 0, number: number, arrangement: arrangement, offset: offset)
    for (token, row) in values.enumerated() {
      for (feature, value) in row.enumerated() { self[token, feature] = value }
    }
  }

  deinit { base.deallocate() }

  var floats: UnsafeMutablePointer<Float> { pointer.assumingMemoryBound(to: Float.self) }

  /// Nothing was written before or after the numbers.
  var guardsAreIntact: Bool {
    let all = UnsafeRawBufferPointer(start: base, count: pointer - base + byteCount + Self.guardSize)
    return all[..<(pointer - base)].allSatisfy { $0 == Self.guardByte } && all.suffix(Self.guardSize).allSatisfy { $0 == Self.guardByte }
  }

  /// Every number, lanes beyond the last token included.
  var bytes: [UInt8] { Array(UnsafeRawBufferPointer(start: pointer, count: byteCount)) }

  func index(_ token: Int, _ feature: Int) -> Int {
    switch arrangement {
    case .rows: return token * features + feature
    case .columns(let stride): return feature * stride + token
    case .tiles:
      let tile = token / 64
      let lane = token % 64
      let width = sl_tile_width(tokens, tile)
      return tile * 64 * features
        + (number == SL_F32 ? feature * width + lane : (feature / 2 * width + lane) * 2 + feature % 2)
    }
  }

  subscript(token: Int, feature: Int) -> Float {
    get { Float(bitPattern: bits(token, feature)) }
    set {
      let index = index(token, feature)
      if number == SL_F32 {
        pointer.storeBytes(of: newValue, toByteOffset: index * 4, as: Float.self)
      } else {
        pointer.storeBytes(of: UInt16(newValue.roundedToBF16.bitPattern >> 16), toByteOffset: index * 2, as: UInt16.self)
      }
    }
  }

  /// The number's bits as an f32.
  func bits(_ token: Int, _ feature: Int) -> UInt32 {
    let index = index(token, feature)
    return number == SL_F32
      ? pointer.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
      : UInt32(pointer.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)) << 16
  }

  func bits(ofToken token: Int) -> [UInt32] { (0..<features).map { bits(token, $0) } }

  var rows: [[Float]] { (0..<tokens).map { token in (0..<features).map { self[token, $0] } } }
}

extension Float {
  /// Rounded to nearest, ties to even, by comparing with both neighbours.
  var roundedToBF16: Float {
    guard isFinite else { return self }
    let below = Float(bitPattern: bitPattern & 0xFFFF_0000)
    let above = Float(bitPattern: (bitPattern & 0xFFFF_0000) &+ 0x1_0000)
    let rest = bitPattern & 0xFFFF
    if rest == 0x8000 { return below.bitPattern & 0x1_0000 == 0 ? below : above }
    return rest < 0x8000 ? below : above
  }
}
