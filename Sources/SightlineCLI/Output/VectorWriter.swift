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
      bytes.append(NumPyFile.bytes(vector))
    case .json: try Console.write((count == 0 ? "\n" : ",\n") + record(result))
    case .jsonl, .base64: try Console.write(record(result) + "\n")
    }
  }

  mutating func end() throws {
    switch format {
    case .json: try Console.write("\n]}\n")
    case .jsonl, .base64: break
    case .npy: try FileHandle.standardOutput.write(contentsOf: NumPyFile.header(rows: count, columns: dimensions) + bytes)
    }
  }

  private func record(_ result: Result<[Float], ItemError>) throws -> String {
    switch result {
    case .success(let vector):
      let value = format == .base64 ? "\"\(NumPyFile.bytes(vector).base64EncodedString())\"" : JSON.numbers(vector)
      return "{\"index\":\(count),\"embedding\":\(value)}"
    case .failure(let error):
      return "{\"index\":\(count),\"error\":\(try JSON.string(error.description))}"
    }
  }
}
