import ArgumentParser
import Foundation
import Sightline

/// Which model fills or searches a collection, and how to run it.
struct CollectionModelArguments: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The model: a folder, or ORG/NAME of one that was pulled. Default: the one that the collection was made with, and for a new one "
        + "$SIGHTLINE_MODEL, else the small one that comes with Sightline.", valueName: "model"))
  var model: String?

  @OptionGroup var running: RunArguments

  /// Opens the embedder of a collection, with the collection's limits where none are given.
  func openEmbedder(of collection: SearchCollection) throws -> any CollectionEmbedder {
    let profile = collection.manifest.profile
    guard let directory = model ?? profile.location else {
      throw InputError("\(collection.directory): does not say where its model lies; say with --model where \(profile.model) is")
    }
    if model == nil, !FileManager.default.fileExists(atPath: directory) {
      throw InputError("\(directory): the model of \(collection.directory) is no longer there; say with --model where \(profile.model) is")
    }
    return try running.openCollectionEmbedder(directory, otherwise: ModelOptions(profile))
  }

  /// Opens the embedder of a collection that is yet to be made.
  func openEmbedder() throws -> any CollectionEmbedder {
    try running.openCollectionEmbedder(ModelDirectory.chosen(model))
  }

  /// Opens the reranker beside it, with the same limits of pictures and videos, but not with those that only the shipped model needs.
  func openReranker(_ directory: String, of collection: SearchCollection) throws -> Reranker {
    let profile = collection.manifest.profile
    if let location = profile.location, ShippedModel.lies(at: location) { return try Reranker(running.open(directory)) }
    var defaults = ModelOptions(profile)
    defaults.maximumLength = nil
    return try Reranker(running.open(directory, otherwise: defaults))
  }
}
