import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// A request whose answer has begun, with the connection that it comes on.
final class OpenExchange: Sendable {
  let response: HTTPClientResponse
  private let client: HTTPClient
  private let policy: FetchPolicy

  init(_ response: HTTPClientResponse, _ client: HTTPClient, _ policy: FetchPolicy) {
    self.response = response
    self.client = client
    self.policy = policy
  }

  deinit {
    // Not awaited: a server may take its time to agree to the end of a TLS connection.
    client.shutdown { _ in }
  }

  var status: Int { Int(response.status.code) }

  /// Where the answer redirects to; nil if it does not.
  var redirect: (status: Int, location: String?)? {
    switch status {
    case 301, 302, 303, 307, 308: (status, response.headers.first(name: "Location"))
    default: nil
    }
  }

  /// Judges the head of an answer that is no redirect.
  func check(acceptsPart: Bool) throws(FetchFault) {
    switch status {
    case 206 where !acceptsPart:
      throw .malformed("it is a part of the body (206 Partial Content), though the whole was asked for")
    case 200...299:
      break
    default:
      let retryAfter = response.headers.first(name: "Retry-After").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
      throw .status(status, retryAfterSeconds: retryAfter)
    }
    let encodings = response.headers[canonicalForm: "Content-Encoding"].filter { $0.lowercased() != "identity" }
    guard encodings.isEmpty else { throw .encoded(RedactedURL.shortened(encodings.joined(separator: ", "))) }
  }

  /// Hands over the body, part by part.
  ///
  /// - Throws: `FetchFault`, or whatever `receive` throws.
  func read(atMost limit: Int, _ receive: (UnsafeRawBufferPointer) throws -> Void) async throws {
    let announced = response.headers.first(name: "Content-Length").flatMap { Int($0) }
    if let announced, announced > limit { throw FetchFault.announcedTooLarge(announced, limit: limit) }
    var received = 0
    var parts = response.body.makeAsyncIterator()
    while let part = try await next(&parts, received, announced) {
      guard part.readableBytes <= limit - received else { throw FetchFault.tooLarge(limit: limit) }
      try part.withUnsafeReadableBytes(receive)
      received += part.readableBytes
    }
    // A cancelled task sees the end of the body instead of an error.
    if Task.isCancelled { throw FetchFault.timedOut(.receiving(received), limit: policy.timeout) }
    if let announced, announced != received { throw FetchFault.truncated(received: received, announced: announced) }
  }

  private func next(
    _ parts: inout HTTPClientResponse.Body.AsyncIterator, _ received: Int, _ announced: Int?
  ) async throws(FetchFault) -> ByteBuffer? {
    do {
      return try await parts.next()
    } catch {
      if Task.isCancelled { throw .timedOut(.receiving(received), limit: policy.timeout) }
      switch error {
      case let error as HTTPClientError where error == .readTimeout: throw .stalled(received: received, limit: policy.stallTimeout)
      case HTTPParserError.invalidEOFState: throw .truncated(received: received, announced: announced)
      case let error as HTTPParserError: throw .malformed("\(error)")
      default: throw .truncated(received: received, announced: announced)
      }
    }
  }
}
