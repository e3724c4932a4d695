import Testing

@testable import Fetching

@Suite("Where addresses lead")
struct AddressScopeTests {
  @Test(
    "IPv4, at both ends of every range",
    arguments: [
      ("0.0.0.0", .unspecified), ("0.255.255.255", .unspecified), ("1.0.0.0", .publicNetwork),
      ("9.255.255.255", .publicNetwork), ("10.0.0.0", .privateNetwork), ("10.255.255.255", .privateNetwork), ("11.0.0.0", .publicNetwork),
      ("100.63.255.255", .publicNetwork), ("100.64.0.0", .carrierNetwork), ("100.100.100.200", .carrierNetwork),
      ("100.127.255.255", .carrierNetwork), ("100.128.0.0", .publicNetwork),
      ("126.255.255.255", .publicNetwork), ("127.0.0.0", .loopback), ("127.0.0.1", .loopback), ("127.255.255.255", .loopback),
      ("128.0.0.0", .publicNetwork),
      ("168.63.129.15", .publicNetwork), ("168.63.129.16", .cloudPlatform), ("168.63.129.17", .publicNetwork),
      ("169.253.255.255", .publicNetwork), ("169.254.0.0", .linkLocal), ("169.254.169.254", .linkLocal), ("169.254.255.255", .linkLocal),
      ("169.255.0.0", .publicNetwork),
      ("172.15.255.255", .publicNetwork), ("172.16.0.0", .privateNetwork), ("172.31.255.255", .privateNetwork),
      ("172.32.0.0", .publicNetwork),
      ("191.255.255.255", .publicNetwork), ("192.0.0.0", .reserved), ("192.0.0.192", .reserved), ("192.0.0.255", .reserved),
      ("192.0.1.0", .publicNetwork), ("192.0.2.0", .documentation), ("192.0.2.255", .documentation), ("192.0.3.0", .publicNetwork),
      ("192.88.98.255", .publicNetwork), ("192.88.99.1", .reserved), ("192.88.100.0", .publicNetwork),
      ("192.167.255.255", .publicNetwork), ("192.168.0.0", .privateNetwork), ("192.168.255.255", .privateNetwork),
      ("192.169.0.0", .publicNetwork),
      ("198.17.255.255", .publicNetwork), ("198.18.0.0", .benchmarking), ("198.19.255.255", .benchmarking), ("198.20.0.0", .publicNetwork),
      ("198.51.99.255", .publicNetwork), ("198.51.100.0", .documentation), ("198.51.101.0", .publicNetwork),
      ("203.0.112.255", .publicNetwork), ("203.0.113.0", .documentation), ("203.0.114.0", .publicNetwork),
      ("8.8.8.8", .publicNetwork), ("223.255.255.255", .publicNetwork), ("224.0.0.0", .multicast), ("239.255.255.255", .multicast),
      ("240.0.0.0", .reserved), ("255.255.255.254", .reserved), ("255.255.255.255", .broadcast),
    ] as [(String, AddressScope)])
  func v4(_ text: String, _ scope: AddressScope) throws {
    #expect(try #require(IPAddress(text)).scope == scope)
  }

  @Test(
    "IPv6",
    arguments: [
      ("::", .unspecified), ("::1", .loopback), ("::2", .reserved), ("::127.0.0.1", .reserved), ("::8.8.8.8", .reserved),
      ("::ffff:127.0.0.1", .loopback), ("::ffff:10.1.2.3", .privateNetwork), ("::ffff:169.254.169.254", .linkLocal),
      ("::ffff:0.0.0.0", .unspecified), ("::ffff:8.8.8.8", .publicNetwork), ("::fffe:8.8.8.8", .reserved),
      ("::ffff:0:127.0.0.1", .loopback), ("::ffff:0:8.8.8.8", .publicNetwork),
      ("64:ff9b::127.0.0.1", .loopback), ("64:ff9b::192.168.0.1", .privateNetwork), ("64:ff9b::8.8.8.8", .publicNetwork),
      ("64:ff9b:0:0:0:1:808:808", .reserved), ("64:ff9b:1::8.8.8.8", .privateNetwork), ("64:ff9b:2::8.8.8.8", .reserved),
      ("100::1", .reserved), ("1fff:ffff::1", .reserved),
      ("2000::1", .publicNetwork), ("2001::1", .reserved), ("2001:0:7f00:1::", .reserved), ("2001:2::1", .benchmarking),
      ("2001:2:1::1", .reserved), ("2001:20::1", .reserved), ("2001:1ff:ffff::1", .reserved), ("2001:200::1", .publicNetwork),
      ("2001:db8::1", .documentation), ("2001:db9::1", .publicNetwork), ("2606:4700::1111", .publicNetwork),
      ("2002:7f00:1::", .loopback), ("2002:a00:1::1", .privateNetwork), ("2002:c0a8:101::1", .privateNetwork),
      ("2002:a9fe:a9fe::1", .linkLocal), ("2002:808:808::1", .publicNetwork), ("2003::1", .publicNetwork),
      ("3ffe::1", .publicNetwork), ("3fff::1", .documentation), ("3fff:fff::1", .documentation), ("3fff:1000::1", .publicNetwork),
      ("4000::1", .reserved), ("5f00::1", .reserved), ("fbff::1", .reserved),
      ("fc00::1", .privateNetwork), ("fd00:ec2::254", .privateNetwork), ("fdff:ffff::1", .privateNetwork), ("fe00::1", .reserved),
      ("fe80::1", .linkLocal), ("febf:ffff::1", .linkLocal), ("fec0::1", .privateNetwork), ("feff::1", .privateNetwork),
      ("ff02::1", .multicast), ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", .multicast),
    ] as [(String, AddressScope)])
  func v6(_ text: String, _ scope: AddressScope) throws {
    #expect(try #require(IPAddress(text)).scope == scope)
  }

  @Test("Every way to carry an IPv4 address in IPv6 is judged by what it carries, for random addresses")
  func carriers() throws {
    var generator = SplitMix64(seed: 3)
    for _ in 0..<5000 {
      let bits = UInt32.random(in: 0...UInt32.max, using: &generator)
      let carried = IPAddress.v4(bits)
      for prefix in ["::ffff:", "::ffff:0:", "64:ff9b::"] {
        #expect(try #require(IPAddress(prefix + carried.description)).scope == carried.scope)
      }
      #expect(IPAddress.v6(0x2002 << 112 | UInt128(bits) << 80 | 1).scope == carried.scope)
    }
  }

  @Test("The policy: public by default, private where allowed, nonsense never", arguments: AddressScope.allCases)
  func policy(_ scope: AddressScope) {
    let host = URLHost.domain("pictures.test")
    var policy = FetchPolicy()
    #expect(policy.allows(scope, for: host) == (scope == .publicNetwork))

    policy.privateHosts = ["Pictures.test"]
    let allowed: Set<AddressScope> = [
      .publicNetwork, .loopback, .privateNetwork, .linkLocal, .carrierNetwork, .cloudPlatform, .benchmarking,
    ]
    #expect(policy.allows(scope, for: host) == allowed.contains(scope))
    #expect(policy.allows(scope, for: .domain("other.test")) == (scope == .publicNetwork))

    policy = FetchPolicy()
    policy.allowsPrivateAddresses = true
    #expect(policy.allows(scope, for: host) == allowed.contains(scope))
  }
}
