import Checkpoints
import TestSupport

/// What transformers made of a tiny encoder.
struct ReferenceStages {
  /// Ids of each sequence.
  let sequences: [[Int32]]
  private let file: SafetensorsFile

  init(_ encoder: TinyEncoder) throws {
    sequences = try Fixtures.json([[Int32]].self, "encoders/\(encoder.rawValue).json")
    file = try SafetensorsFile(path: "\(Fixtures.root)/encoders/\(encoder.rawValue).safetensors")
  }

  /// The rows of a stage; a mean is one row.
  func rows(_ sequence: Int, _ stage: String) throws -> [[Float]] {
    let numbers = try file.numbers(of: "\(sequence)/\(stage)")
    return stride(from: 0, to: numbers.count, by: 48).map { Array(numbers[$0..<$0 + 48]) }
  }
}

/// Bits of numbers, for comparisons that must be exact.
func bits(_ rows: [[Float]]) -> [[UInt32]] { rows.map { $0.map(\.bitPattern) } }
