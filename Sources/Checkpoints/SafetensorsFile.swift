import Foundation
import Tensors

/// One safetensors file: where each tensor lies in the mapped bytes.
///
/// Layout of the format: 8 bytes with the header's length (little endian), the header as JSON, then the tensors' bytes without gaps.
/// Everything is checked before anything is used: the header lies within the file, every tensor within the data, no two overlap, none is
/// left out, and each has the bytes that its shape and type need.
public struct SafetensorsFile: Sendable {
  /// A tensor's type, shape and place.
  public struct Entry: Sendable, Equatable {
    /// The format's name of the number type, such as `BF16`.
    public let type: String
    /// Dimensions, outermost first.
    public let shape: [Int]
    /// Bytes within the file.
    public let bytes: Range<Int>
  }

  /// The file.
  public let path: String
  /// All tensors by name.
  public let entries: [String: Entry]
  /// The header's `__metadata__`.
  public let metadata: [String: String]
  let memory: Memory

  /// Longest header accepted; the format's own limit.
  static let headerLimit = 100_000_000

  /// Maps a file and reads its header.
  ///
  /// - Throws: `CheckpointError` that says what is wrong with the file.
  public init(path: String) throws(CheckpointError) {
    let memory = try MappedFile.map(path)
    func malformed(_ reason: String) -> CheckpointError { CheckpointError(.malformedFile, file: path, reason) }
    guard memory.byteCount >= 8 else { throw malformed("holds \(memory.byteCount) bytes, too few for a safetensors header") }
    let headerLength = UInt64(littleEndian: memory.base.loadUnaligned(as: UInt64.self))
    guard headerLength <= memory.byteCount - 8 else {
      throw malformed(
        "says its header has \(headerLength) bytes, but the file has only \(memory.byteCount): it is truncated or not a safetensors file")
    }
    guard headerLength <= Self.headerLimit else {
      throw malformed("says its header has \(headerLength) bytes; a safetensors header has at most \(Self.headerLimit)")
    }
    let dataStart = 8 + Int(headerLength)
    let header: [String: HeaderValue]
    do {
      header = try JSONDecoder().decode(
        [String: HeaderValue].self, from: Data(bytes: memory.base + 8, count: Int(headerLength)))
    } catch {
      throw malformed("has a header that is not the JSON of a safetensors file")
    }

    var entries: [String: Entry] = [:]
    var metadata: [String: String] = [:]
    for (name, value) in header {
      switch value {
      case .metadata(let values) where name == "__metadata__": metadata = values
      case .tensor(let tensor) where name != "__metadata__":
        entries[name] = try Self.entry(name, tensor, dataStart: dataStart, fileSize: memory.byteCount, path: path)
      default:
        throw malformed(
          name == "__metadata__"
            ? "has a __metadata__ that is not an object of texts"
            : "describes tensor \(name.prefix(200)) without a dtype, a shape and two data_offsets that can be read")
      }
    }
    var end = dataStart
    // Empty tensors come before the one that begins where they lie.
    let inOrder = entries.sorted {
      ($0.value.bytes.lowerBound, $0.value.bytes.upperBound) < ($1.value.bytes.lowerBound, $1.value.bytes.upperBound)
    }
    for (name, entry) in inOrder {
      guard entry.bytes.lowerBound == end else {
        let fault = entry.bytes.lowerBound < end ? "overlaps the tensor before it" : "leaves a gap behind the tensor before it"
        throw malformed("tensor \(name.prefix(200)) \(fault): it begins at byte \(entry.bytes.lowerBound) of the file, expected \(end)")
      }
      end = entry.bytes.upperBound
    }
    guard end == memory.byteCount else {
      throw malformed("has \(memory.byteCount - end) bytes behind its last tensor that no tensor accounts for")
    }
    self.path = path
    self.entries = entries
    self.metadata = metadata
    self.memory = memory
  }

  /// All numbers of a tensor as f32, row-major.
  ///
  /// - Throws: `CheckpointError` when there is no such tensor, or when its numbers are not BF16, F16 or F32.
  public func numbers(of name: String) throws(CheckpointError) -> [Float] {
    guard let entry = entries[name] else { throw CheckpointError(.missingTensor, file: path, "does not hold the tensor \(name)") }
    guard let dtype = DType(rawValue: entry.type), dtype != .int8 else {
      throw CheckpointError(.invalidTensor, file: path, "tensor \(name) is stored as \(entry.type); supported are BF16, F16 and F32")
    }
    let (memory, offset) = memory(of: entry, dtype)
    let matrix = Matrix(
      memory: memory, byteOffset: offset, dtype: dtype, rows: 1, columns: entry.bytes.count / dtype.byteCount)
    return matrix.row(0)
  }

  /// A tensor's bytes, on an address that its number size divides.
  func memory(of entry: Entry, _ dtype: DType) -> (Memory, offset: Int) {
    let address = Int(bitPattern: memory.base) + entry.bytes.lowerBound
    guard address % dtype.byteCount != 0 else { return (memory, entry.bytes.lowerBound) }
    // A header whose length is odd leaves the numbers on odd addresses: a copy of our own.
    let copy = Memory(byteCount: entry.bytes.count) { bytes in
      bytes.copyMemory(from: UnsafeRawBufferPointer(start: memory.base + entry.bytes.lowerBound, count: entry.bytes.count))
    }
    return (copy, 0)
  }

  private static func entry(
    _ name: String, _ tensor: HeaderTensor, dataStart: Int, fileSize: Int, path: String
  ) throws(CheckpointError) -> Entry {
    func malformed(_ reason: String) -> CheckpointError {
      CheckpointError(.malformedFile, file: path, "tensor \(name.prefix(200)) \(reason)")
    }
    guard let bits = bitsPerElement[tensor.dtype] else { throw malformed("has the unknown number type \(tensor.dtype.prefix(20))") }
    let shape = tensor.shape.count <= 16 ? "\(tensor.shape)" : "of \(tensor.shape.count) dimensions"
    guard tensor.shape.allSatisfy({ $0 >= 0 }) else { throw malformed("has a negative dimension in its shape \(shape)") }
    guard tensor.data_offsets.count == 2 else { throw malformed("has \(tensor.data_offsets.count) data offsets, expected 2") }
    let (begin, end) = (tensor.data_offsets[0], tensor.data_offsets[1])
    let dataSize = fileSize - dataStart
    guard begin >= 0, begin <= end, end <= dataSize else {
      throw malformed("claims bytes \(begin) to \(end), but the file has \(dataSize) bytes of data: it is truncated or damaged")
    }
    var size = bits
    for dimension in tensor.shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
      guard !overflow else { throw malformed("has the shape \(shape), which no file can hold") }
      size = product
    }
    guard size % 8 == 0 else {
      throw malformed("of shape \(shape) in \(tensor.dtype) has \(size) bits, which are not whole bytes")
    }
    guard size / 8 == end - begin else {
      throw malformed("of shape \(shape) in \(tensor.dtype) needs \(size / 8) bytes, but \(end - begin) are set aside for it")
    }
    return Entry(type: tensor.dtype, shape: tensor.shape, bytes: dataStart + begin..<dataStart + end)
  }

  /// Every number type of the format, whether or not a model of ours uses it: sizes must be checked all the same.
  private static let bitsPerElement = [
    "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E5M2FNUZ": 8,
    "F8_E4M3FNUZ": 8, "F8_E8M0": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "C64": 64,
    "F64": 64, "I64": 64, "U64": 64,
  ]
}

private struct HeaderTensor: Decodable {
  let dtype: String
  let shape: [Int]
  let data_offsets: [Int]
}

private enum HeaderValue: Decodable {
  case tensor(HeaderTensor)
  case metadata([String: String])
  case neither

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let tensor = try? container.decode(HeaderTensor.self) {
      self = .tensor(tensor)
    } else if let values = try? container.decode([String: String].self) {
      self = .metadata(values)
    } else {
      self = .neither
    }
  }
}
