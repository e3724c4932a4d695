@testable import Fetching

/// Answers look-ups from a table; names that are not in it do not exist.
struct TableResolver: HostResolver {
  let table: [String: [String]]

  init(_ table: [String: [String]]) { self.table = table }

  func addresses(of host: String) async throws(FetchFault) -> [IPAddress] {
    guard let texts = table[host] else { throw .unknownHost(host, detail: "not in the table") }
    return texts.compactMap { IPAddress($0) }
  }
}

/// Never answers; ends only when the fetch is cancelled.
struct SilentResolver: HostResolver {
  func addresses(of host: String) async throws(FetchFault) -> [IPAddress] {
    for await _ in AsyncStream(Never.self, { _ in }) {}
    throw .cancelled
  }
}

extension Fetcher {
  /// A fetcher for which only `pictures.test` and what else is named may be on this machine.
  static func forTests(
    privateHosts: Set<String> = ["pictures.test"], table: [String: [String]] = ["pictures.test": ["127.0.0.1"]],
    _ change: (inout FetchPolicy) -> Void = { _ in }
  ) -> Fetcher {
    var policy = FetchPolicy()
    policy.privateHosts = privateHosts
    change(&policy)
    return Fetcher(policy: policy, resolver: TableResolver(table))
  }

  /// The error of a fetch that must fail.
  func failure(of url: String) async -> FetchError? {
    do {
      _ = try await bytes(of: url)
      return nil
    } catch {
      return error
    }
  }
}
