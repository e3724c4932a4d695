import ArgumentParser
import Foundation
import Sightline

/// The command `sightline models`.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "List the models in the cache, or remove one.",
    subcommands: [ListModelsCommand.self, RemoveModelCommand.self],
    defaultSubcommand: ListModelsCommand.self)
}

/// The command `sightline models list`, which is also `sightline models`.
struct ListModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the models in the cache: name, revision, size, when last used.")

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func run() throws {
    let models = ModelCache.all().flatMap { $0.list() }
    if json { return try Console.write(JSON.pretty(models) + "\n") }
    if models.isEmpty { return Console.note("no models are cached in \(ModelCache.all().map(\.directory).joined(separator: " or "))") }
    var rows = [["MODEL", "REVISION", "SIZE", "LAST USED", "FROM"]]
    for model in models {
      rows.append([
        model.repository, (model.revisions + [String(model.commit.prefix(12))]).joined(separator: ", "), ProgressLine.size(model.bytes),
        model.lastUse.map { $0.formatted(.iso8601.year().month().day()) } ?? "unknown", model.source.rawValue,
      ])
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      let cells = zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
      try Console.write(cells.joined(separator: "  ").trimmingCharacters(in: .whitespaces) + "\n")
    }
  }
}

/// The command `sightline models remove`.
struct RemoveModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Remove a model, or one revision of it, from the cache.",
    discussion: "The cache is shared with Hugging Face's tools: the model is gone for them too. What another revision needs is kept.")

  @Argument(help: ArgumentHelp("The model, such as Qwen/Qwen3-VL-Embedding-2B.", valueName: "org/name"))
  var model: String

  @Option(name: .long, help: ArgumentHelp("A branch, tag or commit. Default: all of them.", valueName: "revision"))
  var revision: String?

  @Option(
    name: .long, help: ArgumentHelp("huggingface or modelscope: whose cache.", valueName: "hub"), transform: HubSource.init(argument:))
  var from: HubSource = .huggingFace

  mutating func validate() throws {
    _ = try ModelReference(argument: model, revision: revision)
  }

  func run() throws {
    let reference = try ModelReference(argument: model, revision: revision)
    for cache in ModelCache.all() where cache.source == from {
      try Console.write("removed \(reference): \(ProgressLine.size(try cache.remove(reference))) freed\n")
    }
  }
}
