import ArgumentParser
import Sightline

/// The command `sightline embed`.
struct EmbedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Turn texts, pictures, videos and pages into vectors.",
    discussion: """
      Examples:
        sightline embed "a red helmet" --image moped.jpg --model DIR
        sightline embed "a red helmet" --image moped.jpg --joint --dimensions 256 --model DIR
        sightline embed --video clip.mp4 --fps 2 --pdf report.pdf --pages 1-3 --model DIR
        sightline embed --input items.jsonl --format npy --model DIR > vectors.npy

      Vectors come in the order of the items. A bad item becomes an error record, the others are done, and the exit code is 1.
      """)

  @OptionGroup var items: ItemArguments
  @OptionGroup var model: ModelArguments

  @Option(name: .long, help: ArgumentHelp("Numbers per vector, a Matryoshka prefix (64 and more advised). Default: all.", valueName: "n"))
  var dimensions: Int?

  @Option(name: .long, help: ArgumentHelp("json, jsonl (one record a line, as they are done), npy or base64.", valueName: "format"))
  var format: VectorFormat = .jsonl

  /// Items that are read, run and printed at a time: about one pass of short texts, some three seconds of the 2B model on two cores.
  private static let window = 32

  mutating func validate() throws {
    if let dimensions, dimensions < 1 { throw ValidationError("--dimensions is \(dimensions), expected 1 or more.") }
  }

  func run() async throws {
    let embedder = try model.openEmbedder()
    guard dimensions.map({ $0 <= embedder.dimensions }) ?? true else {
      throw ValidationError("--dimensions is \(dimensions ?? 0), but this model's vectors have \(embedder.dimensions) numbers.")
    }
    var writer = VectorWriter(format, dimensions: dimensions ?? embedder.dimensions, model: try model.chosen())
    var failures = 0
    var done = 0
    let progress = ProgressLine(total: items.count, unit: "items")
    try writer.begin()
    try await items.forEachWindow(of: Self.window, model) { window in
      let before = done
      let vectors = try await embedder.embed(window, dimensions: dimensions) { progress.update(before + $0) }
      progress.finish()
      for (index, vector) in vectors.enumerated() {
        if case .failure(let error) = vector {
          failures += 1
          Console.note("item \(before + index): \(error)")
        }
        try writer.write(vector)
      }
      done += window.count
    }
    try writer.end()
    if failures > 0 {
      Console.note("\(failures) of \(done) items failed")
      throw ExitCode(1)
    }
  }
}

extension ItemEmbedder {
  /// Embeds the items that could be read and passes on why the others could not.
  func embed(
    _ items: [Result<Item, ItemError>], dimensions: Int?, progress: (@Sendable (Int) -> Void)? = nil
  ) async throws -> [Result<[Float], ItemError>] {
    let readable = items.compactMap { try? $0.get() }
    var vectors = try await embed(readable, dimensions: dimensions, progress: progress).makeIterator()
    return items.map { item in
      item.flatMap { _ in vectors.next() ?? .failure(ItemError(.malformedInput, "was not embedded")) }
    }
  }
}
