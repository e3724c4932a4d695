/// A value of a pickle.
enum PickleValue: Sendable, Equatable {
  case text(String)
  case integer(Int)
  case number(Double)
  case list([PickleValue])
  case dictionary([String: PickleValue])
}

/// Reads pickles (Python's serialised objects, protocol 4) of plain data: texts, numbers, lists, and dictionaries with texts as keys.
///
/// Only the instructions that build those are known. Those that import, call or construct, which make foreign pickles dangerous to
/// Python, are refused like any other unknown byte. Memory stays proportional to the bytes: nothing but a text can be used twice.
struct PickleReader {
  /// Lists and dictionaries inside each other at most.
  static let deepest = 16

  private enum Instruction: UInt8 {
    case protocolVersion = 0x80
    case frame = 0x95
    case memoize = 0x94
    case shortText = 0x8c
    case text = 0x58
    case emptyList = 0x5d
    case emptyDictionary = 0x7d
    case mark = 0x28
    case appends = 0x65
    case setItems = 0x75
    case number = 0x47
    case integer = 0x4a
    case byteInteger = 0x4b
    case shortInteger = 0x4d
    case get = 0x68
    case longGet = 0x6a
    case stop = 0x2e
  }

  private let bytes: [UInt8]
  private var offset = 0
  /// Where the instruction begins that is carried out.
  private var start = 0
  private var stack: [PickleValue] = []
  /// Heights of the stack where lists of elements begin.
  private var marks: [Int] = []
  /// Values that may be used again; `nil` for those that are not texts.
  private var memo: [String?] = []

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Reads the one value of a pickle.
  static func read(_ bytes: [UInt8]) throws(PickleError) -> PickleValue {
    var reader = PickleReader(bytes)
    return try reader.read()
  }

  private mutating func read() throws(PickleError) -> PickleValue {
    guard bytes.count >= 2, bytes[0] == Instruction.protocolVersion.rawValue, bytes[1] == 4 else {
      throw fault("does not begin as protocol 4")
    }
    offset = 2
    while true {
      start = offset
      let byte = try unsigned(1)
      guard let instruction = Instruction(rawValue: UInt8(byte)), instruction != .protocolVersion else {
        throw fault("instruction 0x\(String(byte, radix: 16)) is not one of plain data")
      }
      if instruction == .stop { return try end() }
      try perform(instruction)
    }
  }

  private mutating func end() throws(PickleError) -> PickleValue {
    guard marks.isEmpty, stack.count == 1 else { throw fault("the end comes before all values are in place") }
    guard offset == bytes.count else { throw fault("\(bytes.count - offset) bytes follow the end") }
    return stack[0]
  }

  private mutating func perform(_ instruction: Instruction) throws(PickleError) {
    switch instruction {
    case .protocolVersion, .stop: break
    case .frame: try frame()
    case .memoize:
      guard let top = stack.last else { throw fault("there is no value to remember") }
      if case .text(let text) = top { memo.append(text) } else { memo.append(nil) }
    case .shortText: stack.append(.text(try text(try unsigned(1))))
    case .text: stack.append(.text(try text(try unsigned(4))))
    case .emptyList: stack.append(.list([]))
    case .emptyDictionary: stack.append(.dictionary([:]))
    case .mark:
      guard marks.count < Self.deepest else { throw fault("more than \(Self.deepest) lists and dictionaries are inside each other") }
      marks.append(stack.count)
    case .appends: try append()
    case .setItems: try set()
    case .number: stack.append(.number(Double(bitPattern: try take(8).reduce(0) { $0 << 8 | UInt64($1) })))
    case .integer: stack.append(.integer(Int(Int32(truncatingIfNeeded: try unsigned(4)))))
    case .byteInteger: stack.append(.integer(try unsigned(1)))
    case .shortInteger: stack.append(.integer(try unsigned(2)))
    case .get: try get(try unsigned(1))
    case .longGet: try get(try unsigned(4))
    }
  }

  /// A frame announces how many bytes follow, for readers of streams.
  private mutating func frame() throws(PickleError) {
    let length = try take(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(bytes.count - offset) else {
      throw fault("a frame of \(length) bytes is announced, but \(bytes.count - offset) follow")
    }
  }

  private mutating func append() throws(PickleError) {
    let elements = try elements()
    guard case .list(var list)? = stack.popLast() else { throw fault("elements are appended to what is not a list") }
    list += elements
    stack.append(.list(list))
  }

  private mutating func set() throws(PickleError) {
    let elements = try elements()
    guard case .dictionary(var dictionary)? = stack.popLast() else { throw fault("entries are set in what is not a dictionary") }
    guard elements.count.isMultiple(of: 2) else { throw fault("an entry has a key and no value") }
    for index in stride(from: 0, to: elements.count, by: 2) {
      guard case .text(let key) = elements[index] else { throw fault("a key is not a text") }
      guard dictionary.updateValue(elements[index + 1], forKey: key) == nil else { throw fault("the key \"\(key)\" comes twice") }
    }
    stack.append(.dictionary(dictionary))
  }

  /// Takes the values since the last mark off the stack, and leaves the one below on top.
  private mutating func elements() throws(PickleError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw fault("elements end that did not begin") }
    // What they are added to lies right below its own mark, and above the mark outside.
    guard mark > marks.last ?? 0 else { throw fault("there is nothing to add elements to") }
    let elements = Array(stack[mark...])
    stack.removeLast(stack.count - mark)
    return elements
  }

  private mutating func get(_ index: Int) throws(PickleError) {
    guard index < memo.count else { throw fault("value \(index) is used before it was remembered") }
    guard let text = memo[index] else { throw fault("value \(index), which is not a text, is used twice") }
    stack.append(.text(text))
  }

  private mutating func text(_ count: Int) throws(PickleError) -> String {
    guard let text = String(validating: try take(count), as: UTF8.self) else { throw fault("a text is not UTF-8") }
    return text
  }

  private mutating func unsigned(_ count: Int) throws(PickleError) -> Int {
    try take(count).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private mutating func take(_ count: Int) throws(PickleError) -> ArraySlice<UInt8> {
    guard count <= bytes.count - offset else {
      throw fault("\(count) bytes are announced, but \(bytes.count - offset) follow")
    }
    defer { offset += count }
    return bytes[offset..<offset + count]
  }

  private func fault(_ reason: String) -> PickleError {
    PickleError(offset: start, reason: reason)
  }
}
