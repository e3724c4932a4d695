import ArgumentParser
import Foundation
import Sightline

/// How vectors are printed.
enum VectorFormat: String, ExpressibleByArgument, CaseIterable {
  /// One object with all vectors.
  case json
  /// One object a line, as soon as it is known.
  case jsonl
  /// NumPy's file format, f32, [items][dimensions]; failed items are rows of NaN.
  case npy
  /// JSON lines with each vector as base64 of little-endian f32.
  case base64
}

/// Prints vectors in one of the formats, in the order of the items.
struct VectorWriter {
  private let format: VectorFormat
  private let dimensions: Int
  private let model: String
  private var count = 0
  private var bytes = Data()

  init(_ format: VectorFormat, dimensions: Int, model: String) {
    self.format = format
    self.dimensions = dimensions
    self.model = model
  }

  mutating func begin() throws {
    guard format == .json else { return }
    try Console.write("{\"model\":\(JSON.string(model)),\"dimensions\":\(dimensions),\"data\":[")
  }

  mutating func write(_ result: Result<[Float], ItemError>) throws {
    defer { count += 1 }
    switch format {
    case .npy:
      let vector = (try? result.get()) ?? [Float](repeating: .nan, count: dimensions)
      bytes.append(Self.littleEndian(vector))
    case .json: try Console.write((count == 0 ? "\n" : ",\n") + record(result))
    case .jsonl, .base64: try Console.write(record(result) + "\n")
    }
  }

  mutating func end() throws {
    switch format {
    case .json: try Console.write("\n]}\n")
    case .jsonl, .base64: break
    case .npy: try FileHandle.standardOutput.write(contentsOf: npyHeader() + bytes)
    }
  }

  private func record(_ result: Result<[Float], ItemError>) throws -> String {
    switch result {
    case .success(let vector):
      let value = format == .base64 ? "\"\(Self.littleEndian(vector).base64EncodedString())\"" : JSON.numbers(vector)
      return "{\"index\":\(count),\"embedding\":\(value)}"
    case .failure(let error):
      return "{\"index\":\(count),\"error\":\(try JSON.string(error.description))}"
    }
  }

  /// Version 1.0 of the format: magic, a header as a Python literal, padded to a multiple of 64 bytes.
  private func npyHeader() -> Data {
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(count), \(dimensions)), }"
    while (10 + header.utf8.count + 1) % 64 != 0 { header += " " }
    header += "\n"
    let length = UInt16(header.utf8.count)
    return Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)] + Array(header.utf8))
  }

  private static func littleEndian(_ vector: [Float]) -> Data {
    var data = Data(capacity: vector.count * 4)
    for number in vector { withUnsafeBytes(of: number.bitPattern.littleEndian) { data.append(contentsOf: $0) } }
    return data
  }
}
