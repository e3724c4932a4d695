import Foundation
import Sightline

/// What it saves that a query with a picture is run once for all its documents, and not for each pair.
struct ReuseMeasurement: Encodable, CustomStringConvertible {
  /// Documents, each of about 128 tokens.
  let documents: Int
  /// All documents in one call.
  let togetherSeconds: Double
  /// One pair by itself, nothing kept: the median of several, each for another document.
  let pairSeconds: Double
  /// The largest difference of a score between the two ways.
  let largestDifference: Double

  /// How many times as fast it is together.
  var ratio: Double { pairSeconds * Double(documents) / togetherSeconds }

  /// One line.
  var description: String {
    String(
      format: "%d documents for a query with a picture of 1280x704: %.1f s together; %.2f s for a pair by itself, so %.1f times as fast; "
        + "scores differ by at most %g", documents, togetherSeconds, pairSeconds, ratio, largestDifference)
  }

  private enum CodingKeys: String, CodingKey {
    case documents, togetherSeconds, pairSeconds, largestDifference
  }

  /// Measures a reranker: so many documents together, then so many pairs by themselves.
  static func run(documents: Int, pairs: Int, _ arguments: ModelArguments) async throws -> ReuseMeasurement {
    var options = arguments.running.options()
    options.precision = arguments.precision ?? options.precision
    let directory = try ModelDirectory.resolve(arguments.chosen())
    let sharing = try Reranker(Model(directory: directory, options: options))
    options.beginningCacheBytes = 0
    options.visionCacheBytes = 0
    let alone = try Reranker(Model(directory: directory, options: options))
    let texts = (0..<documents).map { number in
      // A word is a token or two.
      (0..<100).map { ["light", "harbour", "seven", "across", "window"][($0 * 7 + number) % 5] }.joined(separator: " ") + " \(number)"
    }
    let pixels = (0..<1_280 * 704 * 3).map { UInt8(truncatingIfNeeded: $0 / 3 % 1_280 / 5 + $0 / 3_840) }
    let query = Item(texts: ["which window?"], images: [.pixels(try RGBImage(width: 1_280, height: 704, pixels: pixels))])
    // Weights are read from the disk once before anything is measured.
    _ = try await alone.score(query: Item(text: "warm"), documents: [Item(text: "up")])

    var start = ContinuousClock.now
    let together = try await sharing.score(query: query, documents: texts.map { Item(text: $0) }).map { try $0.get() }
    let togetherSeconds = BenchCommand.seconds(since: start)
    var seconds: [Double] = []
    var difference = 0.0
    for number in 0..<min(pairs, documents) {
      start = ContinuousClock.now
      let score = try await alone.score(query: query, documents: [Item(text: texts[number])])[0].get()
      seconds.append(BenchCommand.seconds(since: start))
      difference = max(difference, abs(score.score - together[number].score))
    }
    seconds.sort()
    return ReuseMeasurement(
      documents: documents, togetherSeconds: togetherSeconds, pairSeconds: seconds[seconds.count / 2], largestDifference: difference)
  }
}
