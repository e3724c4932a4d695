import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A web server on this machine for tests: answers every request from a closure, one after the other.
public final class LocalServer: Sendable {
  /// What the server answers.
  public struct Answer: Sendable {
    public let status: Int
    public let body: [UInt8]

    public init(status: Int, body: [UInt8]) {
      self.status = status
      self.body = body
    }
  }

  /// `http://127.0.0.1:port`
  public let address: String
  private let descriptor: Int32

  /// Starts a server on a free port.
  public init(_ answer: @escaping @Sendable (_ path: String) -> Answer) throws {
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
        Self.serve(connection, answer)
        close(connection)
      }
    }
  }

  /// Stops listening.
  public func stop() {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  private static func serve(_ connection: Int32, _ answer: (String) -> Answer) {
    var request: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !String(decoding: request, as: UTF8.self).contains("\r\n\r\n") {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      request += buffer[..<count]
    }
    let path = String(decoding: request, as: UTF8.self).split(separator: " ").dropFirst().first ?? "/"
    let answer = answer(String(path))
    let head = "HTTP/1.1 \(answer.status) Test\r\nContent-Length: \(answer.body.count)\r\nConnection: close\r\n\r\n"
    var bytes = (Array(head.utf8) + answer.body)[...]
    while !bytes.isEmpty {
      #if canImport(Glibc)
        let sent = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      #else
        let sent = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, 0) }
      #endif
      guard sent > 0 else { return }
      bytes = bytes.dropFirst(sent)
    }
  }
}
