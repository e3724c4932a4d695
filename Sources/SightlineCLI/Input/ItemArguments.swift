import ArgumentParser
import Sightline

/// Items from the command line, or from JSON lines.
struct ItemArguments: ParsableArguments {
  @Argument(help: "Texts, each an item of its own.")
  var texts: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("A picture: path, http(s) URL or data: URI. Each is an item of its own, behind the texts.", valueName: "picture"))
  var image: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("A video: file, URL or folder of frames. Each is an item of its own, behind the pictures.", valueName: "video"))
  var video: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("A PDF document: path or URL. Each page is an item of its own, behind the videos.", valueName: "document"))
  var pdf: [String] = []

  @Option(
    name: .long, help: ArgumentHelp("Which pages of the documents, such as 1-3,7,10-. Default: all.", valueName: "pages"),
    transform: PageRanges.parse)
  var pages: PageRanges = .all

  @Option(name: .long, help: ArgumentHelp("The password of encrypted documents.", valueName: "password"))
  var pdfPassword: String?

  @Flag(name: .long, help: "Make one item of all texts, pictures, videos and pages instead.")
  var joint = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What the embedding is for. Queries: the task, such as \"Find images matching this description.\" Documents: leave it out.",
      valueName: "text"))
  var instruction: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Read items from a file of JSON lines (- for standard input): {\"text\": …, \"image\": …, \"video\": …, \"pdf\": …, \"instruction\": …}; values may be lists. A video may have \"fps\" and \"max_frames\", a document \"pages\".",
      valueName: "file"))
  var input: String?

  mutating func validate() throws {
    if input != nil && hasItems { throw ValidationError("Give items on the command line or with --input, not both.") }
    if input == nil && !hasItems { throw ValidationError("Nothing to do: give a text, --image, --video, --pdf or --input.") }
  }

  private var hasItems: Bool { !(texts.isEmpty && image.isEmpty && video.isEmpty && pdf.isEmpty) }

  /// How many items the command line names; `nil` where only reading can tell.
  var count: Int? {
    if input != nil || !joint && !pdf.isEmpty { return nil }
    return joint ? 1 : texts.count + image.count + video.count
  }

  /// Items of the command line.
  private func items(_ model: ModelArguments) async -> [Result<Item, ItemError>] {
    guard joint else {
      return await Self.separate(
        texts: texts, images: image, videos: video, documents: pdf, pages: pages, password: pdfPassword, instruction: instruction,
        model)
    }
    let item = Item(
      texts: texts, images: image.map { ImageSource($0) }, videos: video.map { VideoInput(FileSource($0)) },
      documents: pdf.map { DocumentInput(FileSource($0), pages: pages, password: pdfPassword) }, instruction: instruction)
    return [.success(item)]
  }

  /// Each text, picture, video and page as an item of its own, in this order.
  static func separate(
    texts: [String], images: [String], videos: [String], documents: [String], pages: PageRanges, password: String? = nil,
    instruction: String? = nil, _ model: ModelArguments
  ) async -> [Result<Item, ItemError>] {
    var items: [Result<Item, ItemError>] = texts.map { .success(Item(text: $0, instruction: instruction)) }
    items += images.map { .success(Item(image: ImageSource($0), instruction: instruction)) }
    items += videos.map { .success(Item(videos: [VideoInput(FileSource($0))], instruction: instruction)) }
    for document in documents {
      do throws(ItemError) {
        let input = DocumentInput(FileSource(document), pages: pages, password: password)
        items += try await input.eachPage(allowsPrivateAddresses: model.allowPrivateAddresses).map {
          .success(Item(documents: [$0], instruction: instruction))
        }
      } catch {
        items.append(.failure(error))
      }
    }
    return items
  }

  /// Hands out all items, some at a time, so that a long file need not fit into memory.
  func forEachWindow(of count: Int, _ model: ModelArguments, _ body: ([Result<Item, ItemError>]) async throws -> Void) async throws {
    guard let input else { return try await body(await items(model)) }
    var reader = try LineReader(input)
    while true {
      let lines = try reader.next(count)
      guard !lines.isEmpty else { return }
      try await body(
        lines.map { line in
          ItemRecord.parse(line).map { item in
            var item = item
            item.instruction = item.instruction ?? instruction
            return item
          }
        })
    }
  }
}

extension PageRanges {
  /// Parses what stands behind `--pages`.
  static func parse(_ argument: String) throws -> PageRanges {
    do throws(MediaError) { return try PageRanges(argument) } catch { throw ValidationError(error.reason) }
  }
}
