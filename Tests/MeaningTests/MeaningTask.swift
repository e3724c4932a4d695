import Embedding
import Foundation
import TestSupport

/// A small retrieval task of `Tests/Fixtures/meaning`, in BEIR's layout.
struct MeaningTask {
  /// Texts or pictures that are looked for.
  let corpus: [Item]
  /// What is asked, as texts.
  let queries: [String]
  /// The places in the corpus that are right for each query.
  let right: [Set<Int>]

  private struct Entry: Decodable {
    let _id: String
    let text: String?
    let image: String?
  }

  /// Reads a task by its folder's name.
  init(_ name: String) throws {
    let folder = "\(Fixtures.root)/meaning/\(name)"
    let entries = try Self.lines(of: folder + "/corpus.jsonl", Entry.self)
    corpus = entries.map { entry in
      if let image = entry.image { Item(image: .file("\(folder)/\(image)")) } else { Item(text: entry.text ?? "") }
    }
    let asked = try Self.lines(of: folder + "/queries.jsonl", Entry.self)
    queries = asked.map { $0.text ?? "" }
    let places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1._id, $0) })
    var judged: [String: Set<Int>] = [:]
    for row in try Self.rows(of: folder + "/qrels.tsv").dropFirst() {
      let fields = row.split(separator: "\t").map(String.init)
      if let place = places[fields[1]] { judged[fields[0], default: []].insert(place) }
    }
    right = asked.map { judged[$0._id] ?? [] }
  }

  private static func lines<Value: Decodable>(of path: String, _ type: Value.Type) throws -> [Value] {
    try rows(of: path).map { try JSONDecoder().decode(type, from: Data($0.utf8)) }
  }

  private static func rows(of path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
  }
}

extension MeaningTask {
  /// How good an embedder is: nDCG@10.
  func quality(_ embedder: Embedder, dimensions: Int? = nil) async throws -> Double {
    let documents = try await Self.vectors(corpus, embedder, dimensions)
    let asked = try await Self.vectors(queries.map { Item(text: $0) }, embedder, dimensions)
    let gains = zip(asked, right).map { query, right in
      let scores = documents.map { Matryoshka.dotProduct(query, $0) }
      let best = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(10)
      let found = best.enumerated().reduce(0.0) { $0 + (right.contains($1.element) ? 1 / log2(Double($1.offset) + 2) : 0) }
      let ideal = (0..<min(10, right.count)).reduce(0.0) { $0 + 1 / log2(Double($1) + 2) }
      return found / ideal
    }
    return gains.reduce(0, +) / Double(gains.count)
  }

  /// Vectors of items; a failure of any ends the test.
  static func vectors(_ items: [Item], _ embedder: Embedder, _ dimensions: Int? = nil) async throws -> [[Float]] {
    try await embedder.embed(items, dimensions: dimensions).map { try $0.get() }
  }
}
