import ArgumentParser
import Sightline

/// Which collection.
struct CollectionArguments: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The collection: a name, kept under $SIGHTLINE_HOME/collections (default ~/.sightline), or a path with a slash in it.",
      valueName: "name"))
  var collection = "default"

  /// The collection's folder.
  var directory: String {
    get throws { try CollectionFolder().path(of: collection) }
  }

  mutating func validate() throws { try Self.check(collection) }

  /// Passes a name or a path.
  static func check(_ name: String) throws {
    do { _ = try CollectionFolder().path(of: name) } catch { throw ValidationError(error.description) }
  }
}
