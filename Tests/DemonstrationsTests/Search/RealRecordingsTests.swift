import Foundation
import TestSupport
import Testing

@testable import Demonstrations

/// Retrieval over the real recordings of `../shared/data/openadapt`, where they lie beside the checkout
@Suite struct RealRecordingsTests {
  /// The folder, or `nil` with a line that says so.
  private static let folder: String? = {
    let path = URL(fileURLWithPath: Fixtures.root + "/../../../shared/data/openadapt").standardizedFileURL.path
    guard FileManager.default.fileExists(atPath: path) else {
      print("RealRecordingsTests: \(path) is not there; real recordings were not tested")
      return nil
    }
    return path
  }()

  @Test func wordsFindRealDemonstrations() async throws {
    guard let folder = Self.folder else { return }
    let place = try LibraryPlace()
    let library = try place.library
    for part in ["text_demos", "waa_recordings", "sample_data.json", "flow/openemr"] {
      let imported = try DemonstrationImport.read("\(folder)/\(part)")
      _ = try library.add(imported.demonstrations.map { NewDemonstration($0.episode, folder: $0.folder, source: $0.folder) })
    }
    let demonstrations = try library.contents().demonstrations
    #expect(demonstrations.count == 21 && demonstrations.count { $0.firstScreen != nil } == 4)
    let calculator = try #require(demonstrations.first { $0.record.id == "calculator_basic" })
    #expect(calculator.record.isIn(application: "Calculator") && calculator.record.steps[0].words.contains("Start menu"))
    #expect(demonstrations.first { $0.record.id.hasPrefix("flow_") }?.record.isOn(domain: "demo.openemr.io") == true)
    let set = try QuerySet(contentsOf: "\(LibraryPlace.fixtures)/openadapt-queries.json")
    let evaluation = try DemonstrationEvaluation(set, demonstrations)
    let (row, _) = try await evaluation.measure(LexicalMethod<BM25Model>(name: .bm25), .text)
    // Thirty-four that something fits, six of them screens that words cannot ask.
    #expect(row.measures.answerable == 34 && row.measures.unasked == 6)
    #expect(row.measures.hitAt1 >= 0.3, "\(row.measures)")
  }

  /// Recordings of real programs that come with the project, and the queries for them.
  @Test func recordedProgramsAreWholeAndFound() async throws {
    let place = try LibraryPlace()
    let library = try place.library
    let imported = try DemonstrationImport.read("\(LibraryPlace.fixtures)/programs")
    #expect(imported.problems.isEmpty)
    _ = try library.add(imported.demonstrations.map { NewDemonstration($0.episode, folder: $0.folder, source: $0.folder) })
    let demonstrations = try library.contents().demonstrations
    #expect(demonstrations.count == 16 && demonstrations.allSatisfy { $0.firstScreen != nil })
    let set = try QuerySet(contentsOf: "\(LibraryPlace.fixtures)/program-queries.json")
    let answers = set.queries.reduce(into: Set<String>()) { $0.formUnion($1.answers) }
    #expect(answers.isSubset(of: demonstrations.map(\.record.id)))
    let (row, _) = try await DemonstrationEvaluation(set, demonstrations).measure(LexicalMethod<BM25Model>(name: .bm25), .text)
    #expect(row.measures.answerable == 31 && row.measures.unanswerable == 15)
    #expect(row.measures.hitAt3 >= 0.5, "\(row.measures)")
  }
}
