import Checkpoints
import Testing

/// Values are what they are: another type, a value out of range or none at all is an error that names the file and the field.
@Suite struct ConfigurationObjectTests {
  private static let text = #"""
    {
      "zero": 0, "one": 1, "negative": -3, "decimal": 1.5, "whole": 1.0, "exponent": 1e3, "true": true, "false": false,
      "text": "qwen", "empty": "", "null": null, "list": [1, 2, 3], "mixed": [1, "a"], "halves": [0.5, 1], "none": [],
      "huge": 99999999999999999999, "largest": 9223372036854775807, "smallest": -9223372036854775808, "tiny": 1e-300,
      "long": [1,2,3,4,5,6,7,8,9,10,11,12,13],
      "object": {"inner": {"deep": true}, "value": 7}
    }
    """#
  private let object: ConfigurationObject
  private let file: String

  init() throws {
    file = try TemporaryFolder().write("some.json", Self.text)
    object = try ConfigurationObject(contentsOf: file)
  }

  @Test func valuesOfTheirOwnType() throws {
    #expect(object.file == file)
    #expect(object.keys.first == "decimal" && object.keys.count == 21)
    #expect(try object.integer("zero", in: 0...0) == 0)
    #expect(try object.integer("negative", in: -5...5) == -3)
    #expect(try object.integer("largest", in: 0 ... .max) == .max)
    #expect(try object.integer("smallest", in: .min...0) == .min)
    // JSON has one kind of number: 1.0 and 1e3 are whole.
    #expect(try object.integer("whole", in: 0...9) == 1)
    #expect(try object.integer("exponent", in: 0...1_000) == 1_000)
    #expect(try object.positiveNumber("decimal") == 1.5)
    #expect(try object.positiveNumber("one") == 1)
    #expect(try object.positiveNumber("tiny") == 1e-300)
    #expect(try object.positiveNumber("huge") == 1e20)
    #expect(try object.bool("true"))
    #expect(try !object.bool("false"))
    #expect(try object.string("text") == "qwen")
    #expect(try object.string("empty").isEmpty)
    #expect(try object.integers("list", in: 1...3) == [1, 2, 3])
    #expect(try object.integers("none", in: 0...0) == [])
    #expect(try object.numbers("halves", count: 2) == [0.5, 1])
    #expect(try object.object("object").integer("value", in: 0...9) == 7)
    #expect(try object.object("object").object("inner").bool("deep"))
  }

  @Test func presence() {
    #expect(object.has("zero") && object.has("false") && object.has("empty") && object.has("none"))
    #expect(!object.has("null") && !object.has("absent") && !object.has("inner"))
  }

  @Test(arguments: ["absent", "null", "Zero", "object.value"])
  func missing(key: String) {
    func expectMissing(_ body: () throws -> Void) {
      expectError(.missingValue, saying: "some.json: \(key) is missing") { try body() }
    }
    expectMissing { _ = try object.integer(key, in: 0...1) }
    expectMissing { _ = try object.positiveNumber(key) }
    expectMissing { _ = try object.bool(key) }
    expectMissing { _ = try object.string(key) }
    expectMissing { _ = try object.integers(key, in: 0...1) }
    expectMissing { _ = try object.numbers(key, count: 1) }
    expectMissing { _ = try object.object(key) }
    expectMissing { try object.require(key, .integer(1), because: "") }
  }

  @Test(arguments: ["true", "false", "text", "decimal", "list", "object", "huge", "tiny"])
  func notAWholeNumber(key: String) {
    expectError(.invalidValue, saying: "some.json: \(key) is ", "expected a whole number from 0 to 9") {
      _ = try object.integer(key, in: 0...9)
    }
  }

  @Test func numbersOutOfRange() {
    expectError(.invalidValue, saying: "negative is -3, expected a whole number from 0 to 9") {
      _ = try object.integer("negative", in: 0...9)
    }
    expectError(.invalidValue, saying: "one is 1, expected a whole number from 2 to 9") { _ = try object.integer("one", in: 2...9) }
    expectError(.invalidValue, saying: "exponent is 1000, expected 3") { _ = try object.integer("exponent", in: 3...3) }
    expectError(.invalidValue, saying: "zero is 0, expected a positive number") { _ = try object.positiveNumber("zero") }
    expectError(.invalidValue, saying: "negative is -3, expected a positive number") { _ = try object.positiveNumber("negative") }
  }

  @Test func otherTypes() {
    for key in ["true", "text", "list", "object"] {
      expectError(.invalidValue, saying: "some.json: \(key) is ", "expected a number") { _ = try object.positiveNumber(key) }
    }
    for key in ["zero", "one", "text", "list", "object"] {
      expectError(.invalidValue, saying: "some.json: \(key) is ", "expected true or false") { _ = try object.bool(key) }
    }
    for key in ["zero", "true", "list", "object"] {
      expectError(.invalidValue, saying: "some.json: \(key) is ", "expected text") { _ = try object.string(key) }
    }
    for key in ["zero", "true", "text", "list"] {
      expectError(.invalidValue, saying: "some.json: \(key) is ", "expected an object") { _ = try object.object(key) }
    }
  }

  @Test func lists() {
    for key in ["one", "text", "object", "mixed", "halves"] {
      expectError(.invalidValue, saying: "some.json: \(key) is ", "expected a list of whole numbers from 0 to 9") {
        _ = try object.integers(key, in: 0...9)
      }
    }
    expectError(.invalidValue, saying: "list is [1, 2, 3], expected a list of whole numbers from 0 to 2") {
      _ = try object.integers("list", in: 0...2)
    }
    expectError(.invalidValue, saying: "long is a list of 13, expected") { _ = try object.integers("long", in: 0...2) }
    expectError(.invalidValue, saying: "list is [1, 2, 3], expected a list of 2 numbers") { _ = try object.numbers("list", count: 2) }
    expectError(.invalidValue, saying: "mixed is [1, \"a\"], expected a list of 2 numbers") { _ = try object.numbers("mixed", count: 2) }
    expectError(.invalidValue, saying: "text is \"qwen\", expected a list of 1 numbers") { _ = try object.numbers("text", count: 1) }
  }

  @Test func pathsOfInnerFields() {
    expectError(.missingValue, saying: "some.json: object.none is missing") { _ = try object.object("object").bool("none") }
    expectError(.invalidValue, saying: "some.json: object.inner.deep is true, expected a whole number") {
      _ = try object.object("object").object("inner").integer("deep", in: 0...1)
    }
    expectError(.invalidValue, saying: "some.json: object.value says so") { throw try object.object("object").fault("value", "says so") }
  }

  @Test func requiredValues() throws {
    try object.require("text", .string("qwen"), because: "no")
    try object.require("false", .bool(false), because: "no")
    expectError(.unsupported, saying: "some.json: text is \"qwen\"; only llama is supported") {
      try object.require("text", .string("llama"), because: "only llama is supported")
    }
    expectError(.unsupported, saying: "some.json: zero is 0; attention with biases") {
      try object.require("zero", .bool(false), because: "attention with biases")
    }
    expectError(.unsupported, saying: "some.json: object.value is 7") {
      try object.object("object").require("value", .integer(8), because: "")
    }
  }

  @Test func valuesThatDidNotComeFromAFile() throws {
    let object = ConfigurationObject(file: "memory", members: ["a": .object(["b": .integer(2)])])
    #expect(try object.object("a").integer("b", in: 0...9) == 2)
    expectError(.missingValue, saying: "memory: a.c is missing") { _ = try object.object("a").bool("c") }
  }
}
