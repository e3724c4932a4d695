import Demonstrations
import Embedding
import Fetching
import Foundation
import Hummingbird
import NIOCore

/// A library of demonstrations over HTTP: the answers of `sightline demos … --json`.
struct DemonstrationRoutes {
  let service: DemonstrationService
  let fetcher: Fetcher

  /// Adds `POST retrieve`, `POST where`, `GET` of the list and `GET` of an episode.
  func add(to group: RouterGroup<some RequestContext>) {
    group.get { _, _ in try JSONResponse.of(["demonstrations": try service.list()]) }
    group.get(":id") { _, context in
      // Only looked up among the ids that there are; it never becomes a path.
      guard let id = try context.parameters.require("id").removingPercentEncoding else {
        throw WireError(.badRequest, "the id in the address has a % without two hexadecimal digits after it", field: "id")
      }
      return JSONResponse.text(try service.episode(id).utf8)
    }
    group.post("retrieve") { request, _ in
      let body = try await read(RetrieveRequest.self, request)
      var query = body.query
      query.screen = try await screen(body.screenshot, body.method, reranks: true)
      return try JSONResponse.of(
        try await service.retrieve(query, body.options, by: body.method, prompt: body.prompt))
    }
    group.post("where") { request, _ in
      let body = try await read(WhereRequest.self, request)
      var query = body.query
      query.screen = try await screen(body.screenshot, body.method, reranks: false)
      return try JSONResponse.of(
        try await service.position(of: query, in: body.id, previous: body.previous, by: body.method))
    }
  }

  /// The screen of a query, its bytes fetched; where nobody looks at it, it is empty and not fetched.
  private func screen(_ screenshot: Screenshot?, _ method: MethodName?, reranks: Bool) async throws -> ImageSource? {
    guard let screenshot else { return nil }
    // The answer says that there was one and that it was left out.
    guard try service.seesScreens(method, reranks: reranks) else { return .bytes([]) }
    return .bytes(try await screenshot.bytes(fetcher, field: "screenshot"))
  }

  private func read<Body: Decodable>(_ type: Body.Type, _ request: Request) async throws -> Body {
    // A page in a browser cannot send this type to another server without asking first.
    let isJSON = request.headers[.contentType]?.lowercased().hasPrefix("application/json") ?? false
    guard isJSON else {
      throw WireError(.unsupportedMediaType, "the body must be JSON, with the header Content-Type: application/json")
    }
    let body = try await request.body.collect(upTo: DemonstrationServer.maximumBodyBytes)
    return try RequestFields.decode(type, from: Data(body.readableBytesView))
  }
}
