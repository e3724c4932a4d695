import Checkpoints
import Foundation
import Tensors
import TestSupport
import TextEncoders

/// Small encoders with the true architectures and made-up weights, written when a test first asks for them.
enum Encoder: String, CaseIterable, Sendable {
  case bert = "tiny-bert"
  case mpnet = "tiny-mpnet"

  /// The folder with the checkpoint's configuration files.
  var configurationDirectory: String { "\(Fixtures.root)/encoders/\(rawValue)" }

  /// The checkpoint in f32, as the real ones are stored.
  var directory: String {
    get throws {
      switch self {
      case .bert: try Self.bertDirectory.get()
      case .mpnet: try Self.mpnetDirectory.get()
      }
    }
  }

  private static let bertDirectory = Result { try bert.write("reference") }
  private static let mpnetDirectory = Result { try mpnet.write("reference") }

  func open(_ precision: Precision = .float32) throws -> TextEncoder {
    try TextEncoder.open(Checkpoint(directory: directory), precision: precision).model
  }

  /// Writes the checkpoint with other tensors.
  func write(
    _ variant: String, dtype: DType = .float32,
    change: ([SyntheticCheckpoint.Tensor]) -> [SyntheticCheckpoint.Tensor] = { $0 }
  ) throws -> String {
    let directory = "\(Fixtures.temporary)/\(rawValue)-\(variant)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let file = try ConfigurationObject(contentsOf: configurationDirectory + "/config.json")
    let tensors = try TextEncoder.syntheticTensors(TextEncoderConfiguration(file))
    try SyntheticCheckpoint(seed: 0).write(to: directory, change(tensors), dtype: dtype)
    try? FileManager.default.removeItem(atPath: directory + "/config.json")
    try FileManager.default.copyItem(atPath: configurationDirectory + "/config.json", toPath: directory + "/config.json")
    return directory
  }
}

/// What transformers made of a tiny encoder.
struct ReferenceStages {
  /// Ids of each sequence.
  let sequences: [[Int32]]
  private let file: SafetensorsFile

  init(_ encoder: Encoder) throws {
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
