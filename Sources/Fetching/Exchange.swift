import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One request for one URL over a connection of its own to one address.
struct Exchange {
  let url: RequestURL
  let address: IPAddress
  /// Headers beside those that every request has.
  let headers: [FetchRequest.Header]
  /// What is sent with `POST`; `nil` for `GET`.
  let body: [UInt8]?
  let policy: FetchPolicy
  let trustRoots: NIOSSLTrustRoots

  /// Sends the request and waits for the head of the answer.
  ///
  /// - Parameter hasAlternatives: whether to give up early on an address that does not answer.
  /// - Returns: the answer, with its body still to come.
  /// - Throws: `FetchFault`; `unreachable` if another address may be tried.
  func open(hasAlternatives: Bool) async throws(FetchFault) -> OpenExchange {
    let client = HTTPClient(
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration(hasAlternatives: hasAlternatives))
    do {
      return OpenExchange(try await client.execute(request, deadline: .distantFuture), client, policy)
    } catch {
      client.shutdown { _ in }
      throw fault(beforeAnswer: error)
    }
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
    for header in headers { request.headers.add(name: header.name, value: header.value) }
    if let body {
      request.method = .POST
      request.body = .bytes(body)
    }
    return request
  }
}
