import Foundation
import Testing

@testable import Tokenizers

@Suite("Layouts of a tokenizer's files")
struct FileLayoutTests {
  /// Writes files into a directory that is removed afterwards.
  private func withDirectory<Result>(_ files: [String: [UInt8]], _ body: (String) throws -> Result) throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("tokenizers-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    for (name, bytes) in files { try Data(bytes).write(to: directory.appendingPathComponent(name)) }
    return try body(directory.path)
  }

  /// `vocab.json` and `merges.txt` with the content of a `tokenizer.json`.
  private func oldLayout(_ name: String, lineBreak: String = "\n") throws -> [String: [UInt8]] {
    let document = try JSONDocument(bytes: Fixtures.bytes(name), name: name)
    let model = try document.root.requiredValue(of: "model")
    var vocabulary = Array("{".utf8)
    for (key, value) in try model.requiredValue(of: "vocab").members() {
      if vocabulary.count > 1 { vocabulary += Array(", ".utf8) }
      let node = document.nodes[key.index]
      vocabulary += [0x22] + document.bytes[Int(node.start)..<Int(node.start + node.count)] + [0x22, 0x3A]
      vocabulary += Array("\(try value.integer(in: 0...1_000_000))".utf8)
    }
    var merges = Array("#version: 0.2\(lineBreak)".utf8)
    for merge in try model.requiredValue(of: "merges").elements() {
      merges += Array(try merge.elements().map { try $0.string() }.joined(separator: " ").utf8) + Array(lineBreak.utf8)
    }
    return ["vocab.json": vocabulary + [0x7D], "merges.txt": merges]
  }

  private func expectSameIDs(_ tokenizer: Tokenizer) throws {
    let reference = try Fixtures.qwen()
    #expect(tokenizer.prefixTokens.isEmpty && tokenizer.suffixTokens.isEmpty)
    #expect(tokenizer.vocabularySize == reference.vocabularySize)
    #expect(tokenizer.specialIDs == reference.specialIDs)
    // These files put nothing after a text, whereas tokenizer.json puts one token.
    let corpus = try Corpus("qwen3-vl/corpus.bin")
    corpus.expectIDs(of: tokenizer, .parse, withoutLast: 1)
    corpus.expectIDs(of: tokenizer, .textOnly, withoutLast: 1)
  }

  @Test("vocab.json, merges.txt and tokenizer_config.json give the ids of tokenizer.json")
  func vocabularyAndMerges() throws {
    var files = try oldLayout("qwen3-vl/tokenizer.json")
    files["tokenizer_config.json"] = try Fixtures.bytes("qwen3-vl/tokenizer_config.json")
    try withDirectory(files) { try expectSameIDs(Tokenizer(directory: $0)) }
  }

  @Test("added_tokens.json and special_tokens_map.json where the configuration does not describe the added tokens")
  func addedTokensFile() throws {
    var files = try oldLayout("qwen3-vl/tokenizer.json", lineBreak: "\r\n")
    let reference = try Fixtures.qwen()
    var added: [String: Int32] = [:]
    var special: [String] = []
    for id in Int32(151_643)..<151_669 {
      let content = try #require(reference.token(of: id))
      added[content] = id
      if reference.isSpecial(id) { special.append(content) }
    }
    files["tokenizer_config.json"] = Array(#"{"tokenizer_class": "Qwen2Tokenizer", "eos_token": "<|im_end|>", "bos_token": null}"#.utf8)
    files["added_tokens.json"] = [UInt8](try JSONEncoder().encode(added))
    files["special_tokens_map.json"] = [UInt8](try JSONEncoder().encode(["additional_special_tokens": special]))
    try withDirectory(files) { try expectSameIDs(Tokenizer(directory: $0)) }
  }

  @Test(
    "The published vocab.json and merges.txt give the ids of the published tokenizer.json",
    .enabled(if: Fixtures.hasPublishedFiles, "../shared/data/tokenizer is not there"))
  func publishedFiles() throws {
    for name in ["tokenizer.json", "tokenizer_config.json"] {
      let published = [UInt8](try Data(contentsOf: Fixtures.published.appendingPathComponent(name)))
      #expect(try Fixtures.bytes("qwen3-vl/\(name)") == published, "the fixture is not the published \(name)")
    }
    var files: [String: [UInt8]] = [:]
    for name in ["vocab.json", "merges.txt", "added_tokens.json", "special_tokens_map.json", "tokenizer_config.json"] {
      files[name] = [UInt8](try Data(contentsOf: Fixtures.published.appendingPathComponent(name)))
    }
    try withDirectory(files) { try expectSameIDs(Tokenizer(directory: $0)) }
  }

  @Test("tokenizer.json goes before vocab.json")
  func precedence() throws {
    let files = ["tokenizer.json": try Fixtures.bytes("small/tokenizer.json"), "vocab.json": Array("{}".utf8)]
    let tokenizer = try withDirectory(files) { try Tokenizer(directory: $0) }
    #expect(try tokenizer.vocabularySize == Fixtures.small().vocabularySize)
  }

  @Test("Missing, empty and unreadable files are named")
  func unreadableFiles() throws {
    func error(_ files: [String: [UInt8]]) throws -> TokenizerError? {
      try withDirectory(files) { directory in #expect(throws: TokenizerError.self) { try Tokenizer(directory: directory) } }
    }
    let nothing = try #require(try error([:]))
    #expect(nothing.kind == .unreadable && nothing.message.contains("neither tokenizer.json nor vocab.json"))
    let vocabularyOnly = try #require(try error(["vocab.json": Array("{}".utf8)]))
    #expect(vocabularyOnly.kind == .unreadable && vocabularyOnly.file.hasSuffix("merges.txt"))
    let empty = try #require(try error(["tokenizer.json": []]))
    #expect(empty.file.hasSuffix("tokenizer.json") && empty.message.contains("empty"))
    let directory = #expect(throws: TokenizerError.self) { try Tokenizer(tokenizerFile: "/") }
    #expect(directory?.kind == .unreadable)
    let missing = #expect(throws: TokenizerError.self) { try Tokenizer(tokenizerFile: "/nowhere/tokenizer.json") }
    #expect(missing?.description == "/nowhere/tokenizer.json: is missing or cannot be read; check the path and its permissions")
  }

  @Test("merges.txt must be UTF-8")
  func invalidMerges() throws {
    var files = try oldLayout("small/tokenizer.json")
    files["tokenizer_config.json"] = Array(#"{"tokenizer_class": "Qwen2Tokenizer"}"#.utf8)
    files["merges.txt"] = [0x68, 0xFF, 0x68, 0x20, 0x65]
    let error = try withDirectory(files) { directory in
      #expect(throws: TokenizerError.self) { try Tokenizer(directory: directory) }
    }
    #expect(error?.message == "is not valid UTF-8")
  }

  struct Change: Sendable, CustomTestStringConvertible {
    let file: String
    let content: String
    let place: String
    let reason: String

    var testDescription: String { "\(file): \(reason)" }
  }

  static let changes = [
    Change(
      file: "tokenizer_config.json", content: #"{"tokenizer_class": "GPT2Tokenizer"}"#, place: "tokenizer_class",
      reason: "\"GPT2Tokenizer\""),
    Change(file: "tokenizer_config.json", content: "{}", place: "", reason: "\"tokenizer_class\" is missing"),
    Change(
      file: "tokenizer_config.json", content: #"{"tokenizer_class": "Qwen2Tokenizer", "add_prefix_space": true}"#,
      place: "add_prefix_space",
      reason: "is true"),
    Change(
      file: "tokenizer_config.json", content: #"{"tokenizer_class": "Qwen2Tokenizer", "eos_token": "<e>"}"#, place: "eos_token",
      reason: "\"<e>\""),
    Change(
      file: "tokenizer_config.json", content: #"{"tokenizer_class": "Qwen2Tokenizer", "added_tokens_decoder": {"0600": {}}}"#,
      place: "added_tokens_decoder.0600", reason: "\"0600\""),
    Change(
      file: "tokenizer_config.json",
      content: #"{"tokenizer_class": "Qwen2Tokenizer", "added_tokens_decoder": {"600": {"content": "<e>"}}}"#,
      place: "added_tokens_decoder.600", reason: "\"single_word\" is missing"),
    Change(file: "added_tokens.json", content: #"{"<e>": 601}"#, place: "<e>", reason: "gives it 515"),
    Change(file: "added_tokens.json", content: #"["<e>"]"#, place: "", reason: "expected an object, found an array"),
    Change(file: "merges.txt", content: "#version: 0.2\nh e\n\n", place: "line 3", reason: "one space"),
    Change(file: "merges.txt", content: "h e\nh e x\n", place: "line 2", reason: "one space"),
    Change(file: "merges.txt", content: "t zzz", place: "line 1", reason: "\"zzz\""),
    Change(file: "merges.txt", content: "h e\nh e", place: "line 2", reason: "earlier merge"),
    Change(file: "vocab.json", content: "[]", place: "", reason: "expected an object"),
    Change(file: "vocab.json", content: #"{"a": 0, "b": 0}"#, place: "b", reason: "which \"a\" has too"),
  ]

  @Test("The old layout is as strict", arguments: changes)
  func refusals(change: Change) throws {
    var files = try oldLayout("small/tokenizer.json")
    files["tokenizer_config.json"] = Array(#"{"tokenizer_class": "Qwen2Tokenizer"}"#.utf8)
    _ = try withDirectory(files) { try Tokenizer(directory: $0) }
    files[change.file] = Array(change.content.utf8)
    let error = try withDirectory(files) { directory in
      #expect(throws: TokenizerError.self) { try Tokenizer(directory: directory) }
    }
    #expect(error?.file.hasSuffix("/" + change.file) == true)
    #expect(error?.field == change.place)
    #expect(error?.message.contains(change.reason) == true, "\(error?.description ?? "")")
  }
}
