/// Reads JSON into nodes, one pass over the bytes.
struct JSONParser {
  let bytes: [UInt8]
  private let name: String
  var position = 0
  private(set) var nodes: [JSONDocument.Node] = []

  init(bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
    // A tokenizer's file, indented, has about 15 bytes for each value.
    nodes.reserveCapacity(bytes.count / 15 + 16)
  }

  mutating func parseDocument() throws(TokenizerError) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw error("starts with a byte order mark, which JSON does not allow; save the file without it", at: 0)
    }
    skipWhiteSpace()
    try parseValue(depth: 0)
    skipWhiteSpace()
    guard position == bytes.count else { throw error("has more text after the end of the JSON value", at: position) }
  }

  private mutating func parseValue(depth: Int) throws(TokenizerError) {
    guard position < bytes.count else { throw endOfText() }
    switch bytes[position] {
    case UInt8(ascii: "\""): try parseString()
    case UInt8(ascii: "["): try parseArray(depth: depth)
    case UInt8(ascii: "{"): try parseObject(depth: depth)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try parseNumber()
    case UInt8(ascii: "n"): try parseWord("null", .null)
    case UInt8(ascii: "t"): try parseWord("true", .true)
    case UInt8(ascii: "f"): try parseWord("false", .false)
    default: throw unexpectedByte(expected: "a JSON value")
    }
  }

  private mutating func parseWord(_ word: StaticString, _ kind: JSONDocument.Node.Kind) throws(TokenizerError) {
    let text = "\(word)".utf8
    guard bytes[position...].starts(with: text) else { throw unexpectedByte(expected: "a JSON value") }
    append(kind, start: position, count: text.count)
    position += text.count
  }

  private mutating func parseArray(depth: Int) throws(TokenizerError) {
    let node = try open(.array, depth: depth)
    var count: UInt32 = 0
    if !close(UInt8(ascii: "]")) {
      repeat {
        skipWhiteSpace()
        try parseValue(depth: depth + 1)
        count += 1
      } while try separatorOrEnd(UInt8(ascii: "]"), expected: "\",\" or \"]\"")
    }
    nodes[node].count = count
    nodes[node].end = UInt32(nodes.count)
  }

  private mutating func parseObject(depth: Int) throws(TokenizerError) {
    let node = try open(.object, depth: depth)
    var count: UInt32 = 0
    if !close(UInt8(ascii: "}")) {
      repeat {
        skipWhiteSpace()
        guard position < bytes.count else { throw endOfText() }
        guard bytes[position] == UInt8(ascii: "\"") else { throw unexpectedByte(expected: "a key in quotes") }
        try parseString()
        skipWhiteSpace()
        guard position < bytes.count else { throw endOfText() }
        guard bytes[position] == UInt8(ascii: ":") else { throw unexpectedByte(expected: "\":\" after the key") }
        position += 1
        skipWhiteSpace()
        try parseValue(depth: depth + 1)
        count += 1
      } while try separatorOrEnd(UInt8(ascii: "}"), expected: "\",\" or \"}\"")
    }
    nodes[node].count = count
    nodes[node].end = UInt32(nodes.count)
    try checkKeys(ofObjectAt: node)
  }

  private mutating func open(_ kind: JSONDocument.Node.Kind, depth: Int) throws(TokenizerError) -> Int {
    guard depth < JSONDocument.maximumDepth else {
      throw error("is nested deeper than \(JSONDocument.maximumDepth) levels", at: position)
    }
    append(kind, start: position, count: 0)
    position += 1
    skipWhiteSpace()
    return nodes.count - 1
  }

  private mutating func close(_ bracket: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == bracket else { return false }
    position += 1
    return true
  }

  /// Steps over what follows an element: true after a comma, false after the closing bracket.
  private mutating func separatorOrEnd(_ bracket: UInt8, expected: String) throws(TokenizerError) -> Bool {
    skipWhiteSpace()
    guard position < bytes.count else { throw endOfText() }
    let byte = bytes[position]
    guard byte == bracket || byte == UInt8(ascii: ",") else { throw unexpectedByte(expected: expected) }
    position += 1
    return byte != bracket
  }

  private mutating func skipWhiteSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  mutating func append(_ kind: JSONDocument.Node.Kind, start: Int, count: Int, hasEscapes: Bool = false) {
    nodes.append(
      JSONDocument.Node(
        kind: kind, hasEscapes: hasEscapes, start: UInt32(start), count: UInt32(count), end: UInt32(nodes.count + 1)))
  }
}

extension JSONParser {
  func error(_ message: String, at offset: Int) -> TokenizerError {
    let before = bytes[..<offset]
    let line = before.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
    return TokenizerError(kind: .malformed, file: name, field: "line \(line), byte \(offset)", message: message)
  }

  func endOfText() -> TokenizerError {
    error("ends in the middle of a JSON value; the file is cut off", at: bytes.count)
  }

  func unexpectedByte(expected: String) -> TokenizerError {
    let byte = bytes[position]
    let found = (0x21..<0x7F).contains(byte) ? "\"\(Unicode.Scalar(byte))\"" : "the byte 0x\(Self.hex(UInt32(byte)).suffix(2))"
    return error("expected \(expected), found \(found)", at: position)
  }

  static func hex(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
