/// An IPv4 or IPv6 address as a number, whatever its spelling was.
enum IPAddress: Hashable, Sendable {
  /// An IPv4 address, the first octet highest.
  case v4(UInt32)
  /// An IPv6 address, the first group highest.
  case v6(UInt128)

  /// Reads an address in the one spelling that all programs agree on: four decimal numbers, or RFC 4291 groups.
  ///
  /// Hexadecimal, octal, short or whole-number IPv4, zones (`%eth0`) and brackets are refused.
  init?(_ text: some StringProtocol) {
    let text = text.utf8
    if text.contains(UInt8(ascii: ":")) {
      guard let bits = Self.groups(Array(text)) else { return nil }
      self = .v6(bits)
    } else {
      guard let bits = Self.dottedDecimal(Array(text)[...]) else { return nil }
      self = .v4(bits)
    }
  }

  /// Four decimal numbers up to 255 without leading zeros, which some programs read as octal.
  private static func dottedDecimal(_ text: ArraySlice<UInt8>) -> UInt32? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bits: UInt32 = 0
    for part in parts {
      guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
      var number: UInt32 = 0
      for byte in part {
        guard byte.isDigit else { return nil }
        number = number * 10 + UInt32(byte - UInt8(ascii: "0"))
      }
      guard number <= 255 else { return nil }
      bits = bits << 8 | number
    }
    return bits
  }

  /// Eight groups of up to four hexadecimal digits, one run of them written `::`, the last two also as an IPv4 address.
  private static func groups(_ text: [UInt8]) -> UInt128? {
    let colon = UInt8(ascii: ":")
    var before: [UInt32] = []
    var after: [UInt32]?
    var position = 0

    if text.starts(with: [colon, colon]) {
      after = []
      position = 2
    }
    while position < text.count {
      let end = text[position...].firstIndex(of: colon) ?? text.count
      let part = text[position..<end]
      let read: [UInt32]
      if end == text.count, part.contains(UInt8(ascii: ".")) {
        guard let address = dottedDecimal(part) else { return nil }
        read = [address >> 16, address & 0xffff]
      } else {
        guard (1...4).contains(part.count) else { return nil }
        var group: UInt32 = 0
        for byte in part {
          guard let digit = byte.hexadecimalValue else { return nil }
          group = group << 4 | UInt32(digit)
        }
        read = [group]
      }
      if after == nil { before += read } else { after? += read }
      guard before.count + (after?.count ?? 0) <= 8 else { return nil }

      position = end + 1
      if position < text.count, text[position] == colon {
        guard after == nil else { return nil }
        after = []
        position += 1
      } else if end < text.count, position == text.count {
        return nil
      }
    }

    let tail = after ?? []
    let zeros = 8 - before.count - tail.count
    // "::" stands for at least one group.
    guard after == nil ? zeros == 0 : zeros >= 1 else { return nil }
    return (before + Array(repeating: 0, count: zeros) + tail).reduce(0) { $0 << 16 | UInt128($1) }
  }
}

extension IPAddress: CustomStringConvertible {
  /// The address as RFC 5952 writes it: lower case, no leading zeros, the longest run of zero groups as `::`.
  var description: String {
    switch self {
    case .v4(let bits):
      return (0..<4).map { String(bits >> UInt32(24 - 8 * $0) & 0xff) }.joined(separator: ".")
    case .v6(let bits):
      let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> UInt128(112 - 16 * $0)) }
      let texts = groups.map { String($0, radix: 16) }
      let run = Self.longestRunOfZeros(groups)
      guard run.count >= 2 else { return texts.joined(separator: ":") }
      return texts[..<run.lowerBound].joined(separator: ":") + "::" + texts[run.upperBound...].joined(separator: ":")
    }
  }

  private static func longestRunOfZeros(_ groups: [UInt16]) -> Range<Int> {
    var longest = 0..<0
    var start = 0
    for (index, group) in groups.enumerated() {
      if group != 0 {
        start = index + 1
      } else if index + 1 - start > longest.count {
        longest = start..<(index + 1)
      }
    }
    return longest
  }
}
