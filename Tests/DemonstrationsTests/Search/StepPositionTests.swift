import Embedding
import TestSupport
import Testing

@testable import Demonstrations

/// Where in a demonstration a screen is
@Suite struct StepPositionTests {
  @Test func theLikestStepIsMeant() {
    let position = StepPosition(StepEvidence(similarities: [0.5, 0.95, 0.55, 0.5], elsewhere: 0.4, scale: 0.05), previous: nil)
    #expect(position.best?.place == 1 && (position.best?.confidence ?? 0) > 0.9)
    #expect(abs(position.candidates.map(\.confidence).reduce(position.elsewhere, +) - 1) <= 1e-12)
  }

  @Test func aScreenOfAnotherTaskIsElsewhere() {
    let position = StepPosition(StepEvidence(similarities: [0.3, 0.35, 0.31], elsewhere: 0.4, scale: 0.02), previous: nil)
    #expect(position.best == nil && position.elsewhere > 0.8)
  }

  /// The same screen at the beginning and at the end: forward wins.
  @Test(arguments: [(nil, 0), (0, 0), (1, 3), (2, 3), (3, 3)] as [(Int?, Int)])
  func demonstrationsGoForward(previous: Int?, expected: Int) {
    let position = StepPosition(StepEvidence(similarities: [0.9, 0.5, 0.5, 0.9], elsewhere: 0.4, scale: 0.05), previous: previous)
    #expect(position.best?.place == expected)
  }

  /// Three equal screens share what is sure.
  @Test func stepsThatLookAlikeShareTheirConfidence() {
    let position = StepPosition(StepEvidence(similarities: [0.9, 0.9, 0.9], elsewhere: 0.3, scale: 0.05), previous: nil)
    #expect(position.best?.place == 0 && abs((position.best?.confidence ?? 0) - 1 / 3) <= 0.01)
    let next = StepPosition(StepEvidence(similarities: [0.9, 0.9, 0.9], elsewhere: 0.3, scale: 0.05), previous: 1)
    #expect(next.best?.place == 1)
  }

  /// What is unlike all steps by more than they are unlike each other is elsewhere; what is like them is not.
  @Test func screensUnlikeAllStepsAreElsewhere() {
    #expect(StepPosition(StepEvidence(ofScreen: [0.5, 0.52, 0.51], match: 0.7, stranger: 0.6), previous: nil).best == nil)
    #expect(StepPosition(StepEvidence(ofScreen: [0.6, 0.68, 0.61], match: 0.7, stranger: 0.6), previous: nil).best?.place == 1)
    // Screens that all look the same: the difference is small, and decides all the same.
    #expect(StepPosition(StepEvidence(ofScreen: [0.69, 0.7, 0.69], match: 0.7, stranger: 0.699), previous: nil).best?.place == 1)
  }

  @Test func noStepsAreNowhere() {
    #expect(StepPosition(StepEvidence(ofWords: []), previous: nil).best == nil)
    #expect(StepPosition(StepEvidence(ofWords: [-1, -1]), previous: nil).best == nil)
    #expect(StepPosition(StepEvidence(ofWords: [0, 0, 0]), previous: nil).best == nil)
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
