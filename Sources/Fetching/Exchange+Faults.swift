import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension Exchange {
  /// Tells a failure before the head of the answer.
  func fault(beforeAnswer error: any Error) -> FetchFault {
    if Task.isCancelled { return .timedOut(.waitingForAnswer, limit: policy.timeout) }
    let host = url.host.name
    switch error {
    case let error as IOError:
      if let problem = Self.connectionProblem(error) { return .unreachable(host: host, detail: "\(address) \(problem)") }
      return .noAnswer(detail: error.errnoCode == ECONNRESET ? "the server reset the connection" : "system error \(error.errnoCode)")
    case is UncheckedPeer:
      return .unreachable(host: host, detail: "the connection did not go to \(address), the address that was checked")
    case is UnprovenName, is NIOSSLExtraError:
      return .untrustedServer(host: host, detail: "its certificate is for other names")
    case let error as NIOSSLError:
      // The library tells what failed only in words.
      if "\(error)".contains("CERTIFICATE_VERIFY_FAILED") {
        return .untrustedServer(host: host, detail: "its certificate has expired, or no trusted authority has signed it")
      }
      return .unreachable(host: host, detail: "\(address) does not answer in TLS 1.2 or later on port \(url.port)")
    case let error as HTTPClientError:
      switch error {
      case .readTimeout: return .timedOut(.waitingForAnswer, limit: policy.stallTimeout)
      case .connectTimeout: return .unreachable(host: host, detail: "\(address) does not answer")
      case .tlsHandshakeTimeout: return .unreachable(host: host, detail: "\(address) does not complete the TLS handshake")
      case .remoteConnectionClosed: return .noAnswer(detail: "the server closed the connection")
      default: return .noAnswer(detail: error.shortDescription)
      }
    case HTTPParserError.invalidEOFState:
      return .noAnswer(detail: "the server closed the connection in the middle of the head of its answer")
    case let error as HTTPParserError:
      return .malformed("\(error)")
    default:
      return .noAnswer(detail: "\(error)")
    }
  }

  /// Why no connection came about; nil for connections that did and were lost.
  private static func connectionProblem(_ error: IOError) -> String? {
    switch error.errnoCode {
    case ECONNREFUSED: "refuses connections"
    case ETIMEDOUT: "does not answer"
    case EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT: "cannot be reached from this machine's network"
    case EACCES, EPERM: "is blocked by this machine"
    default: nil
    }
  }
}
