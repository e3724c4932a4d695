import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One request for one URL over a connection of its own to one address.
struct Exchange {
  /// What a server answers.
  enum Answer {
    case resource(FetchedResource)
    case redirect(status: Int, location: String?)
  }

  let url: RequestURL
  let address: IPAddress
  let policy: FetchPolicy
  let trustRoots: NIOSSLTrustRoots

  /// Sends the request and reads the answer to its end.
  ///
  /// - Parameter hasAlternatives: whether to give up early on an address that does not answer.
  /// - Returns: the whole body, or where the server redirects to.
  /// - Throws: `FetchFault`; `unreachable` if another address may be tried.
  func answer(hasAlternatives: Bool) async throws(FetchFault) -> Answer {
    let client = HTTPClient(
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration(hasAlternatives: hasAlternatives))
    // Not awaited: a server may take its time to agree to the end of a TLS connection.
    defer { client.shutdown { _ in } }

    let response: HTTPClientResponse
    do {
      response = try await client.execute(request, deadline: .distantFuture)
    } catch {
      throw fault(beforeAnswer: error)
    }
    return try await read(response)
  }

  private var request: HTTPClientRequest {
    var request = HTTPClientRequest(url: url.text)
    // A line break would end the header and begin another.
    let userAgent = String(policy.userAgent.unicodeScalars.filter { (" "..."~").contains($0) })
    if !userAgent.isEmpty { request.headers.add(name: "User-Agent", value: userAgent) }
    request.headers.add(name: "Accept", value: "*/*")
    // Bytes as they are: a compressed body could unfold to any size.
    request.headers.add(name: "Accept-Encoding", value: "identity")
    request.headers.add(name: "Connection", value: "close")
    return request
  }
}
