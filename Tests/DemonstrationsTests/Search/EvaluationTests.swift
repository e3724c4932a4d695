import Embedding
import Foundation
import TestSupport
import Testing

@testable import Demonstrations

/// Measures, thresholds, and the repository's queries
@Suite struct DemonstrationEvaluationTests {
  private static let queries = "\(LibraryPlace.fixtures)/queries.json"

  private func outcome(
    _ answers: Set<String>, place: Int?, certainty: Double?, form: DemonstrationQuery.Form? = .task, kind: String = "a",
    _ split: LabelledQuery.Split = .test
  ) -> RetrievalMeasures.Outcome {
    let query = LabelledQuery(
      task: "x", screen: nil, application: nil, domain: nil, answers: answers, step: nil, kind: kind, split: split)
    return RetrievalMeasures.Outcome(query: query, place: place, certainty: certainty, form: form, milliseconds: 1)
  }

  @Test func measuresAreThoseOfTheirDefinitions() {
    let outcomes = [
      outcome(["a"], place: 1, certainty: 0.9), outcome(["b"], place: 3, certainty: 0.3), outcome(["c"], place: 4, certainty: 0.8),
      outcome(["d"], place: nil, certainty: nil, form: nil, kind: "b"), outcome([], place: nil, certainty: 0.2),
      outcome([], place: nil, certainty: 0.7), outcome(["e"], place: 1, certainty: 0.1, .calibration),
    ]
    let measures = RetrievalMeasures(outcomes) { $0 == .task ? 0.5 : nil }
    #expect(measures.answerable == 5 && measures.unanswerable == 2 && measures.unasked == 1)
    #expect(measures.hitAt1 == 0.4 && measures.hitAt3 == 0.6)
    #expect(abs(measures.meanReciprocalRank - (1 + 1.0 / 3 + 0.25 + 0 + 1) / 5) <= 1e-12)
    #expect(measures.hitAt1ByKind == ["a": 0.5, "b": 0])
    // Of the test queries: a and c are offered, b and d are not; one of two without an answer is held back.
    #expect(measures.coverage == 0.5 && measures.abstentionRecall == 0.5)
    #expect(abs((measures.abstentionPrecision ?? 0) - 1.0 / 3) <= 1e-12)
    let without = RetrievalMeasures(outcomes) { _ in nil }
    #expect(without.coverage == nil && without.abstentionPrecision == nil && without.hitAt1 == 0.4)
  }

  @Test func theThresholdSeparatesBest() {
    #expect(Thresholds.choose([(0.9, true), (0.7, true), (0.3, false), (0.1, false)]) == 0.5)
    #expect(Thresholds.choose([(0.9, true), (0.2, true), (0.8, true), (0.4, false), (0.1, false)]).map { abs($0 - 0.6) <= 1e-12 } == true)
    #expect(Thresholds.choose([(0.9, true)]) == nil && Thresholds.choose([(0.9, false)]) == nil && Thresholds.choose([]) == nil)
    #expect(Thresholds.choose([(0.5, true), (0.5, false)]) == nil)
  }

  @Test func thresholdsSurviveTheLibrary() throws {
    let place = try LibraryPlace()
    let library = try place.library
    #expect(library.thresholds == .standard)
    var own = Thresholds()
    own.set(0.125, .bm25, .task, isReranked: false)
    own.set(0.25, .qwen3vl, .both, isReranked: true)
    try library.setThresholds(own)
    #expect(library.thresholds.value(.bm25, .task, isReranked: false) == 0.125)
    #expect(library.thresholds.value(.qwen3vl, .both, isReranked: true) == 0.25)
    #expect(library.thresholds.value(.qwen3vl, .both, isReranked: false) == nil)
    #expect(library.thresholds.value(.minilm, .task, isReranked: false) == Thresholds.standard.value(.minilm, .task, isReranked: false))
  }

  @Test func theQueriesFitTheGallery() throws {
    let place = try LibraryPlace()
    let demonstrations = try place.add()
    let set = try QuerySet(contentsOf: Self.queries)
    #expect(set.unknownAnswers(demonstrations).isEmpty)
    #expect(set.queries.count >= 150 && set.queries.count { $0.answers.isEmpty } >= 40)
    for query in set.queries {
      if let screen = query.screen { #expect(FileManager.default.fileExists(atPath: screen), "\(screen)") }
      if let step = query.step, let answer = query.answers.first {
        #expect(demonstrations.first { $0.record.id == answer }?.screen(ofStep: step) != nil, "\(answer) \(step)")
      }
    }
    #expect(throws: LibraryError.self) { try DemonstrationEvaluation(set, Array(demonstrations.dropFirst())) }
  }

  /// What is measured for words must not fall unnoticed; Documentation/demonstrations.md has the table.
  @Test func wordsFindWhatTheyFound() async throws {
    let place = try LibraryPlace()
    let demonstrations = try place.add()
    let evaluation = try DemonstrationEvaluation(QuerySet(contentsOf: Self.queries), demonstrations)
    let (row, thresholds) = try await evaluation.measure(LexicalMethod<BM25Model>(name: .bm25), .text)
    #expect(row.measures.hitAt1 >= 0.38 && row.measures.hitAt3 >= 0.58 && row.measures.meanReciprocalRank >= 0.49)
    #expect(row.measures.unasked == 18 && row.measures.stepAccuracy == nil)
    #expect(thresholds.value(.bm25, .task, isReranked: false) != nil)
  }

  /// Eyes help where words are not enough, even those that see 256 colours.
  @Test func screensHelpWhereWordsAreAmbiguous() async throws {
    let place = try LibraryPlace()
    let demonstrations = try place.add()
    let evaluation = try DemonstrationEvaluation(QuerySet(contentsOf: Self.queries), demonstrations)
    let method = try VectorMethod(.qwen3vl, CoarseEmbedder(), in: place.library.vectorsDirectory)
    _ = try await method.update(demonstrations, progress: nil)
    let words = try await evaluation.measure(method, .text).row.measures
    let both = try await evaluation.measure(method, .multimodal).row.measures
    for (kind, gain) in [("ambiguous", 0.0), ("middle", 0.4)] {
      #expect((both.hitAt1ByKind[kind] ?? 0) >= (words.hitAt1ByKind[kind] ?? 1) + gain, "\(kind): \(words), \(both)")
    }
    #expect(both.hitAt1ByKind["paraphrase"] == words.hitAt1ByKind["paraphrase"])
    #expect(words.unasked == 18 && both.unasked == 0 && (both.stepAccuracy ?? 0) > 0.8, "\(both)")
  }

  @Test(arguments: [
    "{}", #"{"queries": [{"answers": []}]}"#, #"{"queries": [{"task": "x"}]}"#, #"{"queries": [{"task": 1, "answers": []}]}"#, "nonsense",
  ])
  func setsThatCannotBeUnderstoodAreRefused(text: String) throws {
    let place = try LibraryPlace()
    let path = place.root + "/queries.json"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(throws: LibraryError.self) { try QuerySet(contentsOf: path) }
  }
}
