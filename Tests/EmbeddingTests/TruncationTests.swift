import Testing

@testable import Embedding

/// Prompts that are longer than the limit.
@Suite struct TruncationTests {
  @Test func rightCutKeepsWhatThePostProcessorAppended() throws {
    #expect(try Truncation.right([1, 2, 3, 4, 5, 9], to: 4, suffix: 1, lastPictureToken: nil) == [1, 2, 3, 9])
    #expect(try Truncation.right([1, 2, 3], to: 3, suffix: 1, lastPictureToken: nil) == [1, 2, 3])
    #expect(try Truncation.right([1, 2, 3, 4], to: 2, suffix: 0, lastPictureToken: nil) == [1, 2])
  }

  @Test func rightCutNeverLosesAPicture() throws {
    #expect(throws: ItemError.self) { try Truncation.right([1, 2, 3, 4, 5, 9], to: 4, suffix: 1, lastPictureToken: 3) }
    #expect(try Truncation.right([1, 2, 3, 4, 5, 9], to: 4, suffix: 1, lastPictureToken: 2) == [1, 2, 3, 9])
    #expect(throws: ItemError.self) { try Truncation.right([1, 2, 3], to: 1, suffix: 1, lastPictureToken: nil) }
  }

  @Test func rerankerCutKeepsSpecialTokensAndTheLastFive() {
    let isSpecial: (Int32) -> Bool = { $0 >= 100 }
    let ids: [Int32] = [100, 1, 2, 101, 3, 4, 102, 5, 6, 7, 8, 9]
    // Of the first seven, three are special, so one of the others is kept.
    #expect(Truncation.keepingSpecialTokens(ids, to: 4, isSpecial: isSpecial) == [100, 1, 101, 102, 5, 6, 7, 8, 9])
    #expect(Truncation.keepingSpecialTokens(ids, to: 7, isSpecial: isSpecial) == ids)
    // A limit below the special tokens keeps them all.
    #expect(Truncation.keepingSpecialTokens(ids, to: 1, isSpecial: isSpecial) == [100, 101, 102, 5, 6, 7, 8, 9])
  }
}
