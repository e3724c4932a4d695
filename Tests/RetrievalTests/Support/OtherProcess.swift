import Foundation
import TestSupport

/// A running `CollectionProcess`, which lies beside the test bundle.
struct OtherProcess {
  let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  private static let program: String = {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    while folder.path != "/", !FileManager.default.isExecutableFile(atPath: folder.path + "/CollectionProcess") {
      folder.deleteLastPathComponent()
    }
    return folder.path + "/CollectionProcess"
  }()

  init(_ arguments: [String]) throws {
    process.executableURL = URL(fileURLWithPath: Self.program)
    process.arguments = arguments
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  /// Waits for the first words.
  func firstWords() -> String { String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) }

  /// Ends its input, and waits until it ends.
  ///
  /// - Returns: The lines of its output that were not read yet.
  /// - Throws: Where it did not end well.
  func finish() throws -> [String] {
    try input.fileHandleForWriting.close()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw FixtureError("ended with \(process.terminationStatus): \(lines)")
    }
    return lines
  }
}
