import Demonstrations
import Embedding
import Hummingbird
import NIOCore
import Retrieval

extension WireError {
  /// The answer to a request that failed with any error.
  ///
  /// - Parameters:
  ///   - error: Why it failed.
  ///   - request: What was asked for, as method and path.
  package init(_ error: any Error, answering request: String) {
    switch error {
    case let error as WireError: self = error
    case let error as LibraryError: self.init(Self.status(error.code), error.description, code: error.code.rawValue)
    case let error as ItemError:
      let isScreen = error.code == .unreadableImage
      let reason = isScreen ? "screenshot: \(error.reason)" : error.description
      self.init(.badRequest, reason, field: isScreen ? "screenshot" : nil, code: error.code.rawValue)
    case let error as DemonstrationError where error.code == .limitExceeded:
      self.init(.badRequest, error.description, field: "max_tokens", code: error.code.rawValue)
    case let error as CollectionError:
      self.init(error.code == .busy ? .serviceUnavailable : .internalServerError, error.description, code: error.code.rawValue)
    case is CancellationError: self.init(.serviceUnavailable, "the server is being stopped", code: "cancelled")
    case is NIOTooManyBytesError:
      self.init(.contentTooLarge, "the body has more than \(DemonstrationServer.maximumBodyBytes) bytes", code: "limitExceeded")
    case let error as HTTPError:
      let message = error.status == .notFound ? "there is no \(request)" : error.body ?? error.status.reasonPhrase
      self.init(error.status, message)
    default: self.init(.internalServerError, "\(error)")
    }
  }

  private static func status(_ code: LibraryError.Code) -> HTTPResponse.Status {
    switch code {
    case .missing: .notFound
    case .invalidQuery, .invalidSetting: .badRequest
    case .busy: .serviceUnavailable
    case .damaged, .newerFormat, .inputOutput: .internalServerError
    }
  }
}
