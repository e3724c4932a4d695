/// JSON to be written with the members of its objects in an order of one's own.
indirect enum JSONText {
  case value(JSONValue)
  case array([JSONText])
  case object([(String, JSONText)])

  static let null = JSONText.value(.null)

  static func string(_ text: String?) -> JSONText { .value(text.map { .string($0) } ?? .null) }

  static func integer(_ number: Int?) -> JSONText { .value(number.map { .integer($0) } ?? .null) }

  static func number(_ number: Double?) -> JSONText { .value(number.map { .number($0) } ?? .null) }

  static func bool(_ flag: Bool?) -> JSONText { .value(flag.map { .bool($0) } ?? .null) }

  static func strings(_ strings: [String]?) -> JSONText { .value(strings.map { .array($0.map { .string($0) }) } ?? .null) }

  static func optional(_ text: JSONText?) -> JSONText { text ?? .null }

  /// An object of free form, its members in the order of their names.
  static func members(_ members: [String: JSONValue]?) -> JSONText { .value(members.map { .object($0) } ?? .null) }

  /// The text of it.
  ///
  /// - Parameters:
  ///   - text: What is written.
  ///   - indent: Spaces a level, or nil for one line.
  /// - Returns: The text, without a line break at its end.
  /// - Throws: ``DemonstrationError`` for a number that JSON has no word for.
  static func render(_ text: JSONText, indent: Int?) throws(DemonstrationError) -> String {
    var renderer = Renderer(indent: indent)
    try renderer.write(text, level: 0)
    return String(decoding: renderer.bytes, as: UTF8.self)
  }

  /// The same as a value.
  var value: JSONValue {
    switch self {
    case .value(let value): value
    case .array(let elements): .array(elements.map(\.value))
    case .object(let members): .object(Dictionary(members.map { ($0.0, $0.1.value) }) { first, _ in first })
    }
  }

  private struct Renderer {
    let indent: Int?
    var bytes: [UInt8] = []

    mutating func write(_ text: JSONText, level: Int) throws(DemonstrationError) {
      switch text {
      case .value(.object(let members)):
        try write(.object(members.sorted { $0.key < $1.key }.map { ($0.key, .value($0.value)) }), level: level)
      case .value(.array(let elements)): try write(.array(elements.map { .value($0) }), level: level)
      case .value(let value): try write(scalar: value)
      case .array(let elements):
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
          begin(isFirst: index == 0, level: level + 1)
          try write(element, level: level + 1)
        }
        end(isEmpty: elements.isEmpty, level: level, with: "]")
      case .object(let members):
        bytes.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
          begin(isFirst: index == 0, level: level + 1)
          write(string: member.0)
          bytes.append(contentsOf: (indent == nil ? ":" : ": ").utf8)
          try write(member.1, level: level + 1)
        }
        end(isEmpty: members.isEmpty, level: level, with: "}")
      }
    }

    private mutating func begin(isFirst: Bool, level: Int) {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      newLine(level: level)
    }

    private mutating func end(isEmpty: Bool, level: Int, with bracket: String) {
      if !isEmpty { newLine(level: level) }
      bytes.append(contentsOf: bracket.utf8)
    }

    private mutating func newLine(level: Int) {
      guard let indent else { return }
      bytes.append(UInt8(ascii: "\n"))
      bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * level))
    }

    private mutating func write(scalar: JSONValue) throws(DemonstrationError) {
      switch scalar {
      case .bool(let flag): bytes.append(contentsOf: String(flag).utf8)
      case .integer(let number): bytes.append(contentsOf: String(number).utf8)
      case .number(let number):
        guard number.isFinite else { throw DemonstrationError(.invalidField, "holds the number \(number), which JSON cannot write") }
        bytes.append(contentsOf: String(number).utf8)
      case .string(let text): write(string: text)
      case .null, .array, .object: bytes.append(contentsOf: "null".utf8)
      }
    }

    private mutating func write(string: String) {
      bytes.append(UInt8(ascii: "\""))
      for byte in string.utf8 {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
        case UInt8(ascii: "\n"): bytes += Array("\\n".utf8)
        case UInt8(ascii: "\r"): bytes += Array("\\r".utf8)
        case UInt8(ascii: "\t"): bytes += Array("\\t".utf8)
        case 0..<0x20:
          let digits = String(byte, radix: 16)
          bytes += Array("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
        default: bytes.append(byte)
        }
      }
      bytes.append(UInt8(ascii: "\""))
    }
  }
}
