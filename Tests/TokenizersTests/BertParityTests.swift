import Foundation
import Testing

@testable import Tokenizers

/// BERT's and MPNet's tokenizers against Hugging Face `tokenizers`, id for id.
@Suite("Parity with the reference, WordPiece")
struct BertParityTests {
  static let names = ["minilm", "mpnet"]

  private func tokenizer(_ name: String) throws -> Tokenizer {
    try Tokenizer(directory: Fixtures.directory.appendingPathComponent("bert/\(name)").path, lengthSettings: .leftToCaller)
  }

  @Test("Hard strings, real vocabulary", arguments: names, [Tokenizer.AddedTokenPolicy.parse, .textOnly])
  func corpus(name: String, policy: Tokenizer.AddedTokenPolicy) throws {
    let corpus = try Corpus("bert/\(name)/corpus.bin")
    #expect(corpus.entries.count > 2_000)
    corpus.expectIDs(of: try tokenizer(name), policy)
  }

  @Test("What stands around a text", arguments: zip(names, [(101, 102), (0, 2)]))
  func frame(name: String, marks: (first: Int32, last: Int32)) throws {
    let tokenizer = try tokenizer(name)
    #expect(tokenizer.prefixTokens == [marks.first] && tokenizer.suffixTokens == [marks.last])
    #expect(tokenizer.encode("") == [marks.first, marks.last])
    #expect(tokenizer.isSpecial(marks.first) && tokenizer.isSpecial(marks.last))
  }

  @Test("A mask takes the white space before it along")
  func mask() throws {
    let tokenizer = try tokenizer("mpnet")
    let mask = try #require(tokenizer.id(of: "<mask>"))
    let (a, b) = (tokenizer.encode("a", postProcess: false), tokenizer.encode("b", postProcess: false))
    for text in ["a<mask>b", "a <mask> b", "a \n\u{3000}<mask>b"] {
      #expect(tokenizer.encode(text, addedTokens: .parse, postProcess: false) == a + [mask] + b)
    }
    #expect(!tokenizer.encode("a <mask> b").contains(mask))
  }

  @Test("Every setting of the normaliser")
  func normalization() throws {
    var reader = RecordReader(try Fixtures.bytes("bert/normalized.bin"))
    var count = 0
    while !reader.isAtEnd {
      let settings = try reader.number()
      let text = try reader.string()
      let expected = try reader.string()
      let normalizer = BertNormalizer(
        cleansText: settings & 1 != 0, separatesIdeographs: settings & 2 != 0, stripsAccents: settings & 4 != 0,
        makesLowercase: settings & 8 != 0)
      let bytes = Array(text.utf8)
      // As bytes: String's own equality does not tell canonically equivalent texts apart.
      #expect(normalizer.normalized(bytes, bytes.indices) == Array(expected.utf8), "\(settings): \(text.escaped)")
      count += 1
    }
    #expect(count > 2_000)
  }

  @Test("Decoding of random sequences", arguments: names)
  func decoding(name: String) throws {
    let tokenizer = try tokenizer(name)
    var reader = RecordReader(try Fixtures.bytes("bert/\(name)/decoding.bin"))
    var count = 0
    while !reader.isAtEnd {
      let ids = try reader.ids()
      let text = try reader.string()
      let withoutSpecial = try reader.string()
      #expect(Array(tokenizer.decode(ids).utf8) == Array(text.utf8), "\(ids)")
      #expect(Array(tokenizer.decode(ids, skipSpecial: true).utf8) == Array(withoutSpecial.utf8), "\(ids)")
      count += 1
    }
    #expect(count == 400)
  }

  /// As the reference answers for these code points; the gap from U+2B820 to U+2B91F is the original's.
  @Test("Ideographs are set apart, and what lies between their blocks is not")
  func ideographs() {
    let inside: [String] = ["\u{3400}", "\u{4DBF}", "\u{4E00}", "\u{9FFF}", "\u{2A700}", "\u{2B81F}", "\u{2B920}", "\u{2CEAF}"]
    let outside: [String] = ["\u{33FF}", "\u{4DC0}", "\u{2B820}", "\u{2B91F}", "\u{2CEB0}", "\u{30A2}"]
    let normalizer = BertNormalizer()
    for (texts, isSetApart) in [(inside, true), (outside, false)] {
      for text in texts {
        let bytes = Array(text.utf8)
        #expect(normalizer.normalized(bytes, bytes.indices) == (isSetApart ? [0x20] + bytes + [0x20] : bytes), "\(text.escaped)")
      }
    }
  }

  @Test("Only the range is normalised, and words end with it")
  func ranges() throws {
    let bytes = Array("AÉ.B".utf8)
    #expect(BertNormalizer().normalized(bytes, 1..<3) == Array("e".utf8))
    #expect(BertNormalizer().normalized(bytes, 3..<3).isEmpty)
    let words = BertPreTokenizer()
    #expect(words.nextWord(in: bytes, from: 0, to: 3) == 0..<3)
    #expect(words.nextWord(in: bytes, from: 0, to: 5) == 0..<3)
    #expect(words.nextWord(in: bytes, from: 3, to: 5) == 3..<4)
    #expect(words.nextWord(in: bytes, from: 5, to: 5) == nil)
  }
}
