/// A call as written in the action language and in Python: a name and arguments, some of them with names.
struct ActionCall: Equatable {
  /// One argument.
  enum Value: Equatable {
    case string(String)
    case number(Double)
    /// A bare word: `True`, `None`.
    case word(String)
  }

  var name: String
  var positional: [Value] = []
  var named: [String: Value] = [:]

  /// Reads one call that makes up the whole text.
  init(_ text: String) throws(ActionSyntaxError) {
    var parser = CallParser(text)
    self = try parser.call()
    try parser.end()
  }

  fileprivate init(name: String) { self.name = name }

  /// Every call of a piece of Python, in order: statements between lines and semicolons that are calls.
  static func all(in text: String) -> [ActionCall] {
    var parser = CallParser(text)
    var calls: [ActionCall] = []
    while let call = parser.nextCall() { calls.append(call) }
    return calls
  }
}

/// Why a text is no action: where, and what was expected.
public struct ActionSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The text.
  public let text: String
  /// The place in it, in characters from 0.
  public let position: Int
  /// What is wrong.
  public let reason: String

  /// The reason, the place and the text in one sentence.
  public var description: String { "\(reason) at character \(position) of \"\(text.prefix(200))\"" }
}

/// Reads calls.
private struct CallParser {
  let text: String
  private let characters: [Character]
  private var position = 0

  init(_ text: String) {
    self.text = text
    characters = Array(text)
  }

  private var next: Character? { position < characters.count ? characters[position] : nil }

  private mutating func skipSpace() { while let character = next, character.isWhitespace { position += 1 } }

  private func error(_ reason: String) -> ActionSyntaxError { ActionSyntaxError(text: text, position: position, reason: reason) }

  mutating func end() throws(ActionSyntaxError) {
    skipSpace()
    guard next == nil else { throw error("expected nothing after the closing parenthesis") }
  }

  mutating func call() throws(ActionSyntaxError) -> ActionCall {
    skipSpace()
    var call = ActionCall(name: try word("the name of an action"))
    skipSpace()
    guard next == "(" else { throw error("expected ( after \(call.name)") }
    position += 1
    skipSpace()
    while next != ")" {
      try argument(&call)
      skipSpace()
      if next == "," {
        position += 1
        skipSpace()
      } else if next != ")" {
        throw error("expected , or )")
      }
    }
    position += 1
    return call
  }

  /// The next call, wherever it is; nil where there is none any more.
  mutating func nextCall() -> ActionCall? {
    while let character = next {
      guard character.isLetter || character == "_" else {
        position += 1
        continue
      }
      let start = position
      if let call = try? call() { return call }
      // Not a call: on with what stands behind the word.
      position = start
      _ = try? word("a name")
    }
    return nil
  }

  private mutating func argument(_ call: inout ActionCall) throws(ActionSyntaxError) {
    if let first = next, first.isLetter || first == "_" {
      let name = try word("a name")
      skipSpace()
      guard next == "=" else {
        call.positional.append(.word(name))
        return
      }
      position += 1
      skipSpace()
      guard call.named[name] == nil else { throw error("the argument \(name) is given twice") }
      call.named[name] = try value()
    } else {
      call.positional.append(try value())
    }
  }

  private mutating func value() throws(ActionSyntaxError) -> ActionCall.Value {
    guard let first = next else { throw error("expected a value") }
    if first == "\"" || first == "'" { return .string(try string(until: first)) }
    if first.isLetter || first == "_" { return .word(try word("a value")) }
    let start = position
    while let character = next, character.isNumber || "+-.eE".contains(character) { position += 1 }
    guard let number = Double(String(characters[start..<position])), number.isFinite else {
      position = start
      throw error("expected a number or a text in quotes")
    }
    return .number(number)
  }

  private mutating func word(_ expected: String) throws(ActionSyntaxError) -> String {
    let start = position
    while let character = next, character.isLetter || character.isNumber || character == "_" || character == "." { position += 1 }
    guard position > start else { throw error("expected \(expected)") }
    return String(characters[start..<position])
  }

  private mutating func string(until quote: Character) throws(ActionSyntaxError) -> String {
    position += 1
    var result = ""
    while let character = next {
      position += 1
      if character == quote { return result }
      guard character == "\\" else {
        result.append(character)
        continue
      }
      guard let escaped = next else { break }
      position += 1
      switch escaped {
      case "n": result.append("\n")
      case "r": result.append("\r")
      case "t": result.append("\t")
      case "u":
        let digits = String(characters[position..<min(position + 4, characters.count)])
        guard digits.count == 4, let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code) else {
          throw error("expected four hexadecimal digits after \\u")
        }
        result.unicodeScalars.append(scalar)
        position += 4
      default: result.append(escaped)
      }
    }
    throw error("the text in quotes does not end")
  }
}
