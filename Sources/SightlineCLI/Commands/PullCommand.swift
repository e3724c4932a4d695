import ArgumentParser
import Foundation
import Sightline
import Synchronization

/// The command `sightline pull`.
struct PullCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull",
    abstract: "Fetch a model from Hugging Face or ModelScope.",
    discussion: """
      Examples:
        sightline pull Qwen/Qwen3-VL-Embedding-2B
        sightline pull Qwen/Qwen3-VL-Embedding-2B --from modelscope
        sightline embed "a red helmet" --model Qwen/Qwen3-VL-Embedding-2B

      Every file is checked against the digest that the hub lists. An interrupted pull goes on where it ended. The cache is Hugging Face's
      own (HF_HOME, HF_HUB_CACHE); HF_TOKEN, HF_ENDPOINT and HF_HUB_OFFLINE are honoured.
      """)

  @Argument(help: ArgumentHelp("The model, such as Qwen/Qwen3-VL-Embedding-2B, or ORG/NAME@REVISION.", valueName: "org/name"))
  var model: String

  @Option(name: .long, help: ArgumentHelp("A branch, tag or commit. Default: the main branch.", valueName: "revision"))
  var revision: String?

  @Option(
    name: .long, help: ArgumentHelp("huggingface or modelscope.", valueName: "hub"), transform: HubSource.init(argument:))
  var from: HubSource = .huggingFace

  @Flag(name: .long, help: "Ask nothing from the network: only say where the model lies in the cache.")
  var offline = false

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  mutating func validate() throws {
    _ = try ModelReference(argument: model, revision: revision)
  }

  func run() async throws {
    var configuration = try HubConfiguration(source: from)
    if offline { configuration.isOffline = true }
    let progress = PullProgressLine()
    let snapshot: ModelSnapshot
    do {
      snapshot = try await Hub(configuration: configuration)
        .pull(try ModelReference(argument: model, revision: revision)) { progress.update($0) }
      progress.finish()
    } catch {
      progress.finish()
      throw error
    }
    try Console.write(json ? JSON.pretty(snapshot) + "\n" : snapshot.directory + "\n")
  }
}

extension HubSource {
  /// Reads `--from`.
  init(argument: String) throws {
    guard let source = HubSource(rawValue: argument) else {
      throw ValidationError("--from is \(argument), expected \(HubSource.allCases.map(\.rawValue).joined(separator: " or ")).")
    }
    self = source
  }
}

extension ModelReference {
  /// Reads a command line's name of a model, with the revision in it or beside it.
  init(argument: String, revision: String?) throws {
    do {
      let reference = try ModelReference(parsing: argument)
      if let revision, reference.revision != nil {
        throw ValidationError("Give the revision as \(argument) or with --revision \(revision), not both.")
      }
      self = try revision.map { try ModelReference(repository: reference.repository, revision: $0) } ?? reference
    } catch let error as HubError {
      throw ValidationError(error.description)
    }
  }
}

/// Shows the progress of a pull, whose size is known only once it runs.
private final class PullProgressLine: Sendable {
  private let line = Mutex<ProgressLine?>(nil)

  func update(_ progress: PullProgress) {
    let line = line.withLock { line in
      let shown = line ?? ProgressLine(total: progress.totalBytes, unit: .bytes)
      line = shown
      return shown
    }
    line.update(progress.doneBytes, reused: progress.reusedBytes)
  }

  func finish() {
    line.withLock { $0?.finish() }
  }
}
