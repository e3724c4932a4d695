extension Fetcher {
  /// The addresses of a host, all of them allowed by the policy.
  ///
  /// One refused address refuses the host: a name that leads to a public and a private address is how an attacker would have the
  /// check see one and the connection use the other.
  func checkedAddresses(of host: URLHost) async throws(FetchFault) -> [IPAddress] {
    let addresses: [IPAddress]
    switch host {
    case .address(let address):
      addresses = [address]
    case .domain(let name):
      if host.isLocalhost, !policy.allows(.loopback, for: host) { throw .refusedLocalhost(name) }
      do throws(FetchFault) {
        addresses = try await resolver.addresses(of: name)
      } catch .cancelled {
        throw .timedOut(.lookingUp, limit: policy.timeout)
      }
    }
    if let refused = addresses.first(where: { !policy.allows($0.scope, for: host) }) {
      throw .refusedAddress(refused, host: host.name)
    }
    return addresses
  }
}
