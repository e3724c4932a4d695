import NIOCore
import Testing

@testable import Fetching

@Suite("IP addresses as text")
struct IPAddressTests {
  @Test(
    "Spellings that are read, and how they are written",
    arguments: [
      ("0.0.0.0", "0.0.0.0"), ("127.0.0.1", "127.0.0.1"), ("255.255.255.255", "255.255.255.255"),
      ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8::1", "2001:db8::1"),
      ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("0001:0:0:0:0:0:0:8", "1::8"),
      ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
      ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:0:0:2:3:0:0:4", "1::2:3:0:0:4"),
      ("::ffff:127.0.0.1", "::ffff:7f00:1"), ("64:ff9b::8.8.8.8", "64:ff9b::808:808"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
    ])
  func read(_ text: String, _ canonical: String) throws {
    let address = try #require(IPAddress(text))
    #expect(address.description == canonical)
    #expect(IPAddress(canonical) == address)
  }

  @Test(
    "Spellings that are refused",
    arguments: [
      "", ".", ":", ":::", "1", "1.2.3", "1.2.3.4.5", "1.2.3.4.", ".1.2.3.4", "1..3.4", "256.0.0.1", "1.2.3.1000", "01.2.3.4", "0x7f.0.0.1",
      "127.1", "2130706433", "1.2.3.4 ", " 1.2.3.4", "+1.2.3.4", "１.2.3.4", "1.2.3.٤",
      "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1::", "1::2::3", ":1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:", "12345::", "g::",
      "::1%eth0", "[::1]", "::1.2.3", "::1.2.3.4:5", "1.2.3.4::", "::01.2.3.4", "1:2:3:4:5:6:7:1.2.3.4",
    ])
  func refused(_ text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test("Random addresses read and write as the system's own functions do")
  func agreesWithSystem() throws {
    var generator = SplitMix64(seed: 7)
    for _ in 0..<2000 {
      // Zero groups are frequent, so that "::" is met in every place.
      let groups = (0..<8).map { _ in Bool.random(using: &generator) ? 0 : UInt16.random(in: 0...UInt16.max, using: &generator) }
      let address = IPAddress.v6(groups.reduce(0) { $0 << 16 | UInt128($1) })
      let system = try SocketAddress(ipAddress: address.description, port: 0)
      #expect(IPAddress(try #require(system.ipAddress)) == address)

      let four = IPAddress.v4(UInt32.random(in: 0...UInt32.max, using: &generator))
      #expect(try SocketAddress(ipAddress: four.description, port: 0).ipAddress == four.description)
    }
  }

  @Test("Random texts are read exactly where the system reads them")
  func acceptsWhatSystemAccepts() {
    var generator = SplitMix64(seed: 11)
    var accepted = 0
    var disagreements: [String] = []
    for _ in 0..<30_000 {
      let length = Int.random(in: 2...14, using: &generator)
      let text = String((0..<length).map { _ in "01f::::..".randomElement(using: &generator) ?? ":" })
      let system = (try? SocketAddress(ipAddress: text, port: 0)) != nil
      accepted += system ? 1 : 0
      if (IPAddress(text) != nil) != system { disagreements.append(text) }
    }
    #expect(disagreements == [])
    #expect(accepted > 100)
  }
}
