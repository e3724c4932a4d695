import ArgumentParser
import Demonstrations
import Foundation
import Sightline

extension DemosCommand {
  /// The command `sightline demos eval`.
  struct Eval: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Measure methods on labelled queries, side by side: words, words and screens, reranked.",
      discussion: """
        Example:
          sightline demos import Tests/Fixtures/demonstrations/gallery --library gallery
          sightline demos eval Tests/Fixtures/demonstrations/queries.json --library gallery --model DIR
        Without --embedding-method, tfidf, bm25, the method of --model and hybrid are measured. Thresholds are chosen on the queries marked
        "calibration"; coverage and abstention are those of the queries marked "test".
        """)

    @Argument(help: ArgumentHelp("A file of labelled queries.", valueName: "file"))
    var queries: String

    @OptionGroup var library: LibraryArguments

    @Flag(name: .long, help: "Keep the chosen thresholds for this library.")
    var calibrate = false

    @Flag(name: .long, help: "Judge by the library's thresholds instead of choosing them anew.")
    var keepThresholds = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var method: MethodArguments

    mutating func validate() throws {
      guard !(calibrate && keepThresholds) else { throw ValidationError("Give --calibrate or --keep-thresholds, not both.") }
    }

    private struct Output: Encodable {
      let rows: [DemonstrationEvaluation.Row]
      let thresholds: Thresholds
    }

    func run() async throws {
      let set = try QuerySet(contentsOf: queries)
      let (library, demonstrations) = try library.read()
      let evaluation = try DemonstrationEvaluation(set, demonstrations)
      let reranker = try method.openReranker()
      var rows: [DemonstrationEvaluation.Row] = []
      var thresholds = Thresholds()
      for settings in try measured() {
        let (opened, _) = try await method.open(settings, for: library, demonstrations)
        for mode in DemonstrationEvaluation.Mode.allCases {
          if mode == .multimodal && !opened.seesScreens || mode == .reranked && reranker == nil { continue }
          let progress = ProgressLine(total: set.queries.count, unit: "queries")
          let (row, chosen) = try await evaluation.measure(
            opened, mode, reranker: reranker, keeping: keepThresholds ? library.thresholds : nil
          ) { progress.update($0, of: $1) }
          progress.finish()
          rows.append(row)
          // With and without screens, words alone have one threshold: that of the larger number of queries.
          thresholds = thresholds.completed(by: chosen)
        }
      }
      if calibrate { try library.setThresholds(thresholds.completed(by: library.thresholds)) }
      try Console.write(json ? JSON.pretty(Output(rows: rows, thresholds: thresholds)) + "\n" : Self.table(rows))
    }

    /// The methods to measure: the one that was named, or all that need no more than was given.
    private func measured() throws -> [MethodSettings] {
      if method.embeddingMethod != nil { return [try method.settings()] }
      let lexical = try [MethodName.tfidf, .bm25].map { try method.settings(named: $0) }
      return try method.model == nil ? lexical : lexical + [method.settings(), method.settings(named: .hybrid)]
    }

    private static func table(_ rows: [DemonstrationEvaluation.Row]) -> String {
      func number(_ value: Double?) -> String { value.map { String(format: "%8.3f", $0) } ?? "       -" }
      var text = "method   mode          hit@1   hit@3     MRR  coverage  abst. P  abst. R     step  median ms  95 % ms\n"
      for row in rows {
        let m = row.measures
        text += row.method.rawValue.padding(toLength: 9, withPad: " ", startingAt: 0)
        text += row.mode.rawValue.padding(toLength: 11, withPad: " ", startingAt: 0)
        text +=
          [m.hitAt1, m.hitAt3, m.meanReciprocalRank].map(number).joined() + "  " + number(m.coverage) + " " + number(m.abstentionPrecision)
        text += " " + number(m.abstentionRecall) + " " + number(m.stepAccuracy)
        text += String(format: "   %8.1f %8.1f\n", m.medianMilliseconds, m.slowMilliseconds)
      }
      guard let first = rows.first?.measures else { return text }
      text += "\(first.answerable) queries that something fits, \(first.unanswerable) that nothing fits; of these, "
      return text + "a method that sees no screens cannot be asked those of a screen alone, which count as not found.\n"
    }
  }
}
