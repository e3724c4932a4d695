import Fetching
import Media

/// A screen as a request gives it: never a path, for a request must not read this machine's files.
enum Screenshot: Sendable, Equatable {
  /// An `http` or `https` address.
  case address(String)
  /// A `data:` URI.
  case dataURI(String)

  /// A screen by what was sent: an address, a `data:` URI, or base64 of a picture's file.
  ///
  /// - Throws: ``WireError`` for anything else.
  init(_ text: String, field: String) throws(WireError) {
    let scheme = text.prefix(8).lowercased()
    if scheme.hasPrefix("http://") || scheme.hasPrefix("https://") {
      self = .address(text)
    } else if scheme.hasPrefix("data:") {
      self = .dataURI(text)
    } else if !text.isEmpty, text.utf8.allSatisfy(Self.isBase64) {
      self = .dataURI("data:;base64," + text)
    } else {
      throw .invalid(field, "expected a data: URI, an http(s) address, or a picture's file in base64; paths are not read")
    }
  }

  private static func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
      true
    default: false
    }
  }

  /// The bytes of the picture's file; not yet decoded.
  ///
  /// - Parameters:
  ///   - fetcher: Gets those of an address, and says which addresses may be reached.
  ///   - field: What a message calls it.
  /// - Returns: The file, of at most as many bytes as the fetcher brings.
  /// - Throws: ``WireError`` for what cannot be fetched, or is no data URI.
  func bytes(_ fetcher: Fetcher, field: String) async throws(WireError) -> [UInt8] {
    do {
      switch self {
      case .address(let url): return try await fetcher.bytes(of: url)
      case .dataURI(let uri): return try DataURI.decode(uri, maximumBytes: fetcher.policy.maximumBytes)
      }
    } catch let error as FetchError {
      throw .invalid(field, error.description)
    } catch let error as MediaError {
      throw .invalid(field, error.reason)
    } catch {
      throw .invalid(field, "\(error)")
    }
  }
}
