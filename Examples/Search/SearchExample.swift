import Foundation
import Sightline

/// Fills a collection from a folder and searches it, with nothing but the library.
///
///     swift run -c release SearchExample MODEL FOLDER "what is looked for"
///
/// MODEL is the folder of an embedding model. The collection is kept beside FOLDER, so that a second run embeds only what has changed.
@main struct SearchExample {
  static func main() async throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count == 3 else {
      print("usage: SearchExample MODEL FOLDER QUERY")
      exit(2)
    }
    let (modelDirectory, folder, query) = (arguments[0], arguments[1], arguments[2])
    let embedder = try Embedder(Model(directory: modelDirectory))
    let directory = folder + ".collection"
    let collection =
      FileManager.default.fileExists(atPath: directory)
      ? try SearchCollection(opening: directory) : try SearchCollection.create(at: directory, for: embedder)

    // Progress comes as a sequence; leaving the loop, or cancelling the task, stops after the batch at hand and loses nothing.
    for try await event in try Indexer(collection, embedder: embedder).events(indexing: [folder]) {
      switch event {
      case .progress(let progress): print("\(progress.done) of \(progress.total)")
      case .finished(let report):
        print("\(report.indexed) indexed, \(report.unchanged) unchanged")
        for failure in report.failures { print(failure) }
      }
    }

    var options = SearchOptions()
    options.count = 3
    for result in try await Retriever(collection, embedder: embedder).search(Item(text: query), options) {
      print(result.similarity, result.address, result.snippet(60))
    }
  }
}
