import Hummingbird

/// Refuses requests for another host: a page in a browser may have brought its own name to this address to read what is served here.
struct HostCheck: RouterMiddleware {
  /// Names that lead to this machine alone.
  static let loopback: Set<String> = ["localhost", "127.0.0.1", "[::1]"]
  let hosts: Set<String>

  func handle(
    _ request: Request, context: BasicRequestContext, next: (Request, BasicRequestContext) async throws -> Response
  ) async throws -> Response {
    let authority = request.head.authority ?? ""
    // Without the port; an IPv6 address has colons of its own, in brackets.
    let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
    guard hosts.contains(host.lowercased()) else {
      throw WireError(.misdirectedRequest, "this server answers for \(hosts.sorted().joined(separator: ", ")) only")
    }
    return try await next(request, context)
  }
}
