import ArgumentParser
import Foundation
import Sightline

/// The command `sightline rerank`.
struct RerankCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rerank",
    abstract: "Score how well texts, pictures, videos and pages answer a query.",
    discussion: """
      Example:
        sightline rerank --query "a red helmet" --document "A man on a moped." --document-image moped.jpg --model DIR

      The best document comes first. Scores go from 0 to 1.
      """)

  @Option(name: .long, help: ArgumentHelp("What is looked for.", valueName: "text"))
  var query: [String] = []

  @Option(name: .long, help: ArgumentHelp("A picture of the query: path, URL or data: URI.", valueName: "picture"))
  var queryImage: [String] = []

  @Option(name: .long, help: ArgumentHelp("A video of the query: file, URL or folder of frames.", valueName: "video"))
  var queryVideo: [String] = []

  @Option(name: .long, help: ArgumentHelp("A text to judge.", valueName: "text"))
  var document: [String] = []

  @Option(name: .long, help: ArgumentHelp("A picture to judge, behind the texts.", valueName: "picture"))
  var documentImage: [String] = []

  @Option(name: .long, help: ArgumentHelp("A video to judge, behind the pictures.", valueName: "video"))
  var documentVideo: [String] = []

  @Option(name: .long, help: ArgumentHelp("A PDF document, each page of which is judged, behind the videos.", valueName: "document"))
  var documentPdf: [String] = []

  @Option(
    name: .long, help: ArgumentHelp("Which pages of the PDF documents, such as 1-3,7,10-. Default: all.", valueName: "pages"),
    transform: PageRanges.parse)
  var pages: PageRanges = .all

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Read documents from a file of JSON lines (- for standard input): {\"text\": …, \"image\": …, \"video\": …, \"pdf\": …}.",
      valueName: "file"))
  var documents: String?

  @Option(name: .long, help: ArgumentHelp("What makes a document fit.", valueName: "text"))
  var instruction: String?

  @Option(name: .long, help: ArgumentHelp("Print only the best n.", valueName: "n"))
  var topN: Int?

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @OptionGroup var model: ModelArguments

  mutating func validate() throws {
    guard !(query.isEmpty && queryImage.isEmpty && queryVideo.isEmpty) else {
      throw ValidationError("Give a query: --query, --query-image or --query-video.")
    }
    let listed = !(document.isEmpty && documentImage.isEmpty && documentVideo.isEmpty && documentPdf.isEmpty)
    guard listed || documents != nil else {
      throw ValidationError("Give documents: --document, --document-image, --document-video, --document-pdf or --documents.")
    }
    guard !listed || documents == nil else { throw ValidationError("Give documents one by one or with --documents, not both.") }
    guard model.model != nil else { throw ValidationError("Give the reranker's --model: none comes with Sightline.") }
    if let topN, topN < 1 { throw ValidationError("--top-n is \(topN), expected 1 or more.") }
  }

  func run() async throws {
    let candidates = try await readDocuments()
    let reranker = try Reranker(try model.open())
    let progress = ProgressLine(total: candidates.count, unit: "documents")
    var scores = try await reranker.score(
      query: Item(
        texts: query, images: queryImage.map { ImageSource($0) }, videos: queryVideo.map { VideoInput(FileSource($0)) }),
      documents: candidates.compactMap { try? $0.get() }, instruction: instruction
    ) { progress.update($0) }.makeIterator()
    progress.finish()

    var ranked: [RankedDocument] = []
    var failures: [FailedDocument] = []
    for (index, candidate) in candidates.enumerated() {
      switch candidate.flatMap({ _ in scores.next() ?? .failure(ItemError(.malformedInput, "was not scored")) }) {
      case .success(let score):
        ranked.append(RankedDocument(index: index, score: score.score, logit: score.logit, document: Self.label(candidate)))
      case .failure(let error):
        Console.note("document \(index): \(error)")
        failures.append(FailedDocument(index: index, error: error.description))
      }
    }
    ranked.sort { ($1.logit, $0.index) < ($0.logit, $1.index) }
    try write(Array(ranked.prefix(topN ?? ranked.count)), failures)
    if !failures.isEmpty { throw ExitCode(1) }
  }

  private struct RankedDocument: Encodable {
    let index: Int
    let score: Double
    let logit: Double
    let document: String
  }

  private struct FailedDocument: Encodable {
    let index: Int
    let error: String
  }

  private struct Output: Encodable {
    let results: [RankedDocument]
    let errors: [FailedDocument]
  }

  private func readDocuments() async throws -> [Result<Item, ItemError>] {
    guard let documents else {
      return await ItemArguments.separate(
        texts: document, images: documentImage, videos: documentVideo, documents: documentPdf, pages: pages, model)
    }
    var reader = try LineReader(documents)
    var items: [Result<Item, ItemError>] = []
    while case let lines = try reader.next(256), !lines.isEmpty { items += lines.map { ItemRecord.parse($0) } }
    guard !items.isEmpty else { throw InputError("\(documents): holds no documents") }
    return items
  }

  private func write(_ ranked: [RankedDocument], _ failures: [FailedDocument]) throws {
    if json { return try Console.write(JSON.line(Output(results: ranked, errors: failures)) + "\n") }
    for (rank, document) in ranked.enumerated() {
      try Console.write(
        String(format: "%3d  %.4f  [%d] ", rank + 1, document.score, document.index) + ResultTable.printable(document.document) + "\n")
    }
  }

  /// The first words of a document, or its file.
  private static func label(_ candidate: Result<Item, ItemError>) -> String {
    guard case .success(let item) = candidate else { return "" }
    let files = item.videos.map(\.label) + item.images.map(\.label) + item.documents.map(\.label)
    let words = (files + item.texts).joined(separator: " ").split(whereSeparator: \.isWhitespace)
    let text = words.joined(separator: " ")
    return text.count > 80 ? text.prefix(79) + "…" : text
  }
}
