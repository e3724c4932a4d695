import Foundation
import Sightline

/// Results for a person at a terminal.
enum ResultTable {
  private static let snippetLength = 100

  /// A line or two for each result.
  static func text(_ results: [SearchResult]) -> String {
    guard !results.isEmpty else { return "Nothing was found.\n" }
    let isReranked = results.contains { $0.relevance != nil || $0.rerankFailure != nil }
    var text = isReranked ? "      rerank  cosine\n" : "      cosine\n"
    for (index, result) in results.enumerated() {
      text += String(format: "%4d  ", index + 1)
      if isReranked { text += result.relevance.map { String(format: "%6.4f  ", $0) } ?? "     -  " }
      text += String(format: "%6.4f  ", result.similarity) + printable(result.source)
      if !result.location.label.isEmpty { text += "  \(result.location.label)" }
      text += "\n"
      let notes = [result.snippet(snippetLength), result.rerankFailure.map { "not judged: \($0)" } ?? ""].filter { !$0.isEmpty }
      for note in notes { text += "      \(printable(note))\n" }
    }
    return text
  }

  /// Text from elsewhere without what could move or colour the terminal.
  static func printable(_ text: String) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator, .format: shown.append("\u{fffd}")
      default: shown.append(scalar)
      }
    }
    return String(shown)
  }
}

/// A result as JSON.
struct ResultRecord: Encodable {
  let rank: Int
  let id: String
  let source: String
  let type: String
  let location: String?
  let similarity: Float
  let relevance: Double?
  let error: String?
  let text: String?
  let metadata: [String: MetadataValue]

  struct List: Encodable {
    let results: [ResultRecord]
  }

  static func list(_ results: [SearchResult]) -> List {
    List(
      results: results.enumerated().map { index, result in
        ResultRecord(
          rank: index + 1, id: result.address, source: result.source, type: result.kind.rawValue,
          location: result.location.fragment.isEmpty ? nil : result.location.fragment, similarity: result.similarity,
          relevance: result.relevance, error: result.rerankFailure, text: result.text, metadata: result.metadata)
      })
  }
}
