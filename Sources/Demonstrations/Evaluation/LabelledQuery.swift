import Embedding
import Foundation

/// A query of which is known which demonstrations do the job.
public struct LabelledQuery: Sendable, Equatable {
  /// What a query is used for.
  public enum Split: String, Sendable, Codable {
    /// Thresholds are chosen on it.
    case calibration
    /// Thresholds are judged by it.
    case test
  }

  /// The task in words.
  public let task: String?
  /// The screen's file.
  public let screen: String?
  /// The program in front.
  public let application: String?
  /// The page's server or address.
  public let domain: String?
  /// Ids of all demonstrations that do the job; none where nothing fits.
  public let answers: Set<String>
  /// The step that the screen is of, by its place in the answer.
  public let step: Int?
  /// What is tried: `paraphrase`, `ambiguous`, or whatever the set's author calls it.
  public let kind: String
  /// What it is used for.
  public let split: Split

  /// As a query, with its screen or by its words alone.
  func query(withScreen: Bool) -> DemonstrationQuery {
    DemonstrationQuery(
      task: task, screen: withScreen ? screen.map { .file($0) } : nil, application: application, domain: domain)
  }
}

/// A file of labelled queries.
///
/// An object with a list `queries`; each has `answers` (ids, none where nothing fits), `kind`, `split` (`calibration` or `test`) and at
/// least one of `task` and `screen` (a file, whose path begins in the folder of the list), and may have `app`, `domain` and `step`.
public struct QuerySet: Sendable {
  /// The queries, in order.
  public let queries: [LabelledQuery]

  private struct File: Decodable {
    struct Entry: Decodable {
      let task: String?
      let screen: String?
      let app: String?
      let domain: String?
      let answers: [String]
      let step: Int?
      let kind: String?
      let split: LabelledQuery.Split?
    }
    let queries: [Entry]
  }

  /// Reads a file.
  ///
  /// - Throws: `LibraryError` that names the file and the query.
  public init(contentsOf path: String) throws(LibraryError) {
    guard let data = FileManager.default.contents(atPath: path) else { throw LibraryError(.missing, "\(path): cannot be read") }
    let file: File
    do { file = try JSONDecoder().decode(File.self, from: data) } catch {
      throw LibraryError(.damaged, "\(path): is no set of queries: \(error)")
    }
    let folder = (path as NSString).deletingLastPathComponent
    var queries: [LabelledQuery] = []
    for (index, entry) in file.queries.enumerated() {
      guard entry.task != nil || entry.screen != nil else {
        throw LibraryError(.damaged, "\(path): query \(index) has neither a task nor a screen")
      }
      let screen = entry.screen.map { $0.hasPrefix("/") || folder.isEmpty ? $0 : "\(folder)/\($0)" }
      // Without labels, every other one is for choosing.
      queries.append(
        LabelledQuery(
          task: entry.task, screen: screen, application: entry.app, domain: entry.domain, answers: Set(entry.answers), step: entry.step,
          kind: entry.kind ?? "query", split: entry.split ?? (index % 2 == 0 ? .calibration : .test)))
    }
    self.queries = queries
  }

  /// Ids that are labelled as answers and are not among demonstrations: with any of these, measures mean nothing.
  func unknownAnswers(_ demonstrations: [Demonstration]) -> [String] {
    queries.reduce(into: Set<String>()) { $0.formUnion($1.answers) }.subtracting(demonstrations.map(\.record.id)).sorted()
  }
}
