/// Normalisation forms C and D over the reference's tables.
struct CanonicalComposition: Sendable {
  static let shared = CanonicalComposition()

  private let traits = ScalarTraitsTable.shared
  /// Code point to its pair; the second is 0 where one code point replaces another.
  private let decompositions: [UInt32: Pair]
  private let compositions: [Pair: UInt32]

  private struct Pair: Hashable {
    let first: UInt32
    let second: UInt32
  }

  private init() {
    var decompositions: [UInt32: Pair] = [:]
    var compositions: [Pair: UInt32] = [:]
    decompositions.reserveCapacity(2_100)
    compositions.reserveCapacity(1_000)
    let composing = UnicodeData.compositions
    for row in stride(from: 0, to: composing.count, by: 3) {
      let pair = Pair(first: composing[row + 1], second: composing[row + 2])
      decompositions[composing[row]] = pair
      compositions[pair] = composing[row]
    }
    let excluded = UnicodeData.excludedCompositions
    for row in stride(from: 0, to: excluded.count, by: 3) {
      decompositions[excluded[row]] = Pair(first: excluded[row + 1], second: excluded[row + 2])
    }
    let singletons = UnicodeData.singletons
    for row in stride(from: 0, to: singletons.count, by: 2) {
      decompositions[singletons[row]] = Pair(first: singletons[row + 1], second: 0)
    }
    self.decompositions = decompositions
    self.compositions = compositions
  }

  /// The normalised text of a range of valid UTF-8, or nil if it is normalised as it stands.
  ///
  /// Only the stretches around characters that need care are taken apart: a character that needs none never changes, and never
  /// composes with what stands before it.
  ///
  /// - Complexity: O(n), and O(m log m) for a run of m combining marks in the wrong order.
  func normalized(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8]? {
    var output: [UInt8] = []
    var copied = range.lowerBound
    var stretch = range.lowerBound
    var position = range.lowerBound
    while position < range.upperBound {
      // Nothing below U+0300, whose UTF-8 starts with 0xCC, needs care.
      if bytes[position] < 0xCC {
        stretch = position
        position += bytes[position] < 0x80 ? 1 : 2
        continue
      }
      let (code, length) = UTF8Decoding.scalar(in: bytes, at: position)
      guard traits[code].needsCare else {
        stretch = position
        position += length
        continue
      }
      position += length
      while position < range.upperBound {
        let (code, length) = UTF8Decoding.scalar(in: bytes, at: position)
        guard traits[code].needsCare else { break }
        position += length
      }
      output.append(contentsOf: bytes[copied..<stretch])
      appendNormalized(bytes, stretch..<position, to: &output)
      copied = position
      stretch = position
    }
    guard copied > range.lowerBound else { return nil }
    output.append(contentsOf: bytes[copied..<range.upperBound])
    return output
  }

  /// Normalisation form D.
  func decomposed(_ codes: [UInt32]) -> [UInt32] {
    var scalars: [UInt32] = []
    scalars.reserveCapacity(codes.count)
    for code in codes { decompose(code, into: &scalars) }
    orderMarks(&scalars)
    return scalars
  }

  private func appendNormalized(_ bytes: [UInt8], _ range: Range<Int>, to output: inout [UInt8]) {
    var scalars: [UInt32] = []
    var position = range.lowerBound
    while position < range.upperBound {
      let (code, length) = UTF8Decoding.scalar(in: bytes, at: position)
      decompose(code, into: &scalars)
      position += length
    }
    orderMarks(&scalars)
    compose(&scalars)
    for code in scalars { UTF8Decoding.append(code, to: &output) }
  }

  private func decompose(_ code: UInt32, into scalars: inout [UInt32]) {
    if Hangul.syllables.contains(code) {
      Hangul.decompose(code, into: &scalars)
    } else if traits[code].decomposes, let pair = decompositions[code] {
      // Only the first of a pair can decompose further; the longest chain in the tables has three steps.
      decompose(pair.first, into: &scalars)
      if pair.second != 0 { scalars.append(pair.second) }
    } else {
      scalars.append(code)
    }
  }

  /// Sorts every run of marks by combining class; marks of one class keep their order.
  private func orderMarks(_ scalars: inout [UInt32]) {
    var start = 0
    while start < scalars.count {
      var end = start
      var isOrdered = true
      var previous: UInt8 = 0
      while end < scalars.count {
        let combiningClass = traits[scalars[end]].combiningClass
        guard combiningClass != 0 else { break }
        isOrdered = isOrdered && previous <= combiningClass
        previous = combiningClass
        end += 1
      }
      if !isOrdered {
        // The standard library's sort does not promise to be stable, so the position is part of the key.
        let sorted = (start..<end)
          .map { (combiningClass: traits[scalars[$0]].combiningClass, position: $0, code: scalars[$0]) }
          .sorted { ($0.combiningClass, $0.position) < ($1.combiningClass, $1.position) }
        scalars.replaceSubrange(start..<end, with: sorted.lazy.map(\.code))
      }
      start = end + 1
    }
  }

  /// Composes in place, by the algorithm of The Unicode Standard, section 3.11.
  private func compose(_ scalars: inout [UInt32]) {
    var count = 0
    var starter: Int?
    var previous: UInt8?
    for code in scalars {
      let combiningClass = traits[code].combiningClass
      // A mark composes unless another of the same or a higher class stands between it and the starter.
      if let starter, previous.map({ $0 < combiningClass }) ?? true, let composed = composite(scalars[starter], code) {
        scalars[starter] = composed
        continue
      }
      if combiningClass == 0 {
        starter = count
        previous = nil
      } else {
        previous = combiningClass
      }
      scalars[count] = code
      count += 1
    }
    scalars.removeSubrange(count...)
  }

  private func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
    Hangul.compose(first, second) ?? compositions[Pair(first: first, second: second)]
  }
}
