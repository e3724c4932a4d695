import Foundation
import Testing

@testable import Tokenizers

/// A file is carried out as a whole or refused in a sentence that names the field.
@Suite("What tokenizer.json may say")
struct TokenizerFileTests {
  struct Change: Sendable, CustomTestStringConvertible {
    let from: String
    let to: String
    let kind: TokenizerError.Kind
    let field: String
    let reason: String

    init(_ from: String, _ to: String, _ kind: TokenizerError.Kind, _ field: String, _ reason: String) {
      (self.from, self.to, self.kind, self.field, self.reason) = (from, to, kind, field, reason)
    }

    var testDescription: String { "\(field): \(to.prefix(60))" }
  }

  /// The small tokenizer with a part of its text replaced.
  private func small(_ from: String, _ to: String) throws -> [UInt8] {
    let text = String(decoding: try Fixtures.bytes("small/tokenizer.json"), as: UTF8.self)
    let range = text.range(of: from)
    return Array(text.replacingCharacters(in: try #require(range, "the small tokenizer does not contain \(from)"), with: to).utf8)
  }

  static let settings: [Change] = [
    Change(#""version": "1.0""#, #""version": "2.0""#, .unsupported, "version", "is \"2.0\""),
    Change(#""version": "1.0","#, "", .malformed, "", "the field \"version\" is missing"),
    Change(#""truncation": null"#, #""truncation": {"max_length": 512}"#, .unsupported, "truncation", "caller's business"),
    Change(#""padding": null"#, #""padding": {"strategy": "BatchLongest"}"#, .unsupported, "padding", "caller's business"),
    Change(#""padding": null"#, #""padding": null, "surprise": 1"#, .unsupported, "surprise", "does not know"),
    Change(#""normalizer": {"#, #""normalizer": {"lowercase": true,"#, .unsupported, "normalizer.lowercase", "does not know"),
    Change(#""type": "NFC""#, #""type": "NFKC""#, .unsupported, "normalizer.type", "is \"NFKC\"; supported is \"NFC\""),
    Change(#""type": "NFC""#, #""type": "BertNormalizer""#, .unsupported, "normalizer.type", "is \"BertNormalizer\""),
    Change(#""pre_tokenizer": {"#, #""pre_tokenizer": null, "x": {"#, .unsupported, "x", "does not know"),
    Change(#""type": "Split""#, #""type": "Whitespace""#, .unsupported, "pre_tokenizer.pretokenizers[0].type", "is \"Whitespace\""),
    Change(
      #"\\p{N}|"#, #"\\p{N}{1,3}|"#, .unsupported, "pre_tokenizer.pretokenizers[0].pattern.Regex",
      "another pattern than Qwen's, from \"{1,3}| ?[^"),
    Change(#""Regex""#, #""String""#, .unsupported, "pre_tokenizer.pretokenizers[0].pattern.String", "does not know"),
    Change(#""Isolated""#, #""Removed""#, .unsupported, "pre_tokenizer.pretokenizers[0].behavior", "is \"Removed\""),
    Change(#""invert": false"#, #""invert": true"#, .unsupported, "pre_tokenizer.pretokenizers[0].invert", "is true; supported is false"),
    Change(
      #""add_prefix_space": false"#, #""add_prefix_space": true"#, .unsupported, "pre_tokenizer.pretokenizers[1].add_prefix_space",
      "is true"),
    Change(#""use_regex": false"#, #""use_regex": true"#, .unsupported, "pre_tokenizer.pretokenizers[1].use_regex", "is true"),
    Change(#""dropout": null"#, #""dropout": 0.1"#, .unsupported, "model.dropout", "only null"),
    Change(#""unk_token": null"#, #""unk_token": "<s>""#, .unsupported, "model.unk_token", "only null"),
    Change(
      #""continuing_subword_prefix": null"#, #""continuing_subword_prefix": "@@""#, .unsupported, "model.continuing_subword_prefix",
      "is \"@@\""),
    Change(#""end_of_word_suffix": null"#, #""end_of_word_suffix": "</w>""#, .unsupported, "model.end_of_word_suffix", "is \"</w>\""),
    Change(#""byte_fallback": false"#, #""byte_fallback": true"#, .unsupported, "model.byte_fallback", "is true"),
    Change(#""ignore_merges": false"#, #""ignore_merges": true"#, .unsupported, "model.ignore_merges", "is true"),
    Change(#""fuse_unk": false"#, #""fuse_unk": 0"#, .malformed, "model.fuse_unk", "expected true or false, found a number"),
    Change(#""fuse_unk": false"#, #""cache": 0"#, .unsupported, "model.cache", "does not know"),
    Change(
      #""type": "BPE""#, #""type": "Unigram""#, .unsupported, "model.type", "is \"Unigram\"; supported are \"BPE\" and \"WordPiece\""),
    Change(#""type": "BPE""#, #""type": "WordPiece""#, .unsupported, "model.dropout", "does not know"),
    Change(#""type": "BPE","#, "", .malformed, "model", "the field \"type\" is missing"),
    Change(#""single_word": false"#, #""single_word": true"#, .unsupported, "added_tokens[0].single_word", "is true"),
    Change(#""single_word": false,"#, "", .malformed, "added_tokens[0]", "\"single_word\" is missing"),
    Change(#""lstrip": false"#, #""lstrip": "no""#, .malformed, "added_tokens[0].lstrip", "expected true or false, found a string"),
    Change(#""single": ["#, #""single": 7, "x": ["#, .unsupported, "post_processor.processors[1].x", "does not know"),
    Change(#""decoder": {"#, #""decoder": null, "x": {"#, .unsupported, "x", "does not know"),
  ]

  static let contents: [Change] = [
    Change(#""id": 1,"#, #""id": 2,"#, .inconsistent, "added_tokens[1]", "the id 2, but in the vocabulary it has 1"),
    Change(#""id": 515,"#, #""id": 516,"#, .inconsistent, "added_tokens[2]", "the id 516, but the reference counts on"),
    Change(#""id": 1,"#, #""id": 4294967296,"#, .malformed, "added_tokens[1].id", "found 4294967296"),
    Change(#""id": 1,"#, #""id": -1,"#, .malformed, "added_tokens[1].id", "found -1"),
    Change(#""content": "<left>""#, #""content": """#, .malformed, "added_tokens[2]", "without content"),
    Change(#""content": "</s>""#, #""content": "<s>""#, .inconsistent, "added_tokens[1]", "lists the added token \"<s>\" twice"),
    Change(#""content": "<normal-é>""#, #""content": "<normal-e\u0301>""#, .unsupported, "added_tokens[8]", "normalising changes"),
    Change(#""<s>": 0"#, #""<s>": 1"#, .inconsistent, "model.vocab.</s>", "has the id 1, which \"<s>\" has too"),
    Change(#""<s>": 0"#, #""<s>": 99999999"#, .malformed, "model.vocab.<s>", "found 99999999"),
    Change(#""<s>": 0"#, #""<s>": "0""#, .malformed, "model.vocab.<s>", "expected a whole number, found a string"),
    Change(#""<s>": 0"#, #""<s>": 0, "<s>": 0"#, .malformed, "line", "key \"<s>\" twice"),
    Change(#""Ā": "#, #""ĀĀ": "#, .unsupported, "model.vocab", "has no token \"Ā\" for the byte 0"),
    Change(#""merges": ["#, #""merges": [["t", "zzz"],"#, .inconsistent, "model.merges[0]", "needs the token \"zzz\" and \"tzzz\""),
    Change(#""merges": ["#, #""merges": [["t"],"#, .malformed, "model.merges[0]", "expected two tokens, found 1"),
    Change(#""merges": ["#, #""merges": [["t", "h", "e"],"#, .malformed, "model.merges[0]", "expected two tokens, found 3"),
    Change(#""merges": ["#, #""merges": [["t", 1],"#, .malformed, "model.merges[0][1]", "expected a string, found a number"),
    Change(#""merges": ["#, #""merges": ["t h e","#, .malformed, "model.merges[0]", "one space"),
    Change(#""merges": ["#, #""merges": [7,"#, .malformed, "model.merges[0]", "expected an array, found a number"),
    Change(#""merges": ["#, #""merges": [["h", "e"], ["h", "e"],"#, .inconsistent, "model.merges[1]", "as an earlier merge does"),
    Change(#""merges": ["#, #""merges": {}, "x": ["#, .unsupported, "model.x", "does not know"),
    Change(
      #""merges": ["#, ##""merges": [["<", "s"],"##, .inconsistent, "model.merges[0]", "needs the token \"<s\", which the vocabulary"),
    Change(#""id": "</s>","#, #""id": "<e>","#, .inconsistent, "post_processor.processors[1].single[2].SpecialToken.id", "is \"<e>\""),
    Change(#""id": "A","#, #""id": "B","#, .unsupported, "post_processor.processors[1].single[1].Sequence.id", "is \"B\""),
    Change(
      #""TemplateProcessing""#, #""UnigramProcessing""#, .unsupported, "post_processor.processors[1].type", "is \"UnigramProcessing\""),
    Change(#""TemplateProcessing""#, #""RobertaProcessing""#, .unsupported, "post_processor.processors[1].single", "does not know"),
  ]

  @Test("A change that would change the ids is refused", arguments: settings + contents)
  func refusals(change: Change) throws {
    let bytes = try small(change.from, change.to)
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(tokenizerJSON: bytes, name: "small.json") }
    #expect(error?.kind == change.kind)
    #expect(error?.file == "small.json")
    #expect(change.field == "line" ? error?.field.hasPrefix("line") == true : error?.field == change.field)
    #expect(error?.message.contains(change.reason) == true, "\(error?.description ?? "")")
  }

  @Test("A special token that ordinary text produces is refused")
  func reachableSpecialToken() throws {
    let token = #"{"id": 2, "content": "!", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},"#
    let bytes = try small(#""added_tokens": ["#, #""added_tokens": [\#(token)"#)
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(tokenizerJSON: bytes) }
    #expect(error?.field == "added_tokens[0]")
    #expect(error?.message.contains("ordinary text produces") == true)
  }

  @Test("A template that names a long list many times is refused")
  func longTemplate() throws {
    let pieces = String(repeating: #"{"SpecialToken": {"id": "<s>", "type_id": 0}}, "#, count: 2_000)
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(tokenizerJSON: small(#""single": ["#, #""single": [\#(pieces)"#)) }
    #expect(error?.message.contains("passes 1024 tokens") == true)
  }

  @Test("Spellings that mean the same give the same ids")
  func equivalentSpellings() throws {
    let original = try Fixtures.small()
    let text = "The café, don't <left> e\u{301}!\n\n  <normal-e\u{301}>"
    for (from, to) in [
      (#""continuing_subword_prefix": null"#, #""continuing_subword_prefix": """#), (#""fuse_unk": false"#, #""fuse_unk": true"#),
      (#""trim_offsets": false"#, #""trim_offsets": true"#), (#""<s>": 0"#, #""\u003cs\u003e": 0"#), (#""byte_fallback": false,"#, ""),
    ] {
      #expect(try Tokenizer(tokenizerJSON: small(from, to)).encode(text, addedTokens: .parse) == original.encode(text, addedTokens: .parse))
    }
  }

  @Test("Merges as strings, as files had them until 2024")
  func mergesAsStrings() throws {
    let bytes = try Fixtures.bytes("small/tokenizer.json")
    let merges = try JSONDocument(bytes: bytes, name: "").root.requiredValue(of: "model").requiredValue(of: "merges")
    let lines = try merges.elements().map { try $0.elements().map { try $0.string() }.joined(separator: " ") }
    #expect(lines.count > 200)
    let text = String(decoding: bytes, as: UTF8.self)
    let start = try #require(text.range(of: #""merges": ["#))
    let list = try String(decoding: JSONEncoder().encode(lines), as: UTF8.self).dropFirst()
    let rewritten = text[..<start.upperBound] + list + "}}"
    let legacy = try Tokenizer(tokenizerJSON: Array(rewritten.utf8))
    for entry in try Corpus("small/corpus.bin").entries.prefix(500) {
      #expect(legacy.encode(entry.text, addedTokens: .parse) == entry.parsed)
    }
  }

  @Test("Without a normaliser text stays as it is")
  func noNormalizer() throws {
    let text = String(decoding: try Fixtures.bytes("small/tokenizer.json"), as: UTF8.self)
    let start = try #require(text.range(of: #""normalizer": {"#))
    let end = try #require(text.range(of: "}", range: start.upperBound..<text.endIndex))
    let bytes = Array(text.replacingCharacters(in: start.lowerBound..<end.upperBound, with: #""normalizer": null"#).utf8)
    let tokenizer = try Tokenizer(tokenizerJSON: bytes)
    #expect(Array(tokenizer.decode(tokenizer.encode("e\u{301}", postProcess: false)).utf8) == Array("e\u{301}".utf8))
    #expect(Array(try Fixtures.small().decode(tokenizer.encode("e\u{301}", postProcess: false)).utf8) == Array("e\u{301}".utf8))
  }

  @Test("No damage to a file brings the reader down")
  func randomDamage() throws {
    let original = try Fixtures.bytes("small/tokenizer.json")
    var generator = SeededGenerator(seed: 7)
    var refused = 0
    for _ in 0..<1_500 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let position = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[position] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.removeSubrange(position..<min(bytes.count, position + Int.random(in: 1...40, using: &generator)))
        case 2: bytes.insert(contentsOf: Array("\"{[]}:,9-e\\u".utf8).shuffled(using: &generator).prefix(3), at: position)
        default: bytes = Array(bytes[..<max(1, position)])
        }
      }
      do {
        let tokenizer = try Tokenizer(tokenizerJSON: bytes)
        _ = tokenizer.encode("the café <left> 1 \u{0}", addedTokens: .parse)
      } catch {
        #expect(!error.message.isEmpty)
        refused += 1
      }
    }
    #expect(refused > 1_000)
  }
}
