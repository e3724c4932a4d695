/// SHA-256 (FIPS 180-4), for digests in the fixtures' manifests: the toolchain has none on Linux.
struct SHA256 {
  private var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  private var rest: [UInt8] = []
  private var byteCount: UInt64 = 0

  private static let primes: [UInt32] = {
    var found: [UInt32] = []
    var candidate: UInt32 = 2
    while found.count < 64 {
      if !found.contains(where: { candidate % $0 == 0 }) { found.append(candidate) }
      candidate += 1
    }
    return found
  }()

  /// The first 32 bits of the fractions of the primes' cube roots.
  private static let constants: [UInt32] = primes.map { prime in
    // The root times 2^32 is the largest number whose cube is at most the prime times 2^96; its low 32 bits are the fraction.
    var root: UInt64 = 0
    for bit in (0..<35).reversed() {
      let trial = root | 1 << UInt64(bit)
      let (high, low) = trial.multipliedFullWidth(by: trial)
      let lowProduct = low.multipliedFullWidth(by: trial)
      let cubeHigh = high * trial + lowProduct.high
      if cubeHigh < UInt64(prime) << 32 { root = trial }
    }
    return UInt32(truncatingIfNeeded: root)
  }

  /// Takes more bytes.
  mutating func update(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      rest.append(byte)
      byteCount += 1
      if rest.count == 64 {
        compress()
        rest.removeAll(keepingCapacity: true)
      }
    }
  }

  /// The digest of all bytes so far, in hexadecimal.
  func hexadecimal() -> String {
    var copy = self
    let bits = byteCount * 8
    copy.update([0x80])
    while copy.rest.count != 56 { copy.update([0]) }
    copy.update(withUnsafeBytes(of: bits.bigEndian, Array.init))
    return copy.state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  private mutating func compress() {
    let constants = Self.constants
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
      for index in 0..<16 {
        words[index] =
          UInt32(rest[4 * index]) << 24 | UInt32(rest[4 * index + 1]) << 16 | UInt32(rest[4 * index + 2]) << 8
          | UInt32(rest[4 * index + 3])
      }
      for index in 16..<64 {
        let (a, b) = (words[index - 15], words[index - 2])
        let first = Self.rotate(a, 7) ^ Self.rotate(a, 18) ^ a >> 3
        let second = Self.rotate(b, 17) ^ Self.rotate(b, 19) ^ b >> 10
        words[index] = words[index - 16] &+ first &+ words[index - 7] &+ second
      }
      var (a, b, c, d) = (state[0], state[1], state[2], state[3])
      var (e, f, g, h) = (state[4], state[5], state[6], state[7])
      for index in 0..<64 {
        let sumE = Self.rotate(e, 6) ^ Self.rotate(e, 11) ^ Self.rotate(e, 25)
        let first = h &+ sumE &+ (e & f ^ ~e & g) &+ constants[index] &+ words[index]
        let sumA = Self.rotate(a, 2) ^ Self.rotate(a, 13) ^ Self.rotate(a, 22)
        let second = sumA &+ (a & b ^ a & c ^ b & c)
        (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
      }
      for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
    }
  }

  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
}
