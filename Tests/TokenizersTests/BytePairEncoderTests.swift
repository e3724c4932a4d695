import Foundation
import Testing

@testable import Tokenizers

@Suite("Byte-pair encoding")
struct BytePairEncoderTests {
  private func encoder() throws -> BytePairEncoder {
    guard case .bytePairEncoding(let encoder, _) = try Fixtures.qwen().model else { throw CocoaError(.coderInvalidValue) }
    return encoder
  }

  /// The definition, step by step: merge the leftmost pair of the lowest rank until there is none.
  private func byDefinition(_ word: [UInt8], _ encoder: BytePairEncoder) -> [Int32] {
    var tokens = word.map { encoder.byteTokens[Int($0)] }
    while true {
      let ranks = zip(tokens, tokens.dropFirst()).map { encoder.merges.rank(of: $0, $1) }
      guard let lowest = ranks.min(), lowest != MergeTable.noMerge, let place = ranks.firstIndex(of: lowest) else { return tokens }
      tokens.replaceSubrange(place...place + 1, with: [encoder.merges.results[Int(lowest)]])
    }
  }

  @Test("Both ways of merging are the definition, for words of every length and alphabet")
  func definition() throws {
    let encoder = try encoder()
    var generator = SeededGenerator(seed: 11)
    var workspace = BytePairEncoder.Workspace()
    let alphabets =
      ["a", "ab", "the ", "aeioun", "=-", "0123456789", "的一是", "abcdefghijklmnopqrstuvwxyz"].map { Array($0.utf8) } + [Array(0...255)]
    for round in 0..<2_000 {
      let alphabet = alphabets[round % alphabets.count]
      let word = (0..<Int.random(in: 1...120, using: &generator)).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
      }
      let expected = byDefinition(word, encoder)
      var (short, long, chosen): ([Int32], [Int32], [Int32]) = ([], [], [])
      encoder.encodeShort(word, 0..<word.count, into: &short, workspace: &workspace)
      encoder.encodeLong(word, 0..<word.count, into: &long, workspace: &workspace)
      encoder.encode(word, 0..<word.count, into: &chosen, workspace: &workspace)
      #expect(short == expected && long == expected && chosen == expected, "\(word)")
    }
  }

  @Test(
    "A megabyte that is one word is encoded, and a fifth of one of what else repeats",
    arguments: [("a", 1_000_000), (" ", 1_000_000), ("😀", 1_000_000), ("abcdefghij", 1_000_000)]
      + ["\n", "'", "e\u{301}", "\u{1112}\u{1161}\u{11AB}", "\u{316}\u{301}", "=-", "<", "<|im_start", " \t\u{3000}", "1"].map {
        ($0, 200_000)
      })
  func longWords(unit: String, byteCount: Int) throws {
    let tokenizer = try Fixtures.qwen()
    let text = String(repeating: unit, count: byteCount / unit.utf8.count)
    let ids = tokenizer.encode(text, postProcess: false)
    let bytes = Array(text.utf8)
    #expect(Array(tokenizer.decode(ids).utf8) == (CanonicalComposition.shared.normalized(bytes, bytes.indices) ?? bytes))
  }

  @Test("The queue gives positions by rank, then from left to right")
  func queue() {
    var generator = SeededGenerator(seed: 5)
    var queue = RankQueue()
    let ranks = (0..<500).map { _ in
      Bool.random(using: &generator) ? MergeTable.Rank.random(in: 0...50, using: &generator) : MergeTable.noMerge
    }
    queue.fill(ranks)
    for position in 500..<900 { queue.insert(rank: MergeTable.Rank(position % 61), position: position) }
    queue.insert(rank: MergeTable.noMerge, position: 900)
    let expected =
      (ranks.enumerated().filter { $0.element != MergeTable.noMerge }.map { [Int($0.element), $0.offset] }
      + (500..<900).map { [$0 % 61, $0] })
      .sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
    var found: [[Int]] = []
    while let (rank, position) = queue.popLowest() { found.append([Int(rank), position]) }
    #expect(found == expected)
  }

  @Test("A table of merges finds what was put in, and nothing else")
  func mergeTable() {
    var table = MergeTable(expecting: 1_000)
    for index in Int32(0)..<1_000 {
      let isNew = table.append(index, index * 7 % 1_000, into: index + 5)
      #expect(isNew)
    }
    let isNew = table.append(3, 21, into: 9)
    #expect(!isNew)
    for index in Int32(0)..<1_000 {
      let rank = table.rank(of: index, index * 7 % 1_000)
      #expect(rank == MergeTable.Rank(index))
      #expect(table.results[Int(rank)] == index + 5)
      #expect(table.rank(of: index, (index * 7 + 1) % 1_000) == MergeTable.noMerge)
    }
    let last = Int32(Vocabulary.maximumID)
    #expect(table.rank(of: last, last) == MergeTable.noMerge)
  }

  @Test("A vocabulary grows and finds every token again")
  func vocabulary() throws {
    var vocabulary = Vocabulary(expecting: 0)
    for id in 0..<5_000 { try vocabulary.insert(Array("token\(id)".utf8).span, id: id * 3) }
    #expect(vocabulary.count == 5_000)
    #expect(vocabulary.idLimit == 4_999 * 3 + 1)
    for id in 0..<5_000 {
      #expect(vocabulary.id(of: Array("token\(id)".utf8).span) == Int32(id * 3))
      #expect(vocabulary.spelling(ofID: id * 3).map { String(decoding: $0, as: UTF8.self) } == "token\(id)")
      #expect(vocabulary.spelling(ofID: id * 3 + 1) == nil)
    }
    #expect(vocabulary.id(of: Array("token".utf8).span) == nil)
    #expect(vocabulary.id(of: Array("token50000".utf8).span) == nil)
    #expect(throws: Vocabulary.Conflict.self) { try vocabulary.insert(Array("token7".utf8).span, id: 1) }
    #expect(throws: Vocabulary.Conflict.self) { try vocabulary.insert(Array("new".utf8).span, id: 3) }
  }
}
