import Testing

@testable import Tokenizers

/// What a `tokenizer.json` with WordPiece may say; a file is carried out as a whole or refused by the name of the field.
@Suite("What tokenizer.json may say, WordPiece")
struct WordPieceFileTests {
  /// Pieces enough for `abc`, `ab` and `ba`; every part as the published files have it.
  private static let file = #"""
    {"version": "1.0", "truncation": null, "padding": null,
     "added_tokens": [
      {"id": 0, "content": "[UNK]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
      {"id": 1, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": true, "special": true}],
     "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
     "pre_tokenizer": {"type": "BertPreTokenizer"},
     "post_processor": {"type": "BertProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1]},
     "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
     "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 5,
      "vocab": {"[UNK]": 0, "<s>": 1, "</s>": 2, "a": 3, "##b": 4, "##bc": 5, "b": 6, "##a": 7, "é": 8, "Ab": 9}}}
    """#

  private func open(
    _ from: String = "", _ to: String = "", _ lengthSettings: Tokenizer.LengthSettings = .refused
  ) throws -> Tokenizer {
    if !from.isEmpty { try #require(Self.file.contains(from)) }
    let text = from.isEmpty ? Self.file : Self.file.replacing(from, with: to)
    return try Tokenizer(tokenizerJSON: Array(text.utf8), lengthSettings: lengthSettings)
  }

  @Test("The longest piece first, words too long and words without pieces")
  func pieces() throws {
    let tokenizer = try open()
    for (text, ids) in [
      ("abc", [3, 5]), ("abb", [3, 4, 4]), ("AB\u{E1}", [3, 4, 7]), ("ab.ba", [3, 4, 0, 6, 7]), ("abcd", [0]), ("aaaaa", [3, 7, 7, 7, 7]),
      ("aaaaaa", [0]), ("c", [0]), ("\u{E9}", [0]),
    ] as [(String, [Int32])] {
      #expect(tokenizer.encode(text) == [1] + ids + [2], "\(text)")
    }
  }

  @Test("Accents go where capitals go unless the file says otherwise")
  func accents() throws {
    let asWritten = try open(#""lowercase": true"#, #""lowercase": false"#)
    #expect(asWritten.encode("Ab", postProcess: false) == [9] && asWritten.encode("\u{E9}", postProcess: false) == [8])
    let kept = try open(#""strip_accents": null"#, #""strip_accents": false"#)
    #expect(kept.encode("\u{C9}", postProcess: false) == [8])
    let stripped = try open(#""strip_accents": null, "lowercase": true"#, #""strip_accents": true, "lowercase": false"#)
    #expect(stripped.encode("\u{E1}b", postProcess: false) == [3, 4])
  }

  @Test("Length settings are refused or left to the caller")
  func lengthSettings() throws {
    for (from, to) in [
      (#""truncation": null"#, #""truncation": {"max_length": 2, "strategy": "LongestFirst", "stride": 0}"#),
      (#""padding": null"#, #""padding": {"strategy": {"Fixed": 128}, "pad_id": 0}"#),
    ] {
      let error = #expect(throws: TokenizerError.self) { _ = try open(from, to) }
      #expect(error?.kind == .unsupported && error?.message.contains("caller's business") == true)
      #expect(try open(from, to, .leftToCaller).encode("aba ba", postProcess: false) == [3, 4, 7, 6, 7])
    }
    #expect(throws: TokenizerError.self) { _ = try open(#""padding": null"#, #""padding": 7"#, .leftToCaller) }
  }

  static let refusals: [(String, String, TokenizerError.Kind, String, String)] = [
    (#""unk_token": "[UNK]""#, #""unk_token": "[unk]""#, .inconsistent, "model.unk_token", "which the vocabulary does not have"),
    (#""unk_token": "[UNK]","#, "", .malformed, "model", "\"unk_token\" is missing"),
    (#""max_input_chars_per_word": 5"#, #""max_input_chars_per_word": 0"#, .malformed, "model.max_input_chars_per_word", "found 0"),
    (#""max_input_chars_per_word": 5"#, #""merges": []"#, .unsupported, "model.merges", "does not know"),
    (#""clean_text": true,"#, "", .malformed, "normalizer", "\"clean_text\" is missing"),
    (#""strip_accents": null,"#, "", .malformed, "normalizer", "\"strip_accents\" is missing"),
    (#""lowercase": true"#, #""lowercase": true, "x": 1"#, .unsupported, "normalizer.x", "does not know"),
    (#""BertNormalizer""#, #""NFC""#, .unsupported, "normalizer.type", "is \"NFC\""),
    (#""BertPreTokenizer""#, #""Whitespace""#, .unsupported, "pre_tokenizer.type", "is \"Whitespace\""),
    (#""decoder": {"type": "WordPiece""#, #""decoder": {"type": "ByteLevel""#, .unsupported, "decoder.type", "is \"ByteLevel\""),
    (#""sep": ["</s>", 2]"#, #""sep": ["</s>", 3]"#, .inconsistent, "post_processor.sep", "the id 3, which it does not have"),
    (#""sep": ["</s>", 2]"#, #""sep": ["</s>"]"#, .malformed, "post_processor.sep", "found 1 values"),
    (#""sep": ["</s>", 2], "#, "", .malformed, "post_processor", "\"sep\" is missing"),
    (#""cls": ["<s>", 1]"#, #""cls": ["<s>", 1], "trim_offsets": true"#, .unsupported, "post_processor.trim_offsets", "does not know"),
    (#""content": "<s>""#, #""content": "a""#, .inconsistent, "added_tokens[1]", "in the vocabulary it has 3"),
    (#"{"id": 1, "content": "<s>""#, #"{"id": 3, "content": "a""#, .unsupported, "added_tokens[1]", "ordinary text produces"),
    (#"{"id": 1, "content": "<s>""#, ###"{"id": 4, "content": "##b""###, .unsupported, "added_tokens[1]", "ordinary text produces"),
    (#"{"id": 1, "content": "<s>""#, #"{"id": 10, "content": "<S>""#, .unsupported, "added_tokens[1]", "normalising changes"),
  ]

  @Test("A change that would change the ids is refused", arguments: refusals)
  func refused(from: String, to: String, kind: TokenizerError.Kind, field: String, reason: String) throws {
    let error = #expect(throws: TokenizerError.self) { _ = try open(from, to) }
    #expect(error?.kind == kind && error?.field == field, "\(error?.description ?? "")")
    #expect(error?.message.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test("The same marks by either kind of post-processor")
  func postProcessors() throws {
    let bert = #"{"type": "BertProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1]}"#
    for other in [
      #"{"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1], "trim_offsets": true, "add_prefix_space": false}"#,
      #"""
      {"type": "TemplateProcessing", "pair": [],
       "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
        {"SpecialToken": {"id": "</s>", "type_id": 0}}],
       "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}, "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]}}}
      """#,
    ] {
      #expect(try open(bert, other).encode("ab") == [1, 3, 4, 2])
    }
  }
}
