/// What to ask a server for: a URL, and what the request says besides.
public struct FetchRequest: Sendable, Equatable {
  /// A line of a request's head.
  public struct Header: Sendable, Equatable {
    /// Such as `Range`.
    public let name: String
    /// Such as `bytes=1024-`.
    public let value: String

    /// A header; whether it can be one is checked when it is sent.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// An absolute `http` or `https` URL without user name and password.
  public var url: String

  /// Headers that every server on the way sees, also behind redirects.
  ///
  /// A name that is not a token of HTTP, or a value beyond printable ASCII, makes the fetch fail.
  public var headers: [Header] = []

  /// What `Authorization` says, such as `Bearer …`.
  ///
  /// Sent only to the scheme, host and port of `url`; what redirects elsewhere is fetched without it.
  public var authorization: String?

  /// What is sent with `POST`; `nil` asks with `GET`.
  ///
  /// A redirect of such a request is an error: what is sent goes to the server that was named and to no other. State its `Content-Type`
  /// among the headers.
  public var body: [UInt8]?

  /// A request without headers of its own.
  public init(url: String) {
    self.url = url
  }

  /// Whether a part of the body is asked for.
  var asksForPart: Bool { headers.contains { $0.name.lowercased() == "range" } }

  /// The headers for one server on the way.
  func headers(for url: RequestURL, first: RequestURL) throws(FetchFault) -> [Header] {
    var headers = headers
    if let authorization, url.hasOrigin(of: first) { headers.append(Header("Authorization", authorization)) }
    for header in headers where !header.isValid {
      // The value is not repeated: it may be a secret.
      throw .invalidURL("the request's header \(RedactedURL.shortened(header.name)) holds characters that headers cannot have")
    }
    return headers
  }
}

extension FetchRequest.Header {
  /// Whether the header is one line: a break would end it and begin another.
  var isValid: Bool {
    !name.isEmpty && name.utf8.allSatisfy { $0.isLetter || $0.isDigit || "-_".utf8.contains($0) }
      && value.utf8.allSatisfy { (0x20...0x7e).contains($0) }
  }
}
