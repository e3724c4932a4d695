import NIOSSL
import Testing

@testable import Fetching

@Suite("https", .timeLimit(.minutes(5)))
struct FetcherTLSTests {
  /// A fetcher that trusts the tests' certificate and finds every name on this machine.
  private static func fetcher(trusting roots: NIOSSLTrustRoots? = nil) throws -> Fetcher {
    var policy = FetchPolicy()
    policy.allowsPrivateAddresses = true
    policy.timeout = .seconds(10)
    let names = ["pictures.test", "a.pictures.test", "a.pictures.example", "a.b.pictures.example", "pictures.example", "other.test"]
    let resolver = TableResolver(Dictionary(uniqueKeysWithValues: names.map { ($0, ["127.0.0.1"]) }))
    return Fetcher(policy: policy, resolver: resolver, trustRoots: try roots ?? .certificates([TestCertificate.authority()]))
  }

  @Test(
    "A certificate for the name of the URL, or its address where the URL has one",
    arguments: ["pictures.test", "a.pictures.example", "127.0.0.1"])
  func verified(_ host: String) async throws {
    try await withServer(tls: TestCertificate.serverContext(), ["/": [FetcherTests.hello]]) { server in
      let resource = try await Self.fetcher().resource(at: "https://\(host):\(server.port)/")
      #expect(resource.url == "https://\(host):\(server.port)/")
      #expect(resource.bytes.count == 5)
    }
  }

  @Test(
    "A certificate for another name, though it names the address of the connection",
    arguments: ["other.test", "a.pictures.test", "pictures.example", "a.b.pictures.example"])
  func otherName(_ host: String) async throws {
    try await withServer(tls: TestCertificate.serverContext(), ["/": [FetcherTests.hello]]) { server in
      let error = try #require(await Self.fetcher().failure(of: "https://\(host):\(server.port)/"))
      #expect(error.code == .untrustedServer)
      #expect(error.reason.contains("could not prove that it is \(host): its certificate is for other names"))
    }
  }

  @Test("A certificate that nobody trusted has signed", arguments: ["pictures.test", "127.0.0.1"])
  func untrusted(_ host: String) async throws {
    try await withServer(tls: TestCertificate.serverContext(), ["/": [FetcherTests.hello]]) { server in
      let error = try #require(await Self.fetcher(trusting: .default).failure(of: "https://\(host):\(server.port)/"))
      #expect(error.code == .untrustedServer)
      #expect(error.reason.contains("no trusted authority"))
    }
  }

  @Test("A redirect from http to https is followed, from https to http it is not")
  func redirects() async throws {
    let hello = ["/": [FetcherTests.hello]]
    try await withServer(tls: TestCertificate.serverContext(), hello) { secure in
      let up = "HTTP/1.1 301 Up\r\nLocation: https://pictures.test:\(secure.port)/\r\nContent-Length: 0\r\n\r\n"
      try await withServer(["/": [FetcherTests.hello], "/up": [.send(up)]]) { plain in
        let bytes = try await Self.fetcher().bytes(of: "http://pictures.test:\(plain.port)/up")
        #expect(bytes.count == 5)

        let down = "HTTP/1.1 301 Down\r\nLocation: http://pictures.test:\(plain.port)/\r\nContent-Length: 0\r\n\r\n"
        try await withServer(tls: TestCertificate.serverContext(), ["/": [.send(down)]]) { downgrading in
          let error = try #require(await Self.fetcher().failure(of: "https://pictures.test:\(downgrading.port)/"))
          #expect(error.code == .refusedRedirect)
          #expect(error.reason.contains("from https to http"))
        }
      }
    }
  }

  @Test("https to a server without TLS, and http to one with it")
  func mixedUp() async throws {
    try await withServer(greeting: "HTTP/1.1 400 Bad Request\r\n\r\n", [:]) { plain in
      let error = try #require(await Self.fetcher().failure(of: "https://pictures.test:\(plain.port)/"))
      #expect(error.code == .unreachable)
      #expect(error.reason.contains("TLS"), "\(error.reason)")
    }
    try await withServer(tls: TestCertificate.serverContext(), ["/": [FetcherTests.hello]]) { secure in
      let error = try #require(await Self.fetcher().failure(of: "http://pictures.test:\(secure.port)/"))
      #expect(error.code == .incomplete)
    }
  }
}
