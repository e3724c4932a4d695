import NIOCore
import NIOEmbedded
import Testing

@testable import Fetching

/// Whole fetches go only to addresses of this machine, so that a check that is broken sends nothing to anybody; all other addresses are
/// put to the check alone, which connects to nothing.
@Suite("Hosts that must not be reached", .timeLimit(.minutes(5)))
struct FetcherAddressTests {
  @Test(
    "The default policy refuses this machine before it connects",
    arguments: [
      "127.0.0.1", "localhost", "LOCALHOST", "localhost.", "pictures.localhost", "pictures.test", "[::1]", "[::ffff:127.0.0.1]",
      "[::ffff:7f00:1]", "0.0.0.0", "[::]", "127.1.2.3",
    ])
  func thisMachine(_ host: String) async throws {
    try await withServer(["/": [FetcherTests.hello]]) { server in
      let names = ["localhost", "pictures.localhost", "pictures.test"]
      let resolver = TableResolver(Dictionary(uniqueKeysWithValues: names.map { ($0, ["127.0.0.1"]) }))
      let error = try #require(await Fetcher(policy: FetchPolicy(), resolver: resolver).failure(of: "http://\(host):\(server.port)/"))
      #expect(error.code == .refusedAddress)
      // The first connection that the server sees is the one made here.
      var policy = FetchPolicy()
      policy.allowsPrivateAddresses = true
      policy.userAgent = "first"
      _ = try await Fetcher(policy: policy).bytes(of: "http://127.0.0.1:\(server.port)/")
      #expect(try #require(await server.requests(1).first).contains("User-Agent: first"))
    }
  }

  @Test("A name for this machine is refused without being looked up")
  func localhostIsNotLookedUp() async {
    let fetcher = Fetcher(policy: FetchPolicy(), resolver: TableResolver([:]))
    await #expect(throws: FetchFault.refusedLocalhost("a.localhost")) { try await fetcher.checkedAddresses(of: .domain("a.localhost")) }
  }

  @Test(
    "Names are judged by every address of the answer",
    arguments: [
      (["127.0.0.1"], "127.0.0.1"), (["10.0.0.1"], "10.0.0.1"), (["169.254.169.254"], "169.254.169.254"), (["fd00::1"], "fd00::1"),
      (["168.63.129.16"], "168.63.129.16"), (["64:ff9b::127.0.0.1"], "64:ff9b::7f00:1"), (["2002:7f00:1::"], "2002:7f00:1::"),
      (["8.8.8.8", "10.0.0.1"], "10.0.0.1"), (["10.0.0.1", "8.8.8.8"], "10.0.0.1"),
      (["2606:4700::1111", "::ffff:192.168.0.1"], "::ffff:c0a8:1"), (["::1", "127.0.0.1"], "::1"),
    ])
  func names(_ answer: [String], _ refused: String) async throws {
    let fetcher = Fetcher(policy: FetchPolicy(), resolver: TableResolver(["pictures.test": answer]))
    let fault = FetchFault.refusedAddress(try #require(IPAddress(refused)), host: "pictures.test")
    await #expect(throws: fault) { try await fetcher.checkedAddresses(of: .domain("pictures.test")) }
    #expect(fault.sentence.contains("the host pictures.test leads to \(refused), "))
    #expect(fault.sentence.contains("allow private addresses"))
  }

  @Test("Public answers pass the check, in the order of the resolver")
  func publicNames() async throws {
    let answer = ["2606:4700::1111", "8.8.8.8"]
    let fetcher = Fetcher(policy: FetchPolicy(), resolver: TableResolver(["pictures.test": answer]))
    #expect(try await fetcher.checkedAddresses(of: .domain("pictures.test")).map(\.description) == answer)
  }

  @Test(
    "Addresses that no server can have are refused even where private ones are allowed",
    arguments: ["224.0.0.1", "192.0.2.1", "0.0.0.0", "255.255.255.255", "240.0.0.1", "::", "ff02::1"])
  func neverAllowed(_ text: String) async throws {
    var policy = FetchPolicy()
    policy.allowsPrivateAddresses = true
    let fetcher = Fetcher(policy: policy, resolver: TableResolver(["pictures.test": [text]]))
    let address = try #require(IPAddress(text))
    for host in [URLHost.address(address), .domain("pictures.test")] {
      let fault = FetchFault.refusedAddress(address, host: host.name)
      await #expect(throws: fault) { try await fetcher.checkedAddresses(of: host) }
      #expect(fault.sentence.hasSuffix("Only addresses that a server can have are fetched"))
    }
  }

  @Test("A name that may be private does not make its address so")
  func privateHosts() async throws {
    try await withServer(["/": [FetcherTests.hello]]) { server in
      let bytes = try await Fetcher.forTests(privateHosts: ["PICTURES.test"]).bytes(of: "http://pictures.TEST.:\(server.port)/")
      #expect(bytes.count == 5)
      let error = try #require(await Fetcher.forTests().failure(of: "http://127.0.0.1:\(server.port)/"))
      #expect(error.code == .refusedAddress)
      #expect(error.reason.hasPrefix("127.0.0.1 is a loopback address"))
    }
  }

  @Test("Names without an address", arguments: [nil, []] as [[String]?])
  func unknownNames(_ answer: [String]?) async throws {
    let fetcher = Fetcher(policy: FetchPolicy(), resolver: TableResolver(answer.map { ["pictures.test": $0] } ?? [:]))
    let error = try #require(await fetcher.failure(of: "http://pictures.test/"))
    #expect(error.code == .unknownHost)
    #expect(error.reason.contains("no address is known for the host pictures.test"))
  }

  @Test("Texts that are no URLs are refused without showing their secrets")
  func invalidURLs() async throws {
    let fetcher = Fetcher(policy: FetchPolicy(), resolver: TableResolver([:]))
    for url in ["http://user:secret@example.com/", "ftp://example.com/?key=secret", "example.com?secret", "http://user:secret/"] {
      let error = try #require(await fetcher.failure(of: url))
      #expect(error.code == .invalidURL)
      #expect(!error.reason.contains("secret"))
    }
    let error = try #require(await fetcher.failure(of: "http://user:secret@example.com/"))
    #expect(error.url == "…@example.com/")
  }

  @Test("A connection that went elsewhere is not used")
  func elsewhere() throws {
    let address = try #require(IPAddress("127.0.0.1"))
    for (peer, isAccepted) in [("127.0.0.1", true), ("127.0.0.2", false), ("::1", false)] {
      let channel = EmbeddedChannel()
      try channel.connect(to: SocketAddress(ipAddress: peer, port: 80)).wait()
      let check = Exchange.check(channel, isConnectedTo: address)
      if isAccepted {
        try check.wait()
      } else {
        #expect(throws: Exchange.UncheckedPeer.self) { try check.wait() }
      }
    }
    #expect(throws: Exchange.UncheckedPeer.self) { try Exchange.check(EmbeddedChannel(), isConnectedTo: address).wait() }
  }
}
