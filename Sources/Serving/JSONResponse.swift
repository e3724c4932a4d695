import Foundation
import Hummingbird
import NIOCore

/// Answers in JSON.
enum JSONResponse {
  /// A value, its members in the order of their names, as the command line writes it.
  static func of(_ value: some Encodable, _ status: HTTPResponse.Status = .ok) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return text(try encoder.encode(value), status)
  }

  /// A text that is JSON.
  static func text(_ text: some Sequence<UInt8>, _ status: HTTPResponse.Status = .ok) -> Response {
    var response = Response(status: status, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: text)))
    // Browsers are not to guess that it is a page.
    response.headers[.xContentTypeOptions] = "nosniff"
    return response
  }
}
