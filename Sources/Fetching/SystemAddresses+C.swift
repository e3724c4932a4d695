#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The addresses that `getaddrinfo` knows for a name.
///
/// Blocks the thread.
func systemAddresses(of host: String) throws(FetchFault) -> [IPAddress] {
  var hints = addrinfo()
  // One entry per address instead of one for each kind of socket.
  #if canImport(Glibc)
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
  #else
    hints.ai_socktype = SOCK_STREAM
  #endif

  var first: UnsafeMutablePointer<addrinfo>?
  let status = getaddrinfo(host, nil, &hints, &first)
  guard status == 0 else { throw .unknownHost(host, detail: String(cString: gai_strerror(status))) }
  defer { freeaddrinfo(first) }

  var addresses: [IPAddress] = []
  var entry = first
  while let current = entry {
    if let address = IPAddress(current.pointee) { addresses.append(address) }
    entry = current.pointee.ai_next
  }
  return addresses
}

extension IPAddress {
  /// The address of one entry; nil for families other than IPv4 and IPv6.
  fileprivate init?(_ entry: addrinfo) {
    guard let address = UnsafeRawPointer(entry.ai_addr) else { return nil }
    let length = Int(entry.ai_addrlen)
    switch entry.ai_family {
    case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
      self = .v4(UInt32(bigEndian: address.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr))
    case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
      let bits = withUnsafeBytes(of: address.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { $0.loadUnaligned(as: UInt128.self) }
      self = .v6(UInt128(bigEndian: bits))
    default:
      return nil
    }
  }
}
