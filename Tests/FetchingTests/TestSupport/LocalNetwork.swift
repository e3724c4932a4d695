import NIOCore
import NIOPosix

/// What the machine that runs the tests offers.
enum LocalNetwork {
  static let hasIPv6: Bool = {
    let bound = try? ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: "::1", port: 0).wait()
    bound?.close(promise: nil)
    return bound != nil
  }()
}
