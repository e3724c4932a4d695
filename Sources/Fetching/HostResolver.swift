/// Looks up the addresses of host names.
protocol HostResolver: Sendable {
  /// Looks up a host.
  ///
  /// - Parameter host: a lower-case ASCII name.
  /// - Returns: every address of the host, the most promising first.
  /// - Throws: `FetchFault.unknownHost`, or `cancelled` when the task is cancelled, which must end the call at once.
  func addresses(of host: String) async throws(FetchFault) -> [IPAddress]
}
