import Foundation
import TestSupport

/// Runs the program as a user does.
enum Program {
  struct Outcome {
    let status: Int32
    let output: String
    let bytes: Data
    let errors: String
  }

  /// The program lies beside the test bundle.
  static let path: String = {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    while folder.path != "/", !FileManager.default.isExecutableFile(atPath: folder.path + "/sightline") {
      folder.deleteLastPathComponent()
    }
    return folder.path + "/sightline"
  }()

  /// - Parameters:
  ///   - environment: Variables beside those of the tests.
  ///   - started: Told the process's number once it runs.
  static func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:], started: (Int32) -> Void = { _ in }
  ) throws -> Outcome {
    let process = Process()
    if !environment.isEmpty { process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 } }
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let (inputPipe, outputPipe, errorPipe) = (Pipe(), Pipe(), Pipe())
    process.standardInput = inputPipe
    process.standardOutput = outputPipe
    process.standardError = errorPipe
    try process.run()
    started(process.processIdentifier)
    // Small inputs fit into the pipe, so that nobody waits for the other.
    inputPipe.fileHandleForWriting.write(Data(input.utf8))
    try inputPipe.fileHandleForWriting.close()
    // What the program says on standard error is short; only results can fill a pipe.
    let output = outputPipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: String(decoding: output, as: UTF8.self), bytes: output,
      errors: String(decoding: errorPipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self))
  }

  /// Runs with the tiny checkpoint in f32.
  static func runTiny(_ arguments: [String], input: String = "") throws -> Outcome {
    try run(arguments + ["--model", TinyCheckpoint.tied.directory], input: input)
  }

  static let astronaut = "\(Fixtures.root)/oracle/images/astronaut-160x96.png"
}

/// A JSON object of the program's output, loosely typed.
func object(_ text: some StringProtocol) throws -> [String: Any] {
  try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
}
