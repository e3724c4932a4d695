import AsyncHTTPClient
import NIOCore
import NIOSSL

extension Exchange {
  /// How long a connection may take while there are other addresses to try.
  ///
  /// Handshakes across the world take well under one second.
  private static let connectionTimeWithAlternatives = TimeAmount.seconds(5)

  /// How the client connects: to the checked address, directly, once.
  func configuration(hasAlternatives: Bool) -> HTTPClient.Configuration {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    tls.trustRoots = trustRoots

    var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
    // The last address has all the time there is, and the time limit of the whole fetch ends it first.
    configuration.timeout.connect = hasAlternatives ? Self.connectionTimeWithAlternatives : TimeAmount(policy.boundedTimeout) + .seconds(1)
    configuration.timeout.read = TimeAmount(policy.boundedStallTimeout)
    configuration.connectionPool.retryConnectionEstablishment = false
    // One request per connection has no use for streams.
    configuration.httpVersion = .http1Only
    // Spans would carry the query of the URL.
    configuration.tracing.tracer = nil
    if case .domain(let name) = url.host { configuration.dnsOverride = [name: address.description] }
    configuration.http1_1ConnectionDebugInitializer = { [url, address] channel in
      Self.check(channel, isConnectedTo: address).flatMap { Self.check(channel, proves: url) }
        .flatMapErrorThrowing { error in
          channel.close(promise: nil)
          throw error
        }
    }
    return configuration
  }

  /// Lets a new connection pass only if it goes to the checked address, before any byte of the request is sent.
  ///
  /// The override of name resolution already sees to it; but one that did not apply would have the name looked up again, unchecked.
  static func check(_ channel: any Channel, isConnectedTo address: IPAddress) -> EventLoopFuture<Void> {
    guard let peer = channel.remoteAddress?.ipAddress, IPAddress(peer) == address else {
      return channel.eventLoop.makeFailedFuture(UncheckedPeer())
    }
    return channel.eventLoop.makeSucceededVoidFuture()
  }

  /// Lets a TLS connection for a host name pass only if the server's certificate holds that name.
  ///
  /// The TLS library has verified the certificate, but is content when it names the address of the connection instead (RFC 9525, section
  /// 6.1, asks for the name). Whoever could forge the answer of a name server would need no more than a certificate for an address of
  /// their own, which public authorities give out.
  private static func check(_ channel: any Channel, proves url: RequestURL) -> EventLoopFuture<Void> {
    guard url.scheme == .https, case .domain(let name) = url.host else { return channel.eventLoop.makeSucceededVoidFuture() }
    return channel.nioSSL_peerCertificate().flatMapThrowing { certificate in
      guard let certificate, certificate.holds(hostName: name) else { throw UnprovenName() }
    }
  }

  /// The connection went to another address than the checked one.
  struct UncheckedPeer: Error {}

  /// The server's certificate is for other names than the host's.
  struct UnprovenName: Error {}
}

extension NIOSSLCertificate {
  /// Whether a DNS name of the certificate is this host name, or a wildcard (`*.example.com`) in place of its first label.
  fileprivate func holds(hostName: String) -> Bool {
    let wildcard = hostName.firstIndex(of: ".").map { "*" + hostName[$0...] }
    return _subjectAlternativeNames().contains { name in
      guard name.nameType == .dnsName else { return false }
      let text = String(decoding: name.contents, as: UTF8.self).lowercased()
      return text == hostName || text == wildcard
    }
  }
}
