import Foundation

/// Compares texts by the words that they share.
///
/// A model is fitted to its documents when it is made and never afterwards: whoever adds a document makes another one, so that no word is
/// unknown because it came late.
package protocol LexicalModel: Sendable {
  /// Fits a model to documents.
  init(_ documents: [String])

  /// How well each document fits a query, from 0 to 1, in the documents' order.
  func scores(_ query: String) -> [Double]
}

/// Cosine of word frequencies that are weighted by rarity.
///
/// A word's weight in a text is its share of the text's words times `ln(N / n) + 1`, for N documents of which n have it; with the 1, a
/// single document can be found too. Words of the query that no document has count for nothing.
package struct TFIDFModel: LexicalModel {
  private let rarity: [String: Double]
  private let vectors: [[String: Double]]

  package init(_ documents: [String]) {
    let counts = documents.map { Words.counts($0) }
    var documentsWith: [String: Int] = [:]
    for words in counts { for word in words.keys { documentsWith[word, default: 0] += 1 } }
    let rarity = documentsWith.mapValues { log(Double(documents.count) / Double($0)) + 1 }
    self.rarity = rarity
    vectors = counts.map { Self.vector($0, rarity) }
  }

  package func scores(_ query: String) -> [Double] {
    let query = Self.vector(Words.counts(query), rarity)
    let words = query.keys.sorted()
    return vectors.map { document in
      // In the words' order, so that a sum has the same bits every time.
      min(1, words.reduce(0) { $0 + (query[$1] ?? 0) * (document[$1] ?? 0) })
    }
  }

  /// A vector of length 1, or of length 0 where no word is known.
  private static func vector(_ counts: [String: Int], _ rarity: [String: Double]) -> [String: Double] {
    var vector: [String: Double] = [:]
    for (word, count) in counts { if let rarity = rarity[word] { vector[word] = Double(count) * rarity } }
    let length = vector.values.map { $0 * $0 }.sorted().reduce(0, +).squareRoot()
    return length > 0 ? vector.mapValues { $0 / length } : [:]
  }
}

/// Okapi BM25 with k1 = 1.2 and b = 0.75, as a share of what the query could reach.
///
/// A document's sum is divided by that of one that has every word of the query once and is of average length, where words that no document
/// has count as the rarest: a query of strange words scores low everywhere, so that scores of different queries can be compared. The order
/// of documents is BM25's own.
package struct BM25Model: LexicalModel {
  private static let saturation = 1.2
  private static let lengthShare = 0.75

  private let counts: [[String: Int]]
  private let lengths: [Double]
  private let averageLength: Double
  private let documentsWith: [String: Int]

  package init(_ documents: [String]) {
    counts = documents.map { Words.counts($0) }
    lengths = counts.map { Double($0.values.reduce(0, +)) }
    averageLength = max(1, lengths.reduce(0, +) / Double(max(1, lengths.count)))
    var documentsWith: [String: Int] = [:]
    for words in counts { for word in words.keys { documentsWith[word, default: 0] += 1 } }
    self.documentsWith = documentsWith
  }

  package func scores(_ query: String) -> [Double] {
    let words = Set(Words.of(query)).sorted()
    let rarity = words.map(rarity)
    let best = rarity.reduce(0, +)
    guard best > 0 else { return counts.map { _ in 0 } }
    return zip(counts, lengths).map { counts, length in
      let norm = Self.saturation * (1 - Self.lengthShare + Self.lengthShare * length / averageLength)
      var sum = 0.0
      for (word, rarity) in zip(words, rarity) {
        let count = Double(counts[word] ?? 0)
        sum += rarity * count * (Self.saturation + 1) / (count + norm)
      }
      return min(1, sum / best)
    }
  }

  private func rarity(_ word: String) -> Double {
    let (all, having) = (Double(counts.count), Double(documentsWith[word] ?? 0))
    return log(1 + (all - having + 0.5) / (having + 0.5))
  }
}
