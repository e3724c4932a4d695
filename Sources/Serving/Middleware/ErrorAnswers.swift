import Hummingbird

/// Errors as answers in JSON, whatever failed.
struct ErrorAnswers: RouterMiddleware {
  func handle(
    _ request: Request, context: BasicRequestContext, next: (Request, BasicRequestContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      let answer = WireError(error, answering: "\(request.method.rawValue) \(request.uri.path)")
      return try JSONResponse.of(answer, answer.status)
    }
  }
}
