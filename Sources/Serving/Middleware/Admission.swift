import Hummingbird
import Synchronization

/// Lets in so many requests at a time, for each may hold a picture in memory; others are told to come again.
final class Admission: RouterMiddleware {
  private let limit: Int
  private let count = Mutex(0)

  init(_ limit: Int) { self.limit = limit }

  func handle(
    _ request: Request, context: BasicRequestContext, next: (Request, BasicRequestContext) async throws -> Response
  ) async throws -> Response {
    try await admit { try await next(request, context) }
  }

  /// Does something, if there is room for it.
  func admit<Value>(_ work: () async throws -> Value) async throws -> Value {
    let isFree = count.withLock { count in
      guard count < limit else { return false }
      count += 1
      return true
    }
    guard isFree else { throw WireError(.serviceUnavailable, "\(limit) requests are being answered; try again", code: "busy") }
    defer { count.withLock { $0 -= 1 } }
    return try await work()
  }
}
