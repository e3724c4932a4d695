import Crypto
import Foundation

/// Files that cases read.
enum InputFile {
  /// Reads a whole file.
  static func read(_ path: String, maximumBytes: Int) throws(VerificationError) -> [UInt8] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw VerificationError(.unreadableInput, path, "there is no such file")
    }
    guard !isDirectory.boolValue, let handle = FileHandle(forReadingAtPath: path) else {
      throw VerificationError(.unreadableInput, path, "cannot be read as a file")
    }
    let data: Data
    do {
      data = try handle.read(upToCount: maximumBytes + 1) ?? Data()
    } catch {
      throw VerificationError(.unreadableInput, path, "cannot be read: \(error.localizedDescription)")
    }
    guard data.count <= maximumBytes else {
      throw VerificationError(.unreadableInput, path, "has more than \(maximumBytes) bytes")
    }
    return [UInt8](data)
  }

  /// Checks that bytes are those that the published numbers were computed from.
  static func check(_ bytes: [UInt8], sha256 expected: String, subject: String) throws(VerificationError) {
    let found = SHA256.hash(data: bytes).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 2 ? digits : "0" + digits
    }.joined()
    guard found == expected.lowercased() else {
      throw VerificationError(
        .wrongDigest, subject,
        "is not the file that the published numbers were computed from: its SHA-256 is \(found), expected \(expected)")
    }
  }

  /// Reads a JSON list of texts.
  static func texts(_ bytes: [UInt8], subject: String) throws(VerificationError) -> [String] {
    guard let texts = try? JSONDecoder().decode([String].self, from: Data(bytes)) else {
      throw VerificationError(.malformedInput, subject, "is not a JSON list of texts")
    }
    return texts
  }
}
