/// A JSON text that was read and checked as a whole.
///
/// It exists because a tokenizer's file holds half a million small values, for which general decoders take seconds: here a value
/// is 16 bytes that point into the text. Strict by RFC 8259, and beyond it: a key that occurs twice in one object, a lone
/// surrogate, invalid UTF-8, a byte order mark and nesting deeper than ``maximumDepth`` are errors.
final class JSONDocument: Sendable {
  /// A value; the values inside it follow it directly.
  struct Node: Sendable {
    enum Kind: UInt8, Sendable {
      case null, `false`, `true`, number, string, array, object
    }

    let kind: Kind
    /// Whether a string contains `\`, so that its bytes are not yet its value.
    let hasEscapes: Bool
    /// First byte in the text; for a string the one after the quote.
    let start: UInt32
    /// Bytes of a number or string, elements of an array, members of an object.
    var count: UInt32
    /// Index of the first node that is not inside this one.
    var end: UInt32
  }

  static let maximumDepth = 64
  static let maximumByteCount = 1 << 26

  /// The file's name, for messages.
  let name: String
  let bytes: [UInt8]
  let nodes: [Node]

  /// Reads the text.
  ///
  /// - Complexity: O(bytes), and 16 bytes of memory for each value.
  init(bytes: [UInt8], name: String) throws(TokenizerError) {
    guard bytes.count <= Self.maximumByteCount else {
      throw TokenizerError(
        kind: .malformed, file: name, field: "", message: "has \(bytes.count) bytes; at most \(Self.maximumByteCount) are read")
    }
    var parser = JSONParser(bytes: bytes, name: name)
    try parser.parseDocument()
    self.name = name
    self.bytes = bytes
    self.nodes = parser.nodes
  }

  var root: JSONValue { JSONValue(document: self, index: 0) }

  /// Where a node is, as a person would write it: `model.merges[17]`.
  ///
  /// - Complexity: O(siblings before the node, on every level); for messages only.
  func path(to target: Int) -> String {
    var path = ""
    var container = 0
    while container < target {
      let isObject = nodes[container].kind == .object
      var child = container + 1
      var position = 0
      // In an object the key's node comes before its value's.
      while nodes[isObject ? child + 1 : child].end <= target {
        child = Int(nodes[isObject ? child + 1 : child].end)
        position += 1
      }
      if isObject {
        path += (path.isEmpty ? "" : ".") + String(decoding: stringBytes(of: child), as: UTF8.self)
      } else {
        path += "[\(position)]"
      }
      container = isObject ? child + 1 : child
    }
    return path
  }

  /// The value of a string node, escapes resolved, as UTF-8.
  func stringBytes(of index: Int) -> [UInt8] {
    let node = nodes[index]
    let range = Int(node.start)..<Int(node.start) + Int(node.count)
    return node.hasEscapes ? JSONParser.resolvingEscapes(in: bytes[range]) : Array(bytes[range])
  }
}
