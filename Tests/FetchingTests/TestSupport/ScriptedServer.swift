import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A server on this machine that answers with the bytes it is told to, right or wrong.
final class ScriptedServer: Sendable {
  /// One thing to do after a request has come in.
  enum Step: Sendable {
    case send(String)
    case sendBytes([UInt8])
    /// The same text again and again, every 5 milliseconds, until the client hangs up.
    case drip(String)
    case close
    /// An end without a farewell: TCP's reset.
    case reset
  }

  /// What happens at the server, in order.
  enum Event: Sendable {
    case request(String)
    case closed
  }

  let port: Int
  private let channel: any Channel
  private let eventStream: AsyncStream<Event>

  /// Starts a server that answers each path with the steps of its script, and other paths with 404.
  ///
  /// The greeting is what it says to every connection before it is asked.
  static func start(
    at address: String = "127.0.0.1", tls: NIOSSLContext? = nil, greeting: String? = nil, _ scripts: [String: [Step]]
  ) async throws -> ScriptedServer {
    let (stream, continuation) = AsyncStream.makeStream(of: Event.self)
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.addHandler(ScriptHandler(scripts, greeting: greeting) { continuation.yield($0) })
        }
      }
      .bind(host: address, port: 0).get()
    return ScriptedServer(channel, stream)
  }

  private init(_ channel: any Channel, _ events: AsyncStream<Event>) {
    self.channel = channel
    eventStream = events
    port = channel.localAddress?.port ?? 0
  }

  /// Waits for the next event that no earlier call has returned.
  func nextEvent() async -> Event? {
    for await event in eventStream { return event }
    return nil
  }

  /// The heads of the next requests, which must already be on their way.
  func requests(_ count: Int) async -> [String] {
    var heads: [String] = []
    while heads.count < count, let event = await nextEvent() {
      if case .request(let head) = event { heads.append(head) }
    }
    return heads
  }

  /// Waits until connections have ended.
  func connectionsEnd(_ count: Int) async {
    var ended = 0
    while ended < count, let event = await nextEvent() {
      if case .closed = event { ended += 1 }
    }
  }

  func stop() async throws {
    try await channel.close()
  }
}

/// Reads the head of one request and plays the script of its path.
private final class ScriptHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let scripts: [String: [ScriptedServer.Step]]
  private let report: @Sendable (ScriptedServer.Event) -> Void
  private let greeting: String?
  private var received = ""

  init(
    _ scripts: [String: [ScriptedServer.Step]], greeting: String?, report: @escaping @Sendable (ScriptedServer.Event) -> Void
  ) {
    self.scripts = scripts
    self.greeting = greeting
    self.report = report
  }

  func channelActive(context: ChannelHandlerContext) {
    if let greeting { play([.send(greeting)], context) }
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received += String(buffer: unwrapInboundIn(data))
    guard received.hasSuffix("\r\n\r\n") else { return }
    let head = received
    received = ""
    report(.request(head))
    let words = head.split(separator: " ", maxSplits: 2)
    let path = words.count > 1 ? String(words[1]) : ""
    play(scripts[path] ?? [.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")], context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    report(.closed)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func play(_ steps: [ScriptedServer.Step], _ context: ChannelHandlerContext) {
    for step in steps {
      switch step {
      case .send(let text): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
      case .sendBytes(let bytes): context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
      case .drip(let text): drip(text, context.channel)
      case .close: context.close(promise: nil)
      case .reset:
        // Closing a socket that must not linger throws away what is unsent and sends a reset.
        let channel = context.channel
        guard let options = channel as? any SocketOptionProvider else { return context.close(promise: nil) }
        options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
      }
    }
  }

  private func drip(_ text: String, _ channel: any Channel) {
    channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(5)) { task in
      guard channel.isActive else { return task.cancel() }
      channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
    }
  }
}

/// Starts a server, runs a body, and stops the server.
func withServer<Result>(
  at address: String = "127.0.0.1", tls: NIOSSLContext? = nil, greeting: String? = nil, _ scripts: [String: [ScriptedServer.Step]],
  _ body: (ScriptedServer) async throws -> Result
) async throws -> Result {
  let server = try await ScriptedServer.start(at: address, tls: tls, greeting: greeting, scripts)
  do {
    let result = try await body(server)
    try await server.stop()
    return result
  } catch {
    try await server.stop()
    throw error
  }
}
