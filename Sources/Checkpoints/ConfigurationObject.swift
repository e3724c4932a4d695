import Foundation
import Tensors

/// A JSON value as it stands in a file.
public enum JSONValue: Sendable, Equatable, Decodable {
  /// `null`
  case null
  /// `true` or `false`
  case bool(Bool)
  /// A number without fraction that fits.
  case integer(Int)
  /// Any other number.
  case number(Double)
  /// Text.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// Named values.
  case object([String: JSONValue])

  /// Reads any JSON value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// What the value is, for a message.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): "\"\(value.prefix(60))\""
    case .array(let values): values.count > 12 ? "a list of \(values.count)" : "[\(values.map(\.kind).joined(separator: ", "))]"
    case .object: "an object"
    }
  }
}

/// Named values of a configuration file, read strictly: what is missing or of another type is an error that names the file and the field.
public struct ConfigurationObject: Sendable {
  /// The file the values come from.
  public let file: String
  private let path: String
  private let members: [String: JSONValue]

  /// Values that did not come from a file of their own.
  public init(file: String, members: [String: JSONValue]) {
    self.file = file
    path = ""
    self.members = members
  }

  private init(file: String, path: String, members: [String: JSONValue]) {
    self.file = file
    self.path = path
    self.members = members
  }

  /// Reads a file that holds one JSON object.
  ///
  /// - Throws: `CheckpointError` when the file is missing, larger than 16 MB, or not a JSON object.
  public init(contentsOf file: String) throws(CheckpointError) {
    let value = try Self.value(contentsOf: file)
    guard case .object(let members) = value else {
      throw CheckpointError(.malformedFile, file: file, "holds \(value.kind) where an object is expected")
    }
    self.init(file: file, members: members)
  }

  /// Reads a file that holds a JSON list of objects.
  ///
  /// - Throws: `CheckpointError` when the file is missing, larger than 16 MB, or not a list of JSON objects.
  public static func list(contentsOf file: String) throws(CheckpointError) -> [ConfigurationObject] {
    let value = try value(contentsOf: file)
    guard case .array(let elements) = value else {
      throw CheckpointError(.malformedFile, file: file, "holds \(value.kind) where a list is expected")
    }
    var objects: [ConfigurationObject] = []
    for (index, element) in elements.enumerated() {
      guard case .object(let members) = element else {
        throw CheckpointError(.malformedFile, file: file, "[\(index)] is \(element.kind), expected an object")
      }
      objects.append(ConfigurationObject(file: file, path: "[\(index)].", members: members))
    }
    return objects
  }

  private static func value(contentsOf file: String) throws(CheckpointError) -> JSONValue {
    let memory = try MappedFile.map(file)
    guard memory.byteCount <= 16 << 20 else {
      throw CheckpointError(.malformedFile, file: file, "holds \(memory.byteCount) bytes; a configuration file has at most 16 MB")
    }
    let data = Data(bytes: memory.base, count: memory.byteCount)
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: data) else {
      throw CheckpointError(.malformedFile, file: file, "is not valid JSON")
    }
    return value
  }

  /// Names of all fields, in order.
  public var keys: [String] { members.keys.sorted() }

  /// Whether the field is there and not null.
  public func has(_ key: String) -> Bool {
    members[key].map { $0 != .null } ?? false
  }

  /// A whole number within `range`.
  public func integer(_ key: String, in range: ClosedRange<Int>) throws(CheckpointError) -> Int {
    guard case .integer(let value) = try value(key), range.contains(value) else {
      throw wrong(
        key, range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    return value
  }

  /// A positive, finite number.
  public func positiveNumber(_ key: String) throws(CheckpointError) -> Double {
    let number: Double
    switch try value(key) {
    case .integer(let value): number = Double(value)
    case .number(let value): number = value
    default: throw wrong(key, "a number")
    }
    guard number > 0, number.isFinite else { throw wrong(key, "a positive number") }
    return number
  }

  /// `true` or `false`.
  public func bool(_ key: String) throws(CheckpointError) -> Bool {
    guard case .bool(let value) = try value(key) else { throw wrong(key, "true or false") }
    return value
  }

  /// Text.
  public func string(_ key: String) throws(CheckpointError) -> String {
    guard case .string(let value) = try value(key) else { throw wrong(key, "text") }
    return value
  }

  /// A list of whole numbers within `range`.
  public func integers(_ key: String, in range: ClosedRange<Int>) throws(CheckpointError) -> [Int] {
    let expected = "a list of whole numbers from \(range.lowerBound) to \(range.upperBound)"
    guard case .array(let values) = try value(key) else { throw wrong(key, expected) }
    var integers: [Int] = []
    for case .integer(let value) in values where range.contains(value) { integers.append(value) }
    guard integers.count == values.count else { throw wrong(key, expected) }
    return integers
  }

  /// A list of texts.
  public func strings(_ key: String) throws(CheckpointError) -> [String] {
    guard case .array(let values) = try value(key) else { throw wrong(key, "a list of texts") }
    var strings: [String] = []
    for case .string(let value) in values { strings.append(value) }
    guard strings.count == values.count else { throw wrong(key, "a list of texts") }
    return strings
  }

  /// A list of numbers.
  public func numbers(_ key: String, count: Int) throws(CheckpointError) -> [Double] {
    guard case .array(let values) = try value(key), values.count == count else { throw wrong(key, "a list of \(count) numbers") }
    var numbers: [Double] = []
    for element in values {
      switch element {
      case .integer(let value): numbers.append(Double(value))
      case .number(let value): numbers.append(value)
      default: throw wrong(key, "a list of \(count) numbers")
      }
    }
    return numbers
  }

  /// The values one level down.
  public func object(_ key: String) throws(CheckpointError) -> ConfigurationObject {
    guard case .object(let members) = try value(key) else { throw wrong(key, "an object") }
    return ConfigurationObject(file: file, path: name(key) + ".", members: members)
  }

  /// A value that must be one given value, because nothing else is supported.
  public func require(_ key: String, _ expected: JSONValue, because reason: String) throws(CheckpointError) {
    guard try value(key) != expected else { return }
    throw CheckpointError(.unsupported, file: file, "\(name(key)) is \(members[key]?.kind ?? "missing"); \(reason)")
  }

  /// A fault of one field, for checks that span fields.
  public func fault(_ key: String, _ reason: String) -> CheckpointError {
    CheckpointError(.invalidValue, file: file, "\(name(key)) \(reason)")
  }

  private func value(_ key: String) throws(CheckpointError) -> JSONValue {
    guard let value = members[key], value != .null else {
      throw CheckpointError(.missingValue, file: file, "\(name(key)) is missing; the model cannot be built without it")
    }
    return value
  }

  private func wrong(_ key: String, _ expected: String) -> CheckpointError {
    CheckpointError(.invalidValue, file: file, "\(name(key)) is \(members[key]?.kind ?? "missing"), expected \(expected)")
  }

  private func name(_ key: String) -> String { path + key }
}
