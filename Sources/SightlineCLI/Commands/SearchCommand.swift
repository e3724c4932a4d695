import ArgumentParser
import Foundation
import Sightline

/// The command `sightline search`.
struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Find records of a collection by text, by picture, or by both.",
    discussion: """
      Examples:
        sightline search "the slide with the revenue chart"
        sightline search "in blue" --image shoe.jpg --collection shop --filter category=shoes --filter "price<50"
        sightline search "a red helmet" --reranker RERANKER --html found.html
      Without a query, on a terminal, it asks for one after the other and keeps the model loaded.
      """)

  @Argument(help: ArgumentHelp("What is looked for.", valueName: "query"))
  var query: [String] = []

  @Option(name: .long, help: ArgumentHelp("A picture of the query: path, URL or data: URI.", valueName: "picture"))
  var image: [String] = []

  @OptionGroup var collection: CollectionArguments

  @Option(name: [.long, .customLong("top-n")], help: ArgumentHelp("Results at most.", valueName: "k"))
  var topK = 10

  @Flag(name: .long, help: "Let a reranker judge the best; needs --reranker.")
  var rerank = false

  @Option(name: .long, help: ArgumentHelp("The reranker's model; giving it means --rerank.", valueName: "model"))
  var reranker: String?

  @Option(name: .long, help: ArgumentHelp("Records that the reranker judges.", valueName: "n"))
  var candidates = 100

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only records that fit: type=image,pdf, path=PATTERN, or metadata as key=value; also !=, <, <=, >, >=. All must hold.",
      valueName: "key=value"))
  var filter: [String] = []

  @Option(name: .long, help: ArgumentHelp("What makes a record fit, as the model is told.", valueName: "text"))
  var instruction: String?

  @Option(name: .long, help: ArgumentHelp("Compare by the first n numbers of the vectors alone.", valueName: "n"))
  var dimensions: Int?

  @Flag(name: .long, help: "Compare with every vector, even in a large collection.")
  var exact = false

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @Option(name: .long, help: ArgumentHelp("Write a page with pictures to look at, too.", valueName: "file"))
  var html: String?

  @OptionGroup var model: CollectionModelArguments

  /// Whether someone is asked for queries.
  private var isInteractive: Bool { query.isEmpty && image.isEmpty }

  mutating func validate() throws {
    guard topK >= 1 else { throw ValidationError("--top-k is \(topK), expected 1 or more.") }
    guard candidates >= 1 else { throw ValidationError("--candidates is \(candidates), expected 1 or more.") }
    if let dimensions, dimensions < 1 { throw ValidationError("--dimensions is \(dimensions), expected 1 or more.") }
    guard !rerank || reranker != nil else { throw ValidationError("--rerank needs a model: give --reranker.") }
    do { _ = try options } catch let error as CollectionError { throw ValidationError(error.description) }
    guard !isInteractive || Console.inputIsTerminal else { throw ValidationError("Give a query or --image.") }
    guard !isInteractive || html == nil else { throw ValidationError("--html needs a query.") }
  }

  private var options: SearchOptions {
    get throws {
      var options = SearchOptions()
      options.count = topK
      options.candidates = candidates
      options.filters = try filter.map { try SearchFilter($0) }
      options.dimensions = dimensions
      options.isExact = exact
      return options
    }
  }

  func run() async throws {
    let collection = try SearchCollection(opening: collection.directory)
    let retriever = try Retriever(
      collection, embedder: try model.openEmbedder(of: collection), reranker: reranker.map { try model.openReranker($0, of: collection) })
    guard isInteractive else { return try await search(Item(texts: query, images: image.map { ImageSource($0) }), retriever) }
    Console.note("Type what you look for; `image: PATH` looks for a picture; an empty line ends.")
    while case let line = ask(), !line.isEmpty {
      let item = line.hasPrefix("image:") ? Item(image: ImageSource(Self.trimmed(line.dropFirst(6)))) : Item(text: line)
      // A query that fails must not end the conversation.
      do { try await search(item, retriever) } catch let error as ItemError { Console.note("\(error)") }
    }
  }

  private func ask() -> String {
    FileHandle.standardError.write(Data("> ".utf8))
    return Self.trimmed(readLine() ?? "")
  }

  private static func trimmed(_ text: some StringProtocol) -> String { text.trimmingCharacters(in: .whitespaces) }

  private func search(_ query: Item, _ retriever: Retriever) async throws {
    var query = query
    query.instruction = instruction
    let progress = ProgressLine(total: nil, unit: "candidates")
    let results = try await retriever.search(query, options) { progress.update($0, of: $1) }
    progress.finish()
    if let html { try await ResultPage(query, image, results).write(to: html) }
    try Console.write(json ? JSON.pretty(ResultRecord.list(results)) + "\n" : ResultTable.text(results))
  }
}
