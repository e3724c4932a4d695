import Foundation
import Retrieval

/// Files that appear whole or not at all, and stay.
enum DurableFile {
  /// JSON with its keys in order.
  static func json(_ value: some Encodable) throws(LibraryError) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do { return try encoder.encode(value) + Data("\n".utf8) } catch {
      throw LibraryError(.invalidSetting, "cannot be written as JSON: \(error)")
    }
  }

  /// Writes a file beside its place, brings it to disk and gives it its name.
  static func write(_ data: Data, to path: String) throws(LibraryError) {
    let temporary = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 36)).partial"
    do {
      try create(data, at: temporary)
      try FolderChanges.rename(temporary, to: path)
      try FolderChanges.sync((path as NSString).deletingLastPathComponent)
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
      throw LibraryError(.inputOutput, "\(path): cannot be written: \(error)")
    }
  }

  /// Writes a file that is not there yet, in a folder that nobody looks at yet, and brings it to disk.
  static func create(_ data: Data, at path: String) throws {
    try data.write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
    try FolderChanges.sync(path)
  }
}
