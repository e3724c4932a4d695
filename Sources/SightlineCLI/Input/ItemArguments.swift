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

  @Flag(name: .long, help: "Make one item of all texts and pictures instead.")
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
      "Read items from a file of JSON lines (- for standard input): {\"text\": …, \"image\": …, \"instruction\": …}; text and image may be lists.",
      valueName: "file"))
  var input: String?

  mutating func validate() throws {
    if input != nil && !(texts.isEmpty && image.isEmpty) {
      throw ValidationError("Give items on the command line or with --input, not both.")
    }
    if input == nil && texts.isEmpty && image.isEmpty {
      throw ValidationError("Nothing to do: give a text, --image or --input.")
    }
  }

  /// Items of the command line.
  var items: [Item] {
    if joint { return [Item(texts: texts, images: image.map { ImageSource($0) }, instruction: instruction)] }
    return texts.map { Item(text: $0, instruction: instruction) } + image.map { Item(image: ImageSource($0), instruction: instruction) }
  }

  /// Hands out all items, some at a time, so that a long file need not fit into memory.
  func forEachWindow(of count: Int, _ body: ([Result<Item, ItemError>]) async throws -> Void) async throws {
    guard let input else { return try await body(items.map { .success($0) }) }
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
