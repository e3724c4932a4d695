import Foundation
import TestSupport
import Testing

/// Wrong use is exit code 2, a failure is 1, and each says in a sentence what was wrong.
@Suite struct WrongUseTests {
  @Test(arguments: [
    (["embed"], "Nothing to do"),
    (["rerank", "--query", "q", "--document", "d"], "--model"),
    (["verify"], "--model"),
    (["embed", "--model", "x"], "Nothing to do"),
    (["embed", "text", "--input", "-", "--model", "x"], "not both"),
    (["embed", "text", "--model", "x", "--dimensions", "0"], "--dimensions is 0"),
    (["embed", "text", "--model", "x", "--precision", "f8"], "precision"),
    (["embed", "text", "--model", "x", "--max-pixels", "1"], "--max-pixels"),
    (["embed", "text", "--model", "x", "--colour"], "--colour"),
    (["rerank", "--document", "d", "--model", "x"], "query"),
    (["rerank", "--query", "q", "--model", "x"], "documents"),
    (["rerank", "--query", "q", "--document", "d", "--documents", "f", "--model", "x"], "not both"),
    (["nonsense"], "nonsense"),
    (["pull"], "org/name"),
    (["pull", "tiny-model"], "ORG/NAME"),
    (["pull", "acme/../x"], "ORG/NAME"),
    (["pull", "acme/tiny", "--from", "elsewhere"], "--from is elsewhere"),
    (["pull", "acme/tiny@v1", "--revision", "v2"], "not both"),
    (["pull", "acme/tiny", "--revision", "../x"], "revision"),
    (["models", "remove"], "org/name"),
    (["models", "remove", "/etc"], "ORG/NAME"),
    (["synthesize", "--config", "c", "--tokenizer", "t", "--dtype", "f8", "o"], "--dtype is f8"),
  ])
  func wrongUseIsExitCodeTwo(arguments: [String], message: String) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }

  @Test func moreDimensionsThanTheModelHasIsWrongUse() throws {
    let outcome = try Program.runTiny(["embed", "text", "--dimensions", "65"])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("64"))
  }

  @Test func aMissingModelIsAFailure() throws {
    let outcome = try Program.run(["embed", "text", "--model", "/nowhere"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("/nowhere"))
  }

  @Test func anEmptyFolderIsAFailure() throws {
    let folder = Fixtures.temporary + "/empty"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let outcome = try Program.run(["info", "--model", folder])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("config.json"))
  }

  @Test func aMissingInputFileIsAFailure() throws {
    let outcome = try Program.runTiny(["embed", "--input", "/nowhere.jsonl"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("/nowhere.jsonl"))
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "this system has no /dev/full"))
  func aFullDiskIsAFailure() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "\"$0\" embed text --model \"$1\" > /dev/full", Program.path, try TinyCheckpoint.tied.directory]
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 1)
    #expect(!errors.fileHandleForReading.readDataToEndOfFile().isEmpty)
  }

  @Test func helpAndVersionAreNotFailures() throws {
    for arguments in [["--help"], ["embed", "--help"], ["--version"]] {
      let outcome = try Program.run(arguments)
      #expect(outcome.status == 0)
      #expect(!outcome.output.isEmpty)
    }
  }
}
