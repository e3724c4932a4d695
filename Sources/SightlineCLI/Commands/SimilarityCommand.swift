import ArgumentParser
import Foundation
import Sightline

/// The command `sightline similarity`.
struct SimilarityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "similarity",
    abstract: "Print the cosines between all pairs of items.",
    discussion: """
      Example:
        sightline similarity "a woman and her dog" "a dog on a beach" --image beach.jpg --model DIR
      """)

  @OptionGroup var items: ItemArguments
  @OptionGroup var model: ModelArguments

  @Option(name: .long, help: ArgumentHelp("Numbers per vector, a Matryoshka prefix. Default: all.", valueName: "n"))
  var dimensions: Int?

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  /// What `--json` prints: a pair with a failed item has no number.
  private struct Output: Encodable {
    let matrix: [[Double?]]
    let errors: [String?]
  }

  func run() async throws {
    let embedder = try model.openEmbedder()
    var vectors: [Result<[Float], ItemError>] = []
    try await items.forEachWindow(of: 256, model) { window in
      vectors += try await embedder.embed(window, dimensions: dimensions)
    }
    let matrix = vectors.map { row in
      vectors.map { column -> Double? in
        guard case .success(let a) = row, case .success(let b) = column else { return nil }
        return Matryoshka.dotProduct(a, b)
      }
    }
    let errors = vectors.map { vector -> String? in
      guard case .failure(let error) = vector else { return nil }
      return error.description
    }
    for (index, error) in errors.enumerated() {
      if let error { Console.note("item \(index): \(error)") }
    }
    if json {
      try Console.write(JSON.line(Output(matrix: matrix, errors: errors)) + "\n")
    } else {
      for row in matrix {
        try Console.write(row.map { $0.map { String(format: "%8.4f", $0) } ?? "       -" }.joined(separator: " ") + "\n")
      }
    }
    if errors.contains(where: { $0 != nil }) { throw ExitCode(1) }
  }
}
