/// Reads little-endian numbers out of bytes, and never past their end.
struct ByteReader {
  private let bytes: [UInt8]
  private let format: ImageFormat
  /// Where the next read begins.
  var position: Int

  init(_ bytes: [UInt8], of format: ImageFormat, at position: Int = 0) {
    self.bytes = bytes
    self.format = format
    self.position = position
  }

  /// Bytes from the position to the end.
  var remaining: Int { max(0, bytes.count - position) }

  mutating func byte() throws(MediaError) -> Int { Int(try take(1)[0]) }

  mutating func number16() throws(MediaError) -> Int {
    let taken = try take(2)
    return Int(taken[0]) | Int(taken[1]) << 8
  }

  mutating func number32() throws(MediaError) -> Int {
    let taken = try take(4)
    return Int(taken[0]) | Int(taken[1]) << 8 | Int(taken[2]) << 16 | Int(taken[3]) << 24
  }

  /// The next bytes, counted from 0.
  mutating func take(_ count: Int) throws(MediaError) -> [UInt8] {
    guard count >= 0, position >= 0, count <= remaining else { throw MediaError(.truncated, "the \(format.name) ends inside its header") }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  mutating func skip(_ count: Int) throws(MediaError) {
    guard count >= 0, position >= 0, count <= remaining else { throw MediaError(.truncated, "the \(format.name) ends inside its header") }
    position += count
  }
}
