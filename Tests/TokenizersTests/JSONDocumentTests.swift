import Testing

@testable import Tokenizers

@Suite("JSON reader")
struct JSONDocumentTests {
  private func read(_ text: String) throws -> JSONValue { try JSONDocument(bytes: Array(text.utf8), name: "test.json").root }

  @Test("Values of every kind, with white space everywhere")
  func values() throws {
    let root = try read(" { \"a\" : [ 1 , -2 , 0 , 3.5e-7 , true , false , null , \"x\" , [ ] , { } ] ,\r\n\t\"b\" : \"\" } ")
    let list = Array(try root.requiredValue(of: "a").elements())
    #expect(list.count == 10)
    #expect(try list[0].integer(in: 0...9) == 1)
    #expect(try list[1].integer(in: -9...9) == -2)
    #expect(try list[2].integer(in: 0...9) == 0)
    #expect(list[3].kind == .number)
    #expect(try list[4].bool())
    #expect(try !list[5].bool())
    #expect(list[6].isNull)
    #expect(try list[7].string() == "x")
    #expect(try Array(list[8].elements()).isEmpty)
    #expect(try Array(list[9].members()).isEmpty)
    #expect(try root.requiredValue(of: "b").string().isEmpty)
    #expect(try root.value(of: "c") == nil)
  }

  @Test("Escapes and characters of every length")
  func strings() throws {
    let text = #"["\"\\\/\b\f\n\r\t", "\u0041\u00e9\u4E2d\ud83d\ude00", "é中😀", "\u0000"]"#
    let found = try read(text).elements().map { try $0.string() }
    #expect(found == ["\"\\/\u{8}\u{C}\n\r\t", "Aé中😀", "é中😀", "\u{0}"])
  }

  @Test("The path of a value")
  func paths() throws {
    let root = try read(#"{"a": {"b": [0, {"c": [1, 2]}], "d": 3}, "\u0065": 4}"#)
    let second = try root.requiredValue(of: "a").requiredValue(of: "b").elements().map { $0 }[1]
    let inner = try second.requiredValue(of: "c").elements().map { $0 }[1]
    #expect(inner.error(.malformed, "").field == "a.b[1].c[1]")
    #expect(try root.requiredValue(of: "a").requiredValue(of: "d").error(.malformed, "").field == "a.d")
    #expect(try root.requiredValue(of: "e").error(.malformed, "").field == "e")
    #expect(root.error(.malformed, "").field.isEmpty)
  }

  @Test(
    "Text that is not strict JSON is refused with the reason",
    arguments: [
      ("", "cut off"), (" ", "cut off"), ("[1", "cut off"), ("[1,", "cut off"), ("{\"a\"", "cut off"), ("{\"a\":", "cut off"),
      ("\"a", "cut off"), ("\"a\\", "cut off"), ("-", "cut off"), ("1.", "cut off"), ("1e", "cut off"), ("1e+", "cut off"),
      ("[1,]", "expected a JSON value"), ("[,1]", "expected a JSON value"), ("[1 2]", "expected \",\" or \"]\""),
      ("{\"a\":1,}", "expected a key in quotes"), ("{a:1}", "expected a key in quotes"), ("{1:1}", "expected a key in quotes"),
      ("{\"a\" 1}", "expected \":\""), ("{\"a\":1 \"b\":2}", "expected \",\" or \"}\""), ("[1}", "expected \",\" or \"]\""),
      ("1 2", "more text after the end"), ("{}]", "more text after the end"), ("nul", "expected a JSON value"),
      ("True", "expected a JSON value"), ("NaN", "expected a JSON value"), ("Infinity", "expected a JSON value"),
      ("01", "leading zero"), ("-01", "leading zero"), ("+1", "expected a JSON value"), (".5", "expected a JSON value"),
      ("1.x", "expected a digit"), ("1ex", "expected a digit"), ("-x", "expected a digit"), ("'a'", "expected a JSON value"),
      ("\"a\nb\"", "control character"), ("\"\u{0}\"", "control character"), ("\"\\x\"", "unknown escape"),
      ("\"\\u12\"", "unfinished \\u"), ("\"\\u12G4\"", "unfinished \\u"), ("\"\\u", "unfinished \\u"),
      ("\"\\ud800\"", "surrogate \\ud800"), ("\"\\ud800\\u0041\"", "surrogate"), ("\"\\udc00\"", "surrogate \\udc00"),
      ("\"\\ud800\\ud800\"", "surrogate"), ("\"\\udc00\\udc00\"", "surrogate"), ("\"\\ud83d\\ude0\"", "surrogate"),
      ("\u{FEFF}{}", "byte order mark"),
      ("// c\n1", "expected a JSON value"), ("[1]\u{0}", "more text"), ("{\"a\":1,\"a\":2}", "key \"a\" twice"),
      ("{\"a\":1,\"b\":{},\"\\u0061\":2}", "key \"a\" twice"), ("{\"\":1,\"\":2}", "key \"\" twice"),
    ])
  func refusals(text: String, reason: String) {
    let error = #expect(throws: TokenizerError.self) { try read(text) }
    #expect(error?.kind == .malformed)
    #expect(error?.file == "test.json")
    #expect(error?.message.contains(reason) == true, "\(text.escaped): \(error?.description ?? "")")
  }

  @Test(
    "Invalid UTF-8 is refused",
    arguments: [
      [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xE4, 0xB8], [0xE4, 0xB8, 0x28],
      [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x98], [0xF0, 0x9F, 0x98, 0x28],
      [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
    ] as [[UInt8]])
  func invalidUTF8(bytes: [UInt8]) {
    for text in [[0x22] + bytes + [0x22], [0x22] + bytes] {
      let error = #expect(throws: TokenizerError.self) { try JSONDocument(bytes: text, name: "test.json") }
      #expect(error?.message.contains("UTF-8") == true)
    }
    // Outside a string such a byte is no JSON at all.
    #expect(throws: TokenizerError.self) { try JSONDocument(bytes: bytes, name: "test.json") }
  }

  @Test("The place of an error is its line and byte")
  func place() {
    let error = #expect(throws: TokenizerError.self) { try read("{\n\"a\": 1,\n\"b\": x}") }
    #expect(error?.description == "test.json: line 3, byte 15: expected a JSON value, found \"x\"")
  }

  @Test("Nesting is limited")
  func depth() throws {
    let limit = JSONDocument.maximumDepth
    #expect(try read(String(repeating: "[", count: limit) + String(repeating: "]", count: limit)).kind == .array)
    for unit in ["[", "{\"a\":"] {
      let error = #expect(throws: TokenizerError.self) { try read(String(repeating: unit, count: 1_000_000)) }
      #expect(error?.message.contains("nested deeper") == true)
    }
  }

  @Test("Whole numbers must be whole, plain and in range")
  func integers() throws {
    for text in [
      "1.0", "1e3", "-1", "10", "99999999999999999999", "-0.0", "18446744073709551616", "1" + String(repeating: "0", count: 9_999),
    ] {
      let error = #expect(throws: TokenizerError.self) { try read("[\(text)]").elements().map { try $0.integer(in: 0...9) } }
      #expect(error?.message.contains("expected a whole number from 0 to 9, found") == true, "\(text)")
      #expect(error?.field == "[0]")
    }
  }

  @Test("Values of the wrong type are named")
  func types() throws {
    let root = try read(#"{"a": 1}"#)
    let value = try root.requiredValue(of: "a")
    #expect(throws: TokenizerError.self) { try root.string() }
    #expect(throws: TokenizerError.self) { try root.elements() }
    #expect(throws: TokenizerError.self) { try value.members() }
    #expect(throws: TokenizerError.self) { try value.bool() }
    let error = #expect(throws: TokenizerError.self) { try value.string() }
    #expect(error?.description == "test.json: a: expected a string, found a number")
    let missing = #expect(throws: TokenizerError.self) { try root.requiredValue(of: "b") }
    #expect(missing?.message == "the field \"b\" is missing")
  }

  @Test("No prefix of a document is a document")
  func prefixes() throws {
    let bytes = Array(#"{"a\n": [1.5e+3, "é\ud83d\ude00", true, null], "b": {"c": -0}}"#.utf8)
    _ = try JSONDocument(bytes: bytes, name: "test.json")
    for count in 0..<bytes.count {
      #expect(throws: TokenizerError.self) { try JSONDocument(bytes: Array(bytes[..<count]), name: "test.json") }
    }
  }
}
