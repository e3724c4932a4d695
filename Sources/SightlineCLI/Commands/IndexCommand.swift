import ArgumentParser
import Sightline

/// The command `sightline index`.
struct IndexCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index",
    abstract: "Fill a collection from files and folders.",
    discussion: """
      Examples:
        sightline index ~/Pictures ~/Notes --model DIR
        sightline index products.jsonl --collection shop --model DIR
      Texts and Markdown are cut into passages; a picture, a page of a PDF and a video are a record each. A file of JSON lines (.jsonl) that
      is named itself gives a record a line: {"id": …, "text": …, "image": …, "metadata": {…}}; relative paths in it begin in its folder.
      Only what is new or has changed is embedded. What fails is listed at the end and tried again next time. Ctrl-C stops after the batch
      at hand and loses nothing (exit code 130).
      """)

  @Argument(help: ArgumentHelp("Files, folders, files of JSON lines.", valueName: "path"))
  var paths: [String]

  @OptionGroup var collection: CollectionArguments

  @Flag(name: .long, help: "Remove records of files, and of lines, that are gone.")
  var prune = false

  @Flag(name: .long, help: "Read files and folders whose names begin with a dot.")
  var hidden = false

  @OptionGroup var settings: NewCollectionArguments

  @Flag(name: .long, help: "Print the report as JSON.")
  var json = false

  @OptionGroup var model: CollectionModelArguments

  mutating func validate() throws {
    guard !paths.isEmpty else { throw ValidationError("Nothing to do: give files or folders.") }
  }

  func run() async throws {
    let (collection, embedder) = try open()
    var options = IndexOptions()
    options.prunes = prune
    options.includesHidden = hidden
    let indexer = try Indexer(collection, embedder: embedder, options: options)
    let progress = ProgressLine(total: nil, unit: "items")
    let report = try await Interruption.cancels { [paths] in
      try await indexer.index(paths) { progress.update($0.done, of: $0.total) }
    }
    progress.finish()
    try write(report)
    if report.isInterrupted { throw ExitCode(Interruption.exitCode) }
    if !report.failures.isEmpty { throw ExitCode(1) }
  }

  /// Opens the collection, or makes it.
  private func open() throws -> (SearchCollection, any CollectionEmbedder) {
    let directory = try collection.directory
    let found: SearchCollection
    do throws(CollectionError) {
      found = try SearchCollection(opening: directory)
    } catch {
      guard error.code == .missing else { throw error }
      let embedder = try model.openEmbedder()
      return (try settings.create(at: directory, for: embedder), embedder)
    }
    try settings.check(found)
    return (found, try model.openEmbedder(of: found))
  }

  private func write(_ report: IndexReport) throws {
    for failure in report.failures { Console.note(failure.description) }
    if json { return try Console.write(JSON.pretty(report) + "\n") }
    let counts = [
      ("indexed", report.indexed), ("unchanged", report.unchanged), ("renamed", report.renamed), ("removed", report.removed),
      ("skipped", report.skipped), ("failed", report.failures.count),
    ]
    let parts = counts.filter { $0.1 > 0 || $0.0 == "indexed" }.map { "\($0.1) \($0.0)" }
    try Console.write("\(parts.joined(separator: ", ")) (\(report.embedded) records)\(report.isInterrupted ? "; interrupted" : "")\n")
  }
}
