package import Demonstrations
import Fetching
package import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// Serves a library of demonstrations over HTTP.
///
/// There is no encryption and there are no users: whoever reaches the address can read the library. It is meant for this machine, or to
/// stand behind a server that knows who may.
package struct DemonstrationServer: Sendable {
  /// Bytes of a request at most; a picture in base64 takes four thirds of its file.
  package static let maximumBodyBytes = 32 << 20
  /// Requests that are read or answered at a time.
  package static let maximumRequests = 16
  private static let maximumConnections = 256

  /// Where it listens, and what it may reach.
  package struct Configuration: Sendable {
    /// The name or address to listen on.
    package var host = "127.0.0.1"
    /// The port; 0 for any that is free.
    package var port = 8_080
    /// Whether addresses of screens may lead to this machine or a private network.
    package var allowsPrivateAddresses = false

    /// This machine alone.
    package init() {}
  }

  private let service: DemonstrationService
  private let configuration: Configuration

  /// A server that does not listen yet.
  package init(_ service: DemonstrationService, _ configuration: Configuration = Configuration()) {
    self.service = service
    self.configuration = configuration
  }

  /// The server, ready to run.
  ///
  /// - Parameter onRunning: Told the port once it listens.
  /// - Returns: The application; running it listens.
  package func application(onRunning: @escaping @Sendable (_ port: Int) -> Void = { _ in }) -> some ApplicationProtocol {
    let router = Router()
    router.add(middleware: ErrorAnswers())
    if Self.isLoopback(configuration.host) { router.add(middleware: HostCheck(hosts: HostCheck.loopback)) }
    router.add(middleware: Admission(Self.maximumRequests))
    var policy = FetchPolicy()
    policy.allowsPrivateAddresses = configuration.allowsPrivateAddresses
    policy.maximumBytes = Self.maximumBodyBytes
    DemonstrationRoutes(service: service, fetcher: Fetcher(policy: policy)).add(to: router.group("v1/demonstrations"))
    var logger = Logger(label: "sightline")
    logger.logLevel = .error
    return Application(
      router: router,
      // A client that stops in the middle of a request loses its place.
      server: .http1(configuration: .init(idleTimeout: .seconds(60))),
      configuration: ApplicationConfiguration(
        address: .hostname(configuration.host, port: configuration.port),
        availableConnectionsDelegate: MaximumAvailableConnections(Self.maximumConnections)),
      onServerRunning: { channel in onRunning(channel.localAddress?.port ?? 0) },
      logger: logger)
  }

  /// Serves until the task is cancelled.
  ///
  /// - Parameter onRunning: Told the port once it listens.
  /// - Throws: What the system says where the address cannot be listened on.
  package func run(onRunning: @escaping @Sendable (_ port: Int) -> Void) async throws {
    try await application(onRunning: onRunning).run()
  }

  /// Whether a host leads to this machine alone.
  package static func isLoopback(_ host: String) -> Bool { ["localhost", "127.0.0.1", "::1"].contains(host.lowercased()) }
}
