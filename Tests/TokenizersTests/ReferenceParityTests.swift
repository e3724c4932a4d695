import Foundation
import Testing

@testable import Tokenizers

/// Equality with Hugging Face `tokenizers`, id for id.
@Suite("Parity with the reference")
struct ReferenceParityTests {
  @Test("47 hard strings of llama.cpp's test vectors")
  func independentVectors() throws {
    let tokenizer = try Fixtures.qwen()
    let root = try JSONDocument(bytes: Fixtures.bytes("vectors.json"), name: "vectors.json").root
    let vectors = Array(try root.requiredValue(of: "independent").elements())
    #expect(vectors.count == 47)
    for vector in vectors {
      let text = try vector.requiredValue(of: "text").string()
      let ids = try vector.requiredValue(of: "ids").elements().map { Int32(try $0.integer(in: 0...200_000)) }
      #expect(tokenizer.encode(text, postProcess: false) == ids, "\(text.escaped)")
      #expect(tokenizer.encode(text) == ids + [151_643], "\(text.escaped)")
    }
  }

  @Test("Six prompts as transformers encodes them")
  func prompts() throws {
    let tokenizer = try Fixtures.qwen()
    let root = try JSONDocument(bytes: Fixtures.bytes("vectors.json"), name: "vectors.json").root
    let prompts = Array(try root.requiredValue(of: "templated").elements())
    #expect(prompts.count == 6)
    for prompt in prompts {
      let text = try prompt.requiredValue(of: "text").string()
      let ids = try prompt.requiredValue(of: "ids_with_endoftext").elements().map { Int32(try $0.integer(in: 0...200_000)) }
      #expect(tokenizer.encode(text, addedTokens: .parse) == ids, "\(text.escaped)")
    }
  }

  @Test("Fuzzed corpus, real vocabulary", arguments: [Tokenizer.AddedTokenPolicy.parse, .textOnly])
  func fuzzedCorpus(policy: Tokenizer.AddedTokenPolicy) throws {
    let tokenizer = try Fixtures.qwen()
    let corpus = try Corpus("qwen3-vl/corpus.bin")
    #expect(corpus.entries.count >= 20_000)
    corpus.expectIDs(of: tokenizer, policy)
  }

  @Test("Fuzzed corpus, added tokens with every setting", arguments: [Tokenizer.AddedTokenPolicy.parse, .textOnly])
  func fuzzedAddedTokens(policy: Tokenizer.AddedTokenPolicy) throws {
    let corpus = try Corpus("small/corpus.bin")
    #expect(corpus.entries.count >= 3_000)
    corpus.expectIDs(of: try Fixtures.small(), policy)
  }

  @Test("The words that the pattern makes of fuzzed text")
  func splits() throws {
    let preTokenizer = QwenPreTokenizer()
    var reader = RecordReader(try Fixtures.bytes("splits.bin"))
    var count = 0
    while !reader.isAtEnd {
      let bytes = Array(try reader.string().utf8)
      let expected = try reader.ids().map { Int($0) }
      var found: [Int] = []
      var position = 0
      while position < bytes.count {
        let end = preTokenizer.endOfWord(in: bytes, from: position, to: bytes.count)
        found.append(end - position)
        position = end
      }
      #expect(found == expected, "\(String(decoding: bytes, as: UTF8.self).escaped)")
      count += 1
    }
    #expect(count > 5_000)
  }

  @Test("Decoding of random sequences, most of them not UTF-8", arguments: [("qwen3-vl", 2_000), ("small", 500)])
  func decoding(name: String, records: Int) throws {
    let tokenizer = try Tokenizer(directory: Fixtures.directory.appendingPathComponent(name).path)
    var reader = RecordReader(try Fixtures.bytes("\(name)/decoding.bin"))
    var count = 0
    while !reader.isAtEnd {
      let ids = try reader.ids()
      let text = try reader.string()
      let withoutSpecial = try reader.string()
      // As bytes: String's own equality does not tell canonically equivalent texts apart.
      #expect(Array(tokenizer.decode(ids).utf8) == Array(text.utf8), "\(ids)")
      #expect(Array(tokenizer.decode(ids, skipSpecial: true).utf8) == Array(withoutSpecial.utf8), "\(ids)")
      count += 1
    }
    #expect(count == records)
  }

  @Test("Every code point splits text as in the reference")
  func categories() throws {
    var expected = [String](repeating: "other", count: 0x110000)
    for line in String(decoding: try Fixtures.bytes("categories.txt"), as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: " ")
      try #require(fields.count == 3)
      let first = try #require(Int(fields[0], radix: 16))
      let last = try #require(Int(fields[1], radix: 16))
      for code in first...last { expected[code] = String(fields[2]) }
    }
    let representatives = ["letter": "\u{E9}", "number": "\u{663}", "space": "\u{3000}", "newline": "\r", "other": "\u{20AC}"]
    var signatures: [String: [[Int]]] = [:]
    for (category, character) in representatives { signatures[category] = signature(of: character) }
    // The space stands in the pattern itself.
    let ofSpace = signature(of: " ")
    #expect(Set(signatures.values).count == 5)
    // No category but "other" exists beyond the third plane's ideographs, so there every 97th code point will do.
    for code in Array(UInt32(0)..<0x33000) + Array(stride(from: 0x33000, to: 0x110000, by: 97)) {
      guard let scalar = Unicode.Scalar(code) else { continue }
      let found = signature(of: String(scalar))
      if found != (code == 0x20 ? ofSpace : signatures[expected[Int(code)]]) {
        Issue.record("U+\(String(code, radix: 16)) is not a \(expected[Int(code)])")
      }
    }
  }

  /// How the pattern splits around a character: the ends of words, in characters.
  private func signature(of character: String) -> [[Int]] {
    let preTokenizer = QwenPreTokenizer()
    let probes = [
      "!!\(character)", "\(character)ab", "a\(character)a", "\(character)\n\n", " \(character)a", character + character, "\(character)!",
    ]
    return probes.map { text in
      let bytes = Array(text.utf8)
      var ends: [Int] = []
      var position = 0
      while position < bytes.count {
        position = preTokenizer.endOfWord(in: bytes, from: position, to: bytes.count)
        ends.append(bytes[..<position].count { $0 & 0xC0 != 0x80 })
      }
      return ends
    }
  }
}
