import ArgumentParser
import Foundation

/// The program.
@main
struct SightlineProgram: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sightline",
    abstract: "Multimodal search with Qwen3-VL: index, search, embed and rerank texts and pictures.",
    discussion: """
      Exit codes: 0 done; 1 failed, or some items failed and the others are done; 2 wrong use; 130 interrupted.
      """,
    version: "0.1.0",
    subcommands: [
      IndexCommand.self, SearchCommand.self, CollectionCommand.self, DemosCommand.self, ServeCommand.self,
      EmbedCommand.self, RerankCommand.self, SimilarityCommand.self, InfoCommand.self, VerifyCommand.self, BenchCommand.self,
      SynthesizeCommand.self, QuantizeCommand.self, PullCommand.self, ModelsCommand.self,
    ])

  /// Runs the command line.
  ///
  /// ArgumentParser's own exit code for wrong use is 64; this program's is 2.
  static func main() async {
    ProfileTable.begin()
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      ProfileTable.write()
    } catch {
      ProfileTable.write()
      end(with: error)
    }
  }

  private static func end(with error: any Error) -> Never {
    let code = exitCode(for: error)
    guard code != .success, !(error is ExitCode) else { exit(withError: error) }
    let message = code == .validationFailure ? fullMessage(for: error) : "sightline: \(error)"
    FileHandle.standardError.write(Data((message + "\n").utf8))
    Foundation.exit(code == .validationFailure ? 2 : 1)
  }
}
