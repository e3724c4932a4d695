import TestSupport
import Testing
import Tokenizers

@testable import Retrieval

/// Texts in pieces.
@Suite struct PassagesTests {
  static let tokenizer = Result { try Tokenizer(directory: TinyCheckpoint.tokenizer) }

  static let texts = [
    "", "   \n ", "word", "One sentence. Another one! A third?",
    (1...40).map { "# Heading \($0)\n\nParagraph \($0) has a sentence. And it has another one, which is a bit longer than that." }
      .joined(separator: "\n\n"),
    String(repeating: "all work and no play makes a dull boy ", count: 60),
    String(repeating: "我喜欢看书。他不喜欢！", count: 60),
    String(repeating: "日本語の文章には空白がない", count: 60),
    String(repeating: "a", count: 3_000), String(repeating: "👨‍👩‍👧‍👦🇩🇪", count: 80), "e" + String(repeating: "\u{301}", count: 2_000),
    "\u{feff}Begins with a mark.\r\n\r\nAnd has ends of lines as in Windows.\r\nTwo of them.",
    (0..<300).map { "key_\($0): [\($0 * 7), \"value\"]," }.joined(separator: "\n"),
    String(repeating: "ﷺ \u{1d15e} ", count: 200),
  ]

  @Test(arguments: texts.indices, [(32, 0), (32, 16), (64, 8), (256, 32)])
  func everyCharacterIsCoveredAndSizesAreBounded(index: Int, lengths: (Int, Int)) throws {
    let text = Self.texts[index]
    let tokenizer = try Self.tokenizer.get()
    let passages = try Passages(tokens: lengths.0, overlap: lengths.1)
    func count(_ text: String) -> Int { tokenizer.encode(text, postProcess: false).count }
    let found = passages.split(text, headings: index % 2 == 0, counting: count)
    let utf8 = Array(text.utf8)
    var end = 0
    for (number, passage) in found.enumerated() {
      #expect(count(passage.text) <= lengths.0)
      #expect(String(validating: utf8[passage.bytes], as: UTF8.self) == passage.text, "the bytes are the words, whole characters of them")
      #expect(passage.bytes.upperBound > end, "every passage brings something new")
      if passage.bytes.lowerBound > end {
        let gap = String(validating: utf8[end..<passage.bytes.lowerBound], as: UTF8.self)
        #expect(gap?.unicodeScalars.allSatisfy { $0.properties.isWhitespace || $0 == "\u{feff}" } == true, "only blanks are left out")
      } else if number > 0 {
        let shared = String(validating: utf8[passage.bytes.lowerBound..<end], as: UTF8.self)
        #expect(count(try #require(shared)) <= lengths.1)
      }
      end = passage.bytes.upperBound
    }
    let rest = String(validating: utf8[end...], as: UTF8.self)
    #expect(rest?.unicodeScalars.allSatisfy { $0.properties.isWhitespace || $0 == "\u{feff}" } == true)
  }

  @Test func anOverlapRepeatsWordsWhereOneFits() throws {
    let text = (0..<500).map { "w\($0)" }.joined(separator: " ")
    let found = try Passages(tokens: 50, overlap: 10).split(text) { $0.split(separator: " ").count }
    for (a, b) in zip(found, found.dropFirst()) {
      #expect(b.bytes.lowerBound < a.bytes.upperBound)
      #expect(a.text.split(separator: " ").suffix(10) == b.text.split(separator: " ").prefix(10))
    }
  }

  @Test func passagesEndAtTheStrongestBorderOfTheirSecondHalf() throws {
    func words(_ count: Int, _ name: String) -> String { (0..<count).map { "\(name)\($0)" }.joined(separator: " ") }
    let count = { (text: String) in text.split(whereSeparator: \.isWhitespace).count }
    let passages = try Passages(tokens: 40, overlap: 0)
    let paragraphs = passages.split(words(25, "a") + "\n\n" + words(5, "b") + ". " + words(30, "c"), counting: count)
    #expect(paragraphs.map { count($0.text) } == [25, 35])
    let sentences = passages.split(words(25, "a") + ". " + words(30, "c"), counting: count)
    #expect(sentences.map { count($0.text) } == [25, 30])
    let headings = passages.split(words(22, "a") + "\n# Title\n\n" + words(30, "c"), headings: true, counting: count)
    #expect(headings.map { count($0.text) } == [22, 32])
    #expect(passages.split(words(100, "a"), counting: count).map { count($0.text) } == [40, 40, 20])
  }

  @Test func lengthsOutOfRangeAreRefused() {
    for (tokens, overlap) in [(31, 0), (8_193, 0), (64, 33), (64, -1)] {
      #expect(throws: CollectionError.self) { try Passages(tokens: tokens, overlap: overlap) }
    }
  }
}
