import Foundation
import TestSupport
import Testing

/// What runs where nobody names a model.
@Suite struct ShippedModelTests {
  private static let nowhere = ["SIGHTLINE_MODEL": ""]

  @Test func theShippedModelIsUsedAndNamedOnce() throws {
    let outcome = try Program.run(["embed", "a cup of coffee", "--format", "json"], environment: Self.nowhere)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.components(separatedBy: "Using nano").count == 2)
    #expect(outcome.errors.contains("sightline pull"))
    let vectors = try object(outcome.output)
    #expect(vectors["dimensions"] as? Int == 384)
    #expect((vectors["model"] as? String)?.hasSuffix("Models/nano-embedding") == true)
  }

  @Test func aConfiguredModelComesFirst() throws {
    let tiny = try TinyCheckpoint.tied.directory
    let outcome = try Program.run(["info", "--json"], environment: ["SIGHTLINE_MODEL": tiny])
    #expect(outcome.status == 0 && !outcome.errors.contains("nano"), "\(outcome.errors)")
    #expect(try object(outcome.output)["dimensions"] as? Int == 64)
  }

  /// The model has seen pictures of 64x64; others are brought to about as many pixels, as a collection of it remembers.
  @Test func aNewCollectionHasTheShippedModelsLimits() throws {
    let root = "\(Fixtures.temporary)/shipped"
    try FileManager.default.createDirectory(atPath: root + "/files", withIntermediateDirectories: true)
    try "Tomatoes are planted after the last frost.".write(toFile: root + "/files/garden.txt", atomically: true, encoding: .utf8)
    try "The train to the coast leaves at ten.".write(toFile: root + "/files/travel.txt", atomically: true, encoding: .utf8)
    let indexed = try Program.run(["index", root + "/files", "--collection", root + "/found"], environment: Self.nowhere)
    #expect(indexed.status == 0, "\(indexed.errors)")
    let manifest = try String(contentsOfFile: root + "/found/manifest.json", encoding: .utf8)
    #expect(manifest.contains(/"maximumPixels" : 4096,/), "\(manifest)")
    let search = try Program.run(["search", "a railway journey", "--collection", root + "/found", "--json"], environment: Self.nowhere)
    #expect(!search.errors.contains("Using nano"))
    let results = try object(search.output)["results"] as? [[String: Any]] ?? []
    #expect((results.first?["source"] as? String)?.hasSuffix("travel.txt") == true)
  }
}
