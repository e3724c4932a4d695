import Crypto
import Foundation
import Media

/// A screen on its way into a library: where its bytes are, and what they were when they were looked at.
///
/// The bytes are not kept: a long recording has more of them than memory.
struct ArrivingScreen: Sendable {
  /// Where bytes are.
  enum Place: Sendable {
    case file(String)
    /// In the episode itself.
    case base64(String)
  }

  let place: Place
  /// SHA-256 of the bytes, in hexadecimal.
  let digest: String
  /// The end of a file's name that says what it is.
  let format: String

  /// The screen of an observation; `nil` where there is none.
  ///
  /// - Throws: `LibraryError`, `MediaError` where there should be one and it cannot be decoded.
  init?(_ observation: Observation, in folder: String?) throws {
    if let name = observation.screenshotPath, !name.isEmpty {
      guard !name.split(separator: "/").contains("..") else {
        throw LibraryError(.invalidSetting, "the path \"\(name)\" leads out of the recording's folder")
      }
      place = .file(name.hasPrefix("/") ? name : "\(folder ?? ".")/\(name)")
    } else if let text = observation.screenshotBase64, !text.isEmpty {
      place = .base64(text)
    } else {
      return nil
    }
    let bytes = try Self.bytes(place)
    _ = try RGBImage(decoding: bytes, limits: ImageLimits())
    digest = SHA256.hash(data: bytes).hexadecimal
    format = ImageFormat(recognizing: bytes).map { "\($0)" } ?? "png"
  }

  /// The bytes, once more.
  ///
  /// - Throws: `LibraryError` where they have changed since.
  func bytes() throws -> [UInt8] {
    let bytes = try Self.bytes(place)
    guard SHA256.hash(data: bytes).hexadecimal == digest else {
      throw LibraryError(.inputOutput, "a screen has changed while it was imported; import it again")
    }
    return bytes
  }

  private static func bytes(_ place: Place) throws(LibraryError) -> [UInt8] {
    switch place {
    case .file(let path):
      guard let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int else {
        throw LibraryError(.missing, "\(path): is not there")
      }
      guard size <= ImageLimits().maximumBytes else {
        throw LibraryError(.invalidSetting, "\(path): has \(size) bytes, too many for a screen")
      }
      guard let data = FileManager.default.contents(atPath: path) else { throw LibraryError(.missing, "\(path): cannot be read") }
      return Array(data)
    case .base64(let text):
      guard let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters) else {
        throw LibraryError(.damaged, "screenshot_base64 is no base64")
      }
      return Array(data)
    }
  }
}

extension Sequence<UInt8> {
  /// Two digits a byte.
  var hexadecimal: String { reduce(into: "") { $0 += ($1 < 16 ? "0" : "") + String($1, radix: 16) } }
}
