import Foundation
import TestSupport

/// Files that a test writes.
enum TemporaryFile {
  /// Writes a file below a folder of its own.
  static func write(_ text: String, named name: String) throws -> String {
    let file = URL(fileURLWithPath: "\(Fixtures.temporary)/\(UUID().uuidString)/\(name)")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file.path
  }
}
