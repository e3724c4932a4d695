import Embedding
import Foundation
import Retrieval
import TestSupport

/// A folder of sources and a collection of them, in a place of its own.
struct Workplace {
  let root: String
  let embedder = FakeEmbedder()
  static let profile = EmbeddingProfile(model: "fake", fingerprint: "fake", dimensions: 16)

  init() throws {
    // Without links, as the walk names files.
    let path = "\(Fixtures.temporary)/\(UInt64.random(in: .min ... .max))"
    try FileManager.default.createDirectory(atPath: path + "/files", withIntermediateDirectories: true)
    root = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  var files: String { root + "/files" }
  var directory: String { root + "/collection" }

  /// Writes a file below `files`, long enough ago that its time tells whether it changed.
  @discardableResult
  func write(_ name: String, _ bytes: [UInt8], age: TimeInterval = 1_000) throws -> String {
    let path = "\(files)/\(name)"
    try FileManager.default.createDirectory(
      atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: path)
    return path
  }

  @discardableResult
  func write(_ name: String, _ text: String, age: TimeInterval = 1_000) throws -> String { try write(name, Array(text.utf8), age: age) }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(files)/\(name)") }

  func rename(_ name: String, to other: String) throws {
    try FileManager.default.moveItem(atPath: "\(files)/\(name)", toPath: "\(files)/\(other)")
  }

  /// The collection, made when it is first asked for.
  func collection() throws -> SearchCollection {
    if FileManager.default.fileExists(atPath: directory) { return try SearchCollection(opening: directory) }
    return try SearchCollection.create(at: directory, profile: Self.profile, passages: Passages(tokens: 32, overlap: 4))
  }

  func indexer(_ embedder: FakeEmbedder? = nil, prunes: Bool = false, hidden: Bool = false) throws -> Indexer {
    var options = IndexOptions()
    options.prunes = prunes
    options.includesHidden = hidden
    return try Indexer(
      collection(), embedder: embedder ?? self.embedder, profile: Self.profile, options: options, counting: Self.count)
  }

  /// Tokens of a text: its words.
  static let count: @Sendable (String) -> Int = { $0.split(whereSeparator: \.isWhitespace).reduce(0) { $0 + ($1.utf8.count + 7) / 8 } }

  /// Indexes `files`, or other paths.
  @discardableResult
  func index(_ paths: [String]? = nil, prunes: Bool = false, hidden: Bool = false) async throws -> IndexReport {
    try await indexer(prunes: prunes, hidden: hidden).index(paths ?? [files])
  }

  func retriever() throws -> Retriever { try Retriever(collection(), embedder: embedder, profile: Self.profile) }

  /// Everything that a search can find, by address, after checking that nothing is damaged.
  func contents() async throws -> [String] {
    let faults = try await collection().verify()
    guard faults.isEmpty else { throw FixtureError(faults.joined(separator: "; ")) }
    var options = SearchOptions()
    options.count = 10_000
    return try await retriever().search(Item(text: "anything"), options).map { $0.address.replacing(files + "/", with: "") }.sorted()
  }
}
