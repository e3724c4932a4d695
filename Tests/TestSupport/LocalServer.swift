import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A web server on this machine for tests: answers every request from a closure, several at a time.
public final class LocalServer: Sendable {
  /// What the server is asked.
  public struct Request: Sendable {
    /// Path and query.
    public let path: String
    /// Headers by name in lower case.
    public let headers: [String: String]
    /// What was sent.
    public let body: [UInt8]
  }

  /// What the server answers.
  public struct Answer: Sendable {
    public var status: Int
    public var headers: [String: String]
    public var body: [UInt8]
    /// The length that the head announces; nil announces the body's own.
    public var announcedLength: Int?
    /// Holds the connection open behind the body until this is true.
    ///
    /// A client may throw away what it has received and not yet read when a connection breaks.
    public var isRead: (@Sendable () -> Bool)?

    public init(status: Int, headers: [String: String] = [:], body: [UInt8] = [], announcedLength: Int? = nil) {
      self.status = status
      self.headers = headers
      self.body = body
      self.announcedLength = announcedLength
    }
  }

  /// `http://127.0.0.1:port`
  public let address: String
  private let descriptor: Int32

  /// Starts a server on a free port that looks at paths only.
  public convenience init(_ answer: @escaping @Sendable (_ path: String) -> Answer) throws {
    try self.init(toRequests: { answer($0.path) })
  }

  /// Starts a server on a free port that looks at whole requests.
  public static func answering(_ answer: @escaping @Sendable (Request) -> Answer) throws -> LocalServer {
    try LocalServer(toRequests: answer)
  }

  private init(toRequests answer: @escaping @Sendable (Request) -> Answer) throws {
    #if canImport(Glibc)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) == 0 && listen(descriptor, 16) == 0 && getsockname(descriptor, pointer, &length) == 0
      }
    }
    guard bound else { throw FixtureError("a local server could not be started: \(String(cString: strerror(errno)))") }
    address = "http://127.0.0.1:\(UInt16(bigEndian: name.sin_port))"
    self.descriptor = descriptor
    Thread.detachNewThread {
      while case let connection = accept(descriptor, nil, nil), connection >= 0 {
        Thread.detachNewThread {
          Self.serve(connection, answer)
          close(connection)
        }
      }
    }
  }

  /// Stops listening.
  public func stop() {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  private static func serve(_ connection: Int32, _ answer: (Request) -> Answer) {
    var request: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !String(decoding: request, as: UTF8.self).contains("\r\n\r\n") {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      request += buffer[..<count]
    }
    let end = request.indices.first { request[$0...].starts(with: Array("\r\n\r\n".utf8)) } ?? request.count
    var body = Array(request.dropFirst(end + 4))
    let head = Request(head: String(decoding: request[..<end], as: UTF8.self), body: [])
    let length = head.headers["content-length"].flatMap { Int($0) } ?? 0
    while body.count < length {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      body += buffer[..<count]
    }
    let answer = answer(Request(head: String(decoding: request[..<end], as: UTF8.self), body: body))
    let announced = answer.announcedLength ?? answer.body.count
    var answerHead = "HTTP/1.1 \(answer.status) Test\r\nContent-Length: \(announced)\r\nConnection: close\r\n"
    for (name, value) in answer.headers { answerHead += "\(name): \(value)\r\n" }
    answerHead += "\r\n"
    var bytes = (Array(answerHead.utf8) + answer.body)[...]
    while !bytes.isEmpty {
      #if canImport(Glibc)
        let sent = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      #else
        let sent = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, 0) }
      #endif
      guard sent > 0 else { return }
      bytes = bytes.dropFirst(sent)
    }
    while let isRead = answer.isRead, !isRead() {
      // Nobody reads any more once the client has hung up.
      let peeked = recv(connection, &buffer, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
      if peeked == 0 || (peeked < 0 && errno != EAGAIN && errno != EINTR) { return }
      sched_yield()
    }
  }
}

extension LocalServer.Request {
  /// Reads the head of a request; its body is read already.
  fileprivate init(head: String, body: [UInt8]) {
    let lines = head.components(separatedBy: "\r\n")
    path = lines[0].split(separator: " ").dropFirst().first.map(String.init) ?? "/"
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
    }
    self.headers = headers
    self.body = body
  }
}
