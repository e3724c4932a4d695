/// Where packets to an IP address end up, by the special-purpose address registries of IANA (RFC 6890 and its updates).
enum AddressScope: String, Sendable, CaseIterable {
  /// An ordinary address of the public internet.
  case publicNetwork = "a public address"
  /// This machine: 127.0.0.0/8, `::1`.
  case loopback = "a loopback address (this machine)"
  /// Private networks: RFC 1918, `fc00::/7`, `fec0::/10`, and what only the local network translates.
  case privateNetwork = "a private network address"
  /// The local link: 169.254.0.0/16, where clouds keep their metadata services, and `fe80::/10`.
  case linkLocal = "a link-local address, where cloud metadata services live"
  /// Networks of a carrier behind its NAT: 100.64.0.0/10 (RFC 6598).
  case carrierNetwork = "an address inside a carrier's or cloud's own network"
  /// An address outside the special ranges that one cloud answers itself, inside every virtual machine.
  case cloudPlatform = "the address of a cloud's own platform service"
  /// Networks for benchmarks: 198.18.0.0/15 (RFC 2544), `2001:2::/48` (RFC 5180).
  case benchmarking = "an address for benchmark networks"
  /// No address at all: 0.0.0.0/8, `::`. Linux connects 0.0.0.0 to this machine.
  case unspecified = "an unspecified address"
  /// Groups of receivers: 224.0.0.0/4, `ff00::/8`.
  case multicast = "a multicast address"
  /// Everybody on the link: 255.255.255.255.
  case broadcast = "the broadcast address"
  /// Examples in documents: RFC 5737, `2001:db8::/32`, `3fff::/20`.
  case documentation = "an address for documentation, which no server has"
  /// Everything else that is no address of a server on the internet.
  case reserved = "a reserved address"

  /// Whether a server can be there, though not on the public internet.
  var isPrivate: Bool {
    switch self {
    case .loopback, .privateNetwork, .linkLocal, .carrierNetwork, .cloudPlatform, .benchmarking: true
    case .publicNetwork, .unspecified, .multicast, .broadcast, .documentation, .reserved: false
    }
  }
}

extension IPAddress {
  /// Where packets to this address end up.
  ///
  /// An IPv6 address that carries an IPv4 address is judged by the one it carries.
  var scope: AddressScope {
    switch self {
    case .v4(let bits):
      return IPv4Range.special.first { $0.contains(bits) }?.scope ?? .publicNetwork
    case .v6(let bits):
      guard let range = IPv6Range.special.first(where: { $0.contains(bits) }) else { return .reserved }
      switch range.meaning {
      case .scope(let scope): return scope
      case .carriesIPv4(let shift): return IPAddress.v4(UInt32(truncatingIfNeeded: bits >> UInt128(shift))).scope
      }
    }
  }
}

/// An IPv4 prefix and what it is for.
private struct IPv4Range {
  let network: UInt32
  let length: Int
  let scope: AddressScope

  init(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32, length: Int, _ scope: AddressScope) {
    network = a << 24 | b << 16 | c << 8 | d
    self.length = length
    self.scope = scope
  }

  func contains(_ bits: UInt32) -> Bool { (bits ^ network) >> UInt32(32 - length) == 0 }

  /// The first match decides.
  static let special: [IPv4Range] = [
    IPv4Range(0, 0, 0, 0, length: 8, .unspecified),
    IPv4Range(10, 0, 0, 0, length: 8, .privateNetwork),
    IPv4Range(100, 64, 0, 0, length: 10, .carrierNetwork),
    IPv4Range(127, 0, 0, 0, length: 8, .loopback),
    // Azure's host answers here in every virtual machine: DNS, health, certificates and settings of its agent.
    IPv4Range(168, 63, 129, 16, length: 32, .cloudPlatform),
    IPv4Range(169, 254, 0, 0, length: 16, .linkLocal),
    IPv4Range(172, 16, 0, 0, length: 12, .privateNetwork),
    // IETF protocol assignments; Oracle's cloud keeps a metadata service at 192.0.0.192.
    IPv4Range(192, 0, 0, 0, length: 24, .reserved),
    IPv4Range(192, 0, 2, 0, length: 24, .documentation),
    // The former 6to4 relays (RFC 7526).
    IPv4Range(192, 88, 99, 0, length: 24, .reserved),
    IPv4Range(192, 168, 0, 0, length: 16, .privateNetwork),
    IPv4Range(198, 18, 0, 0, length: 15, .benchmarking),
    IPv4Range(198, 51, 100, 0, length: 24, .documentation),
    IPv4Range(203, 0, 113, 0, length: 24, .documentation),
    IPv4Range(224, 0, 0, 0, length: 4, .multicast),
    IPv4Range(255, 255, 255, 255, length: 32, .broadcast),
    IPv4Range(240, 0, 0, 0, length: 4, .reserved),
  ]
}

/// An IPv6 prefix and what it is for.
private struct IPv6Range {
  enum Meaning {
    case scope(AddressScope)
    /// An IPv4 address lies in the 32 bits above the lowest `shift` bits.
    case carriesIPv4(shift: Int)
  }

  let network: UInt128
  let length: Int
  let meaning: Meaning

  /// A prefix whose highest 64 bits are given; the rest is 0.
  init(_ high: UInt64, length: Int, _ meaning: Meaning) {
    network = UInt128(high) << 64
    self.length = length
    self.meaning = meaning
  }

  init(_ high: UInt64, _ low: UInt64, length: Int, _ meaning: Meaning) {
    network = UInt128(high) << 64 | UInt128(low)
    self.length = length
    self.meaning = meaning
  }

  func contains(_ bits: UInt128) -> Bool { (bits ^ network) >> UInt128(128 - length) == 0 }

  /// The first match decides.
  static let special: [IPv6Range] = [
    IPv6Range(0, 0, length: 128, .scope(.unspecified)),
    IPv6Range(0, 1, length: 128, .scope(.loopback)),
    // ::ffff:0:0/96, IPv4-mapped; ::ffff:0:0:0/96, IPv4-translated (RFC 2765).
    IPv6Range(0, 0x0000_ffff_0000_0000, length: 96, .carriesIPv4(shift: 0)),
    IPv6Range(0, 0xffff_0000_0000_0000, length: 96, .carriesIPv4(shift: 0)),
    // IPv4-compatible addresses, given up by RFC 4291.
    IPv6Range(0, 0, length: 96, .scope(.reserved)),
    // NAT64 (RFC 6052), as DNS64 answers it where a network speaks only IPv6; its twin for local use (RFC 8215).
    IPv6Range(0x0064_ff9b_0000_0000, length: 96, .carriesIPv4(shift: 0)),
    IPv6Range(0x0064_ff9b_0001_0000, length: 48, .scope(.privateNetwork)),
    IPv6Range(0x2001_0002_0000_0000, length: 48, .scope(.benchmarking)),
    // IETF protocol assignments, with Teredo and ORCHID among them.
    IPv6Range(0x2001_0000_0000_0000, length: 23, .scope(.reserved)),
    IPv6Range(0x2001_0db8_0000_0000, length: 32, .scope(.documentation)),
    // 6to4 (RFC 3056).
    IPv6Range(0x2002_0000_0000_0000, length: 16, .carriesIPv4(shift: 80)),
    IPv6Range(0x3fff_0000_0000_0000, length: 20, .scope(.documentation)),
    IPv6Range(0xfc00_0000_0000_0000, length: 7, .scope(.privateNetwork)),
    IPv6Range(0xfe80_0000_0000_0000, length: 10, .scope(.linkLocal)),
    IPv6Range(0xfec0_0000_0000_0000, length: 10, .scope(.privateNetwork)),
    IPv6Range(0xff00_0000_0000_0000, length: 8, .scope(.multicast)),
    // What is left of the part that is given out to servers (RFC 4291).
    IPv6Range(0x2000_0000_0000_0000, length: 3, .scope(.publicNetwork)),
  ]
}
