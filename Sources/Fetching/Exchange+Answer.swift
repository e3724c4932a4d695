import AsyncHTTPClient
import NIOCore
import NIOHTTP1

extension Exchange {
  /// Judges the head of an answer and reads its body.
  func read(_ response: HTTPClientResponse) async throws(FetchFault) -> Answer {
    let status = Int(response.status.code)
    switch status {
    case 301, 302, 303, 307, 308:
      return .redirect(status: status, location: response.headers.first(name: "Location"))
    case 206:
      throw .malformed("it is a part of the body (206 Partial Content), though the whole was asked for")
    case 200...299:
      break
    default:
      let retryAfter = response.headers.first(name: "Retry-After").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
      throw .status(status, retryAfterSeconds: retryAfter)
    }
    let encodings = response.headers[canonicalForm: "Content-Encoding"].filter { $0.lowercased() != "identity" }
    guard encodings.isEmpty else { throw .encoded(RedactedURL.shortened(encodings.joined(separator: ", "))) }

    let announced = response.headers.first(name: "Content-Length").flatMap { Int($0) }
    if let announced, announced > policy.maximumBytes { throw .announcedTooLarge(announced, limit: policy.maximumBytes) }
    let bytes = try await collect(response.body, announced: announced)
    return .resource(FetchedResource(bytes: bytes, contentType: response.headers.first(name: "Content-Type"), url: url.text))
  }

  private func collect(_ body: HTTPClientResponse.Body, announced: Int?) async throws(FetchFault) -> [UInt8] {
    var bytes: [UInt8] = []
    // An announced length is only a claim: beyond 1 MiB memory is taken as bytes come.
    bytes.reserveCapacity(min(announced ?? 0, 1 << 20))
    do {
      for try await part in body {
        guard part.readableBytes <= policy.maximumBytes - bytes.count else { throw FetchFault.tooLarge(limit: policy.maximumBytes) }
        bytes.append(contentsOf: part.readableBytesView)
      }
    } catch {
      throw fault(afterReceiving: bytes.count, announced: announced, error)
    }
    if Task.isCancelled { throw .timedOut(.receiving(bytes.count), limit: policy.timeout) }
    if let announced, announced != bytes.count { throw .truncated(received: bytes.count, announced: announced) }
    return bytes
  }
}
