import Foundation
public import Tensors

/// Writes a safetensors file piece by piece, so that few numbers are in memory at once, however large a tensor is.
public struct SafetensorsWriter {
  /// A tensor to be written.
  public struct Tensor: Sendable {
    /// Its name.
    public let name: String
    /// Its number type.
    public let dtype: DType
    /// Dimensions, outermost first.
    public let shape: [Int]

    /// A tensor of the given name, type and shape.
    public init(name: String, dtype: DType, shape: [Int]) {
      self.name = name
      self.dtype = dtype
      self.shape = shape
    }

    /// Numbers in the tensor.
    public var count: Int { shape.reduce(1, *) }
  }

  /// Numbers that are made and written at once.
  static let pieceCount = 1 << 22

  /// Writes `tensors` to a file that appears whole or not at all.
  ///
  /// - Parameters:
  ///   - path: The file; an old one is replaced.
  ///   - tensors: What it holds, in order.
  ///   - metadata: The header's `__metadata__`.
  ///   - fill: Called for each tensor, in order, with a run of its numbers and the bytes to fill with them, until all have been there.
  /// - Throws: `CheckpointError` when the file cannot be written, such as on a full disk; nothing is left behind then.
  public static func write(
    _ path: String, _ tensors: [Tensor], metadata: [String: String] = [:],
    fill: (Tensor, Range<Int>, UnsafeMutableRawBufferPointer) -> Void
  ) throws(CheckpointError) {
    let file = try begin(path, tensors, metadata)
    for tensor in tensors {
      for first in stride(from: 0, to: tensor.count, by: pieceCount) {
        let numbers = first..<min(tensor.count, first + pieceCount)
        let memory = Memory(byteCount: numbers.count * tensor.dtype.byteCount) { fill(tensor, numbers, $0) }
        try file.write(UnsafeRawBufferPointer(start: memory.base, count: memory.byteCount))
      }
    }
    try file.commit()
  }

  /// Writes `tensors` whose bytes come in pieces of any size, to a file that appears whole or not at all.
  ///
  /// `pieces` is called for each tensor, in order, with what takes the next of its bytes.
  ///
  /// - Throws: `CheckpointError` when the file cannot be written, and what `pieces` throws; nothing is left behind then.
  static func write(
    _ path: String, _ tensors: [Tensor], metadata: [String: String],
    pieces: (Tensor, _ write: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    let file = try begin(path, tensors, metadata)
    for tensor in tensors {
      var left = tensor.count * tensor.dtype.byteCount
      try pieces(tensor) { bytes in
        left -= bytes.count
        precondition(left >= 0)
        try file.write(bytes)
      }
      precondition(left == 0, "\(tensor.name) is not whole")
    }
    try file.commit()
  }

  private static func begin(
    _ path: String, _ tensors: [Tensor], _ metadata: [String: String]
  ) throws(CheckpointError) -> AtomicFile {
    let file = try AtomicFile(path)
    let header = header(tensors, metadata)
    try file.write(withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) })
    try file.write(header)
    return file
  }

  /// The header as JSON, padded with blanks so that the data begins on a multiple of 64 bytes.
  private static func header(_ tensors: [Tensor], _ metadata: [String: String]) -> [UInt8] {
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.count * tensor.dtype.byteCount
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      let dtype = "\"dtype\":\"\(tensor.dtype.rawValue)\""
      fields.append("\(quoted(tensor.name)):{\(dtype),\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var bytes = Array("{\(fields.joined(separator: ","))}".utf8)
    while (8 + bytes.count) % 64 != 0 { bytes.append(UInt8(ascii: " ")) }
    return bytes
  }

  /// A text as JSON has it.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
