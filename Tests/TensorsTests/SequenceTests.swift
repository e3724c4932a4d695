import CKernels
import Testing

@testable import Tensors

@Suite struct SequenceTests {
  @Test func offsets() {
    let offsets = SequenceOffsets(lengths: [3, 0, 5, 1])
    #expect(offsets.boundaries == [0, 3, 3, 8, 9])
    #expect(offsets.count == 4 && offsets.tokens == 9)
    #expect((0..<4).map { offsets[$0] } == [0..<3, 3..<3, 3..<8, 8..<9])
    let none = SequenceOffsets(lengths: [])
    #expect(none.count == 0 && none.tokens == 0)
  }

  @Test func tiles() {
    #expect([0, 1, 63, 64, 65, 128, 129].map(Tiles.count) == [0, 1, 1, 1, 2, 2, 3])
    #expect([0, 1, 16, 17, 63, 64, 65, 80, 81].map(Tiles.lanes) == [0, 16, 16, 32, 64, 64, 80, 80, 96])
  }

  private static let lengths = [[1], [64], [65], [3, 0, 64, 130, 1], [200, 1, 1], [0, 0, 5], [128, 128]]

  /// Every query once, in runs of at most 64 that stay in their sequence, each with the keys that the pattern grants.
  @Test(arguments: lengths)
  func spansOfEveryToken(lengths: [Int]) {
    let offsets = SequenceOffsets(lengths: lengths)
    for isCausal in [true, false] {
      let pattern: AttentionPattern = isCausal ? .causal(offsets) : .full(offsets)
      #expect(pattern.queryTokens == offsets.tokens)
      var next = 0
      for span in pattern.spans() {
        #expect(span.query_begin == next && (1...64).contains(span.query_count))
        guard let sequence = (0..<offsets.count).map({ offsets[$0] }).first(where: { $0.contains(next) }) else {
          Issue.record("token \(next) is in no sequence")
          return
        }
        next += span.query_count
        #expect(next <= sequence.upperBound)
        #expect(span.key_begin == sequence.lowerBound)
        #expect(span.first_position == span.query_begin - sequence.lowerBound)
        #expect(span.causal == isCausal)
        // The last query of a causal run sees the keys up to itself, and no key behind it is looked at.
        #expect(span.key_begin + span.key_count == (isCausal ? next : sequence.upperBound))
      }
      #expect(next == offsets.tokens)
    }
  }

  @Test(arguments: lengths)
  func spansOfLastTokens(lengths: [Int]) {
    let offsets = SequenceOffsets(lengths: lengths)
    let pattern = AttentionPattern.lastToken(offsets)
    #expect(pattern.queryTokens == lengths.count)
    let spans = pattern.spans()
    let sequences = (0..<offsets.count).filter { !offsets[$0].isEmpty }
    #expect(spans.map(\.query_begin) == sequences)
    #expect(spans.map { $0.key_begin..<$0.key_begin + $0.key_count } == sequences.map { offsets[$0] })
    #expect(spans.allSatisfy { $0.query_count == 1 && !$0.causal })
  }
}
