import Checkpoints
import Qwen3VL
import Tensors
import TestSupport
import Testing

/// A tiny model with the arithmetic to run it in.
struct Setting: Sendable, CustomTestStringConvertible {
  let checkpoint: TinyCheckpoint
  let precision: Precision
  let instructionSet: InstructionSet

  var testDescription: String { "\(checkpoint.rawValue) \(precision.rawValue) \(instructionSet)" }

  /// Both checkpoints in all precisions on the fastest kernels.
  static let fastest = all.filter { $0.instructionSet == InstructionSet.available[0] }

  /// Both checkpoints in all precisions on all kernels that this machine has.
  static let all = TinyCheckpoint.allCases.flatMap { checkpoint in
    Precision.allCases.flatMap { precision in
      InstructionSet.available.map { Setting(checkpoint: checkpoint, precision: precision, instructionSet: $0) }
    }
  }

  /// The checkpoint opened, quantised where the precision needs it.
  var model: Qwen3VLModel {
    get throws {
      let directory = try precision == .int8 ? checkpoint.quantizedDirectory : checkpoint.directory
      return try Qwen3VLModel.open(Checkpoint(directory: directory), precision: precision).model
    }
  }

  func compute(threads: Int? = nil) -> Compute { Compute(precision: precision, threads: threads, instructionSet: instructionSet) }
}
