/// The variable-length codes of GIF: least significant bit first, at most 12 bits, in blocks of at most 255 bytes.
struct LZWDecoder {
  /// How a stream ended.
  enum Ending: Equatable {
    /// All output is there; whatever follows is not looked at.
    case complete
    /// The bytes, or the blocks, or the codes ended before that.
    case cutOff
    /// A code that has no meaning yet.
    case invalidCode
  }

  /// What has been decoded so far.
  private(set) var output: [UInt8] = []
  private let count: Int
  private let clear: Int
  private let codeBits: Int
  /// Of each code: the code of all but its last byte, its last byte, its length.
  private var prefix = [UInt16](repeating: 0, count: 4_096)
  private var last = [UInt8](repeating: 0, count: 4_096)
  private var length = [Int32](repeating: 1, count: 4_096)
  private var next = 0
  private var width = 0
  /// The code before, or `nil` after a clear.
  private var previous: Int?

  /// A decoder for `count` bytes of at most `codeBits` bits each.
  init(codeBits: Int, count: Int) {
    self.codeBits = codeBits
    self.count = count
    clear = 1 << codeBits
    for value in 0..<clear { last[value] = UInt8(value) }
    output.reserveCapacity(count)
    reset()
  }

  private mutating func reset() {
    next = clear + 2
    width = codeBits + 1
    previous = nil
  }

  /// Decodes blocks that begin at `start`.
  mutating func decode(blocks bytes: [UInt8], at start: Int) -> Ending {
    var block = start
    var buffer = 0
    var filled = 0
    while block < bytes.count, bytes[block] > 0 {
      let end = block + 1 + Int(bytes[block])
      // A block that is cut off is not begun.
      guard end <= bytes.count else { return .cutOff }
      for index in block + 1..<end {
        buffer |= Int(bytes[index]) << filled
        filled += 8
        while filled >= width {
          let code = buffer & (1 << width - 1)
          buffer >>= width
          filled -= width
          if let ending = take(code) { return ending }
        }
      }
      block = end
    }
    return .cutOff
  }

  /// Acts on one code; returns how the stream ends, if it does here.
  private mutating func take(_ code: Int) -> Ending? {
    if code == clear {
      reset()
      return nil
    }
    if code == clear + 1 { return .cutOff }
    guard let previous else {
      guard code < clear else { return .invalidCode }
      output.append(UInt8(code))
      self.previous = code
      return output.count == count ? .complete : nil
    }
    guard code <= next else { return .invalidCode }
    // The entry under construction ends in its own first byte, which is the first byte of the one before.
    let source = code == next ? previous : code
    let first = append(source)
    if code == next { output.append(first) }
    if next < 4_096 {
      prefix[next] = UInt16(previous)
      last[next] = first
      length[next] = length[previous] + 1
      if next == 1 << width - 1, width < 12 { width += 1 }
      next += 1
    }
    self.previous = code
    guard output.count >= count else { return nil }
    output.removeLast(output.count - count)
    return .complete
  }

  /// Appends the bytes of a code and returns the first of them.
  private mutating func append(_ code: Int) -> UInt8 {
    let end = output.count + Int(length[code])
    output.append(contentsOf: repeatElement(0, count: Int(length[code])))
    var code = code
    var index = end - 1
    while code > clear {
      output[index] = last[code]
      code = Int(prefix[code])
      index -= 1
    }
    output[index] = last[code]
    return last[code]
  }
}
