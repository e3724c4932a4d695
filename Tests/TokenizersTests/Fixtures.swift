import Foundation
import Testing

@testable import Tokenizers

/// Where the files are that the tests read, and how to read them.
enum Fixtures {
  static let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let directory = packageRoot.appendingPathComponent("Tests/Fixtures/tokenizer")
  static let qwenDirectory = directory.appendingPathComponent("qwen3-vl")
  /// The published files beside the repository; a user's clone does not have them.
  static let published = packageRoot.appendingPathComponent("../shared/data/tokenizer").standardizedFileURL

  static var hasPublishedFiles: Bool { FileManager.default.fileExists(atPath: published.appendingPathComponent("merges.txt").path) }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: directory.appendingPathComponent(name)))
  }

  /// The real tokenizer of Qwen3-VL-Embedding, read once.
  static func qwen() throws -> Tokenizer { try qwenResult.get() }
  private static let qwenResult = Result { try Tokenizer(directory: qwenDirectory.path) }

  /// A tokenizer of 600 tokens whose added tokens use every setting.
  static func small() throws -> Tokenizer { try smallResult.get() }
  private static let smallResult = Result { try Tokenizer(directory: directory.appendingPathComponent("small").path) }
}

/// Reads the records that Tools/tokenizer/make_fixtures.py writes: LEB128 numbers, strings and lists of ids.
struct RecordReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func number() throws -> Int {
    var value = 0
    var shift = 0
    while true {
      let byte = try #require(bytes.indices.contains(position) ? bytes[position] : nil, "the fixture is cut off")
      position += 1
      value |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  mutating func string() throws -> String {
    let count = try number()
    defer { position += count }
    return String(decoding: bytes[position..<position + count], as: UTF8.self)
  }

  mutating func ids() throws -> [Int32] {
    var ids: [Int32] = []
    for _ in 0..<(try number()) { ids.append(Int32(try number())) }
    return ids
  }
}

/// Strings with the reference's ids, with special tokens parsed and with special tokens as text.
struct Corpus {
  struct Entry {
    let text: String
    let parsed: [Int32]
    let textOnly: [Int32]
  }

  let entries: [Entry]

  init(_ name: String) throws {
    var reader = RecordReader(try Fixtures.bytes(name))
    var entries: [Entry] = []
    while !reader.isAtEnd {
      let text = try reader.string()
      let parsed = try reader.ids()
      let textOnly = try reader.number() == 0 ? parsed : reader.ids()
      entries.append(Entry(text: text, parsed: parsed, textOnly: textOnly))
    }
    self.entries = entries
  }

  /// Compares a tokenizer's ids with the reference's, and names the first texts that differ.
  func expectIDs(of tokenizer: Tokenizer, _ policy: Tokenizer.AddedTokenPolicy, withoutLast count: Int = 0) {
    var failures = 0
    for entry in entries {
      let expected = (policy == .parse ? entry.parsed : entry.textOnly).dropLast(count)
      let found = tokenizer.encode(entry.text, addedTokens: policy)
      if found[...] != expected {
        failures += 1
        if failures <= 10 { Issue.record("\(entry.text.escaped): expected \(expected), found \(found)") }
      }
    }
    #expect(failures == 0)
  }
}

/// A generator that gives the same numbers in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

extension String {
  /// The text as escapes, so that a failure shows what is in it.
  var escaped: String { unicodeScalars.map { $0.escaped(asASCII: true) }.joined() }
}
