package import Hummingbird

/// What a request is answered with where it cannot be answered, in the form that OpenAI's clients read.
package struct WireError: Error, Sendable, Equatable {
  /// The status of the answer.
  package let status: HTTPResponse.Status
  /// One sentence for a person.
  package let message: String
  /// The field of the request that is at fault; `nil` where it is none or all.
  package let field: String?
  /// The kind of fault in one word, for programs; `nil` where the status says it all.
  package let code: String?

  /// An error.
  package init(_ status: HTTPResponse.Status, _ message: String, field: String? = nil, code: String? = nil) {
    self.status = status
    self.message = message
    self.field = field
    self.code = code
  }

  /// A field that holds something that it cannot hold.
  static func invalid(_ field: String, _ message: String) -> WireError {
    WireError(.badRequest, "\(field): \(message)", field: field, code: "invalidField")
  }
}

extension WireError: Encodable {
  private enum Keys: String, CodingKey {
    case error, message, type, param, code
  }

  /// Writes `{"error": {"message", "type", "param", "code"}}`; what is absent is `null`.
  package func encode(to encoder: any Encoder) throws {
    var outer = encoder.container(keyedBy: Keys.self)
    var container = outer.nestedContainer(keyedBy: Keys.self, forKey: .error)
    try container.encode(message, forKey: .message)
    try container.encode(status.code < 500 ? "invalid_request_error" : "server_error", forKey: .type)
    try container.encode(field, forKey: .param)
    try container.encode(code, forKey: .code)
  }
}
