/// One value of a ``JSONDocument``, and how to take it with the type that it must have.
///
/// Every error names the file and the path of the value in it.
struct JSONValue {
  let document: JSONDocument
  let index: Int

  private var node: JSONDocument.Node { document.nodes[index] }

  var kind: JSONDocument.Node.Kind { node.kind }

  var isNull: Bool { kind == .null }

  /// The bytes of a number, or of a string without escapes, as they stand in the text.
  private var text: ArraySlice<UInt8> { document.bytes[Int(node.start)..<Int(node.start) + Int(node.count)] }

  /// How many elements or members there are.
  var count: Int { Int(node.count) }

  func string() throws(TokenizerError) -> String {
    try check(.string)
    return String(decoding: document.stringBytes(of: index), as: UTF8.self)
  }

  /// Appends a string's UTF-8 to `buffer`: the way that costs no allocation.
  func appendString(to buffer: inout [UInt8]) throws(TokenizerError) {
    try check(.string)
    if node.hasEscapes {
      buffer.append(contentsOf: document.stringBytes(of: index))
    } else {
      // A loop, since a slice of a few bytes costs more to make than to copy.
      for position in Int(node.start)..<Int(node.start) + Int(node.count) { buffer.append(document.bytes[position]) }
    }
  }

  func bool() throws(TokenizerError) -> Bool {
    guard kind == .true || kind == .false else { throw wrongType(expected: "true or false") }
    return kind == .true
  }

  /// A whole number written without fraction and exponent.
  func integer(in range: ClosedRange<Int>) throws(TokenizerError) -> Int {
    guard kind == .number else { throw wrongType(expected: "a whole number") }
    // Nineteen digits and a sign: more cannot fit, whatever they are.
    guard text.count <= 20, let value = Int(String(decoding: text, as: UTF8.self)), range.contains(value) else {
      let found = String(decoding: text.prefix(24), as: UTF8.self)
      throw error(.malformed, "expected a whole number from \(range.lowerBound) to \(range.upperBound), found \(found)")
    }
    return value
  }

  /// The elements of an array, in order.
  func elements() throws(TokenizerError) -> Elements {
    try check(.array)
    return Elements(document: document, position: index + 1, end: Int(node.end))
  }

  /// The members of an object, in the order of the text.
  func members() throws(TokenizerError) -> Members {
    try check(.object)
    return Members(document: document, position: index + 1, end: Int(node.end))
  }

  /// The value of a key of an object, or nil if the object does not have the key.
  ///
  /// - Complexity: O(members)
  func value(of key: String) throws(TokenizerError) -> JSONValue? {
    for member in try members() where try member.key.string() == key { return member.value }
    return nil
  }

  /// The value of a key that the object must have.
  func requiredValue(of key: String) throws(TokenizerError) -> JSONValue {
    guard let value = try value(of: key) else { throw error(.malformed, "the field \(key.quotedForMessage) is missing") }
    return value
  }

  /// Refuses members that this library does not know: each of them could change the ids.
  func checkKeys(_ known: [String]) throws(TokenizerError) {
    for member in try members() where !known.contains(try member.key.string()) {
      throw member.value.error(.unsupported, "is a field that this library does not know, so it cannot be carried out")
    }
  }

  private func check(_ expected: JSONDocument.Node.Kind) throws(TokenizerError) {
    guard kind == expected else { throw wrongType(expected: expected.description) }
  }

  private func wrongType(expected: String) -> TokenizerError {
    error(.malformed, "expected \(expected), found \(kind.description)")
  }

  /// An error about this value.
  func error(_ kind: TokenizerError.Kind, _ message: String) -> TokenizerError {
    TokenizerError(kind: kind, file: document.name, field: document.path(to: index), message: message)
  }
}

extension JSONValue {
  /// The elements of an array, one after the other.
  struct Elements: Sequence, IteratorProtocol {
    fileprivate let document: JSONDocument
    fileprivate var position: Int
    fileprivate let end: Int

    mutating func next() -> JSONValue? {
      guard position < end else { return nil }
      defer { position = Int(document.nodes[position].end) }
      return JSONValue(document: document, index: position)
    }
  }

  /// The members of an object, one after the other.
  struct Members: Sequence, IteratorProtocol {
    fileprivate let document: JSONDocument
    fileprivate var position: Int
    fileprivate let end: Int

    mutating func next() -> (key: JSONValue, value: JSONValue)? {
      guard position < end else { return nil }
      let key = position
      position = Int(document.nodes[key + 1].end)
      return (JSONValue(document: document, index: key), JSONValue(document: document, index: key + 1))
    }
  }
}

extension JSONDocument.Node.Kind {
  fileprivate var description: String {
    switch self {
    case .null: "null"
    case .true: "true"
    case .false: "false"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
