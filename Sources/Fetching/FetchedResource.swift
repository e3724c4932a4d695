/// What a URL led to.
public struct FetchedResource: Sendable, Equatable {
  /// The body, complete.
  public var bytes: [UInt8]
  /// The `Content-Type` that the server states, such as `image/png`.
  ///
  /// It need not be true.
  public var contentType: String?
  /// The URL that the bytes came from, after all redirects, with its query.
  ///
  /// It may hold secrets: keep it out of logs.
  public var url: String
}
