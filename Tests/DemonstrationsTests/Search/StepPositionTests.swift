import Embedding
import TestSupport
import Testing

@testable import Demonstrations

/// Where in a demonstration a screen is
@Suite struct StepPositionTests {
  @Test func theLikestStepIsMeant() {
    let position = StepPosition(StepEvidence([0.5, 0.95, 0.55, 0.5], pairs: [0.5, 0.55, 0.5]), previous: nil)
    #expect(position.best?.place == 1 && (position.best?.confidence ?? 0) > 0.9)
    #expect(abs(position.candidates.map(\.confidence).reduce(position.elsewhere, +) - 1) <= 1e-12)
  }

  @Test func aScreenOfAnotherTaskIsElsewhere() {
    let position = StepPosition(StepEvidence([0.3, 0.35, 0.31], pairs: [0.6, 0.55, 0.65]), previous: nil)
    #expect(position.best == nil && position.elsewhere > 0.8)
  }

  /// The same screen at the beginning and at the end: forward wins.
  @Test(arguments: [(nil, 0), (0, 0), (1, 3), (2, 3), (3, 3)] as [(Int?, Int)])
  func demonstrationsGoForward(previous: Int?, expected: Int) {
    let position = StepPosition(StepEvidence([0.9, 0.5, 0.5, 0.9], pairs: [0.5]), previous: previous)
    #expect(position.best?.place == expected)
  }

  /// Three equal screens share what is sure.
  @Test func stepsThatLookAlikeShareTheirConfidence() {
    let position = StepPosition(StepEvidence([0.9, 0.9, 0.9], pairs: [0.4]), previous: nil)
    #expect(position.best?.place == 0 && abs((position.best?.confidence ?? 0) - 1 / 3) <= 0.01)
    let next = StepPosition(StepEvidence([0.9, 0.9, 0.9], pairs: [0.4]), previous: 1)
    #expect(next.best?.place == 1)
  }

  @Test func noStepsAreNowhere() {
    #expect(StepPosition(StepEvidence([], pairs: []), previous: nil).best == nil)
    #expect(StepPosition(StepEvidence([-1, -1], pairs: []), previous: nil).best == nil)
  }

  /// Every step's own screen of the whole gallery, drawn on the same desktop.
  @Test func ownScreensAreFound() async throws {
    let place = try LibraryPlace()
    let demonstrations = try place.add()
    let method = try VectorMethod(.qwen3vl, CoarseEmbedder(), in: place.library.vectorsDirectory)
    _ = try await method.update(demonstrations, progress: nil)
    let retriever = DemonstrationRetriever(demonstrations, method: method)
    for demonstration in demonstrations where demonstration.record.steps.count > 1 {
      for step in demonstration.record.steps.indices {
        guard let screen = demonstration.screen(ofStep: step) else { continue }
        let position = try await retriever.position(of: DemonstrationQuery(screen: .file(screen)), in: demonstration.record.id)
        let best = try #require(position.candidates.first)
        let found = demonstration.screen(ofStep: best.place)
        // A screen may be that of two steps.
        #expect(found == screen || best.similarity >= 0.99, "\(demonstration.record.id) \(step) \(best)")
      }
    }
  }

  @Test func wordsNameAStepToo() async throws {
    let place = try LibraryPlace()
    let demonstrations = try place.add("files-rename")
    let retriever = DemonstrationRetriever(demonstrations, method: LexicalMethod<BM25Model>(name: .bm25))
    let position = try await retriever.position(of: DemonstrationQuery(task: "type final.txt"), in: "files-rename")
    #expect(position.best?.place == 2)
    await #expect(throws: LibraryError.self) { try await retriever.position(of: DemonstrationQuery(task: "x"), in: "nothing") }
    await #expect(throws: LibraryError.self) {
      try await retriever.position(of: DemonstrationQuery(task: "x"), in: "files-rename", previous: 4)
    }
  }
}
