/// Takes fields out of a JSON object by name and type, and keeps what nobody asked for.
///
/// `null` is as good as absent. Numbers are accepted where a string is wanted, and strings that are numbers where a number is: the programs
/// that write these files do not agree.
struct FieldReader {
  /// Where the object lies: `action.element`, or nothing for the outermost.
  let path: String
  private let members: [String: JSONValue]
  private var known: Set<String> = []

  init(_ value: JSONValue, path: String = "") throws(DemonstrationError) {
    guard case .object(let members) = value else {
      throw DemonstrationError(.invalidField, field: path.isEmpty ? nil : path, "expected an object, found \(value.kind)")
    }
    self.members = members
    self.path = path
  }

  /// The members that were not asked for and are not null.
  var leftovers: [String: JSONValue] { members.filter { !known.contains($0.key) && $0.value != .null } }

  /// The first of some names that is there.
  mutating func value(_ names: String...) -> Found? { value(names) }

  private mutating func value(_ names: [String]) -> Found? {
    known.formUnion(names)
    for name in names {
      if let value = members[name], value != .null { return Found(value: value, path: path.isEmpty ? name : "\(path).\(name)") }
    }
    return nil
  }

  mutating func string(_ names: String...) throws(DemonstrationError) -> String? { try value(names)?.string() }

  mutating func double(_ names: String...) throws(DemonstrationError) -> Double? { try value(names)?.double() }

  mutating func integer(_ names: String...) throws(DemonstrationError) -> Int? { try value(names)?.integer() }

  mutating func bool(_ names: String...) throws(DemonstrationError) -> Bool? { try value(names)?.bool() }

  mutating func object(_ names: String...) throws(DemonstrationError) -> [String: JSONValue]? { try value(names)?.object() }

  mutating func strings(_ names: String...) throws(DemonstrationError) -> [String]? { try value(names)?.strings() }

  /// The error for a field that must be there.
  func missing(_ name: String, _ advice: String) -> DemonstrationError {
    DemonstrationError(.missingField, field: path.isEmpty ? name : "\(path).\(name)", "is missing; \(advice)")
  }
}

extension FieldReader {
  /// A value and where it lies.
  struct Found {
    let value: JSONValue
    let path: String

    func string() throws(DemonstrationError) -> String {
      switch value {
      case .string(let text): return text
      case .integer(let number): return String(number)
      case .number(let number): return String(number)
      default: throw unexpected("a string")
      }
    }

    func double() throws(DemonstrationError) -> Double {
      if let number = value.double ?? value.string.flatMap(Double.init), number.isFinite { return number }
      throw unexpected("a number")
    }

    /// A whole number; one with a fraction is rounded if `rounding`.
    func integer(rounding: Bool = false) throws(DemonstrationError) -> Int {
      if case .integer(let number) = value { return number }
      let number = try double()
      let rounded = number.rounded()
      guard rounding || rounded == number, let result = Int(exactly: rounded) else { throw unexpected("a whole number") }
      return result
    }

    func bool() throws(DemonstrationError) -> Bool {
      switch value {
      case .bool(let flag): return flag
      case .integer(0): return false
      case .integer(1): return true
      default: throw unexpected("true or false")
      }
    }

    func object() throws(DemonstrationError) -> [String: JSONValue] {
      guard case .object(let members) = value else { throw unexpected("an object") }
      return members
    }

    func strings() throws(DemonstrationError) -> [String] {
      guard case .array(let elements) = value else { throw unexpected("an array of strings") }
      var strings: [String] = []
      for (index, element) in elements.enumerated() { strings.append(try Found(value: element, path: "\(path)[\(index)]").string()) }
      return strings
    }

    /// Two numbers.
    func pair() throws(DemonstrationError) -> (Found, Found) {
      guard case .array(let elements) = value, elements.count == 2 else { throw unexpected("an array of two numbers") }
      return (Found(value: elements[0], path: "\(path)[0]"), Found(value: elements[1], path: "\(path)[1]"))
    }

    func reader() throws(DemonstrationError) -> FieldReader { try FieldReader(value, path: path) }

    func unexpected(_ expected: String) -> DemonstrationError {
      DemonstrationError(.invalidField, field: path, "expected \(expected), found \(value.kind)")
    }
  }
}

extension JSONValue {
  /// What it is, for a sentence: with its value where that is short.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool(let value): String(value)
    case .integer(let value): String(value)
    case .number(let value): String(value)
    case .string(let value): value.count > 40 ? "a string of \(value.count) characters" : "the string \"\(value)\""
    case .array(let elements): "an array of \(elements.count)"
    case .object(let members): "an object of \(members.count) members"
    }
  }
}
