/// What a fetch may reach, how much it may bring back, and how long it may take.
public struct FetchPolicy: Sendable, Equatable {
  /// Whether every URL may lead to this machine, a private network or a cloud's metadata service.
  ///
  /// False by default: a URL often comes from somebody else, and must not reach what only this machine can reach. Addresses that no
  /// server can have (multicast, documentation, reserved ranges) stay refused either way.
  public var allowsPrivateAddresses = false

  /// Hosts that may have private addresses while all others may not, such as a picture server in the house.
  ///
  /// Each is written as in the URL: a name (`pictures.intranet`), an IPv4 address, or an IPv6 address without brackets.
  public var privateHosts: Set<String> = []

  /// The most bytes of a body that are kept; one byte more ends the fetch with an error.
  ///
  /// 64 MiB by default.
  public var maximumBytes = 64 << 20

  /// The time for the whole fetch: looking up the host, connecting, redirects and the body.
  ///
  /// For a stream, which may take hours, it is the time until the body begins. 30 seconds by default.
  public var timeout: Duration = .seconds(30)

  /// The longest time without a byte of the body.
  ///
  /// 60 seconds by default.
  public var stallTimeout: Duration = .seconds(60)

  /// The most redirects that are followed; 0 follows none.
  public var maximumRedirects = 5

  /// The `User-Agent` that servers see.
  ///
  /// Many refuse requests without one. Characters other than printable ASCII are left out.
  public var userAgent = "Sightline"

  /// The default policy: public addresses only, 64 MiB, 30 seconds, 5 redirects.
  public init() {}

  /// The timeout, within what clocks can add up: at most a year.
  var boundedTimeout: Duration { Self.bounded(timeout) }
  /// The stall timeout, within the same bounds.
  var boundedStallTimeout: Duration { Self.bounded(stallTimeout) }

  private static func bounded(_ time: Duration) -> Duration { min(max(time, .zero), .seconds(365 * 86_400)) }

  /// Whether a host may lead to an address of this kind.
  func allows(_ scope: AddressScope, for host: URLHost) -> Bool {
    if scope == .publicNetwork { return true }
    guard scope.isPrivate else { return false }
    return allowsPrivateAddresses || privateHosts.contains { (IPAddress($0)?.description ?? $0.lowercased()) == host.name }
  }
}
