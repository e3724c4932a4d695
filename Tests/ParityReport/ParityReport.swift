import Foundation
import Tensors
import TestSupport

/// Prints how far Sightline is from the Python reference: every stage and case, for both tiny checkpoints, in f32 and in bf16.
@main
struct ParityReport {
  static func main() async throws {
    var failures = 0
    var total = 0
    for checkpoint in TinyCheckpoint.allCases {
      for precision in [Precision.float32, .bfloat16] {
        print("\n\(checkpoint.rawValue), \(precision.rawValue)\n")
        print(line("case", "measure", "difference", "tolerance"))
        for row in try await ParityCheck(checkpoint, precision).rows() {
          total += 1
          if !row.passes { failures += 1 }
          print(line(row.name, row.measure, number(row.difference), number(row.tolerance)) + (row.passes ? "" : "  FAILED"))
        }
      }
    }
    print("\n\(total) comparisons, \(failures) beyond their tolerance")
    exit(failures == 0 ? 0 : 1)
  }

  private static func line(_ name: String, _ measure: String, _ difference: String, _ tolerance: String) -> String {
    func padded(_ text: String, _ width: Int) -> String { text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0) }
    return padded(name, 42) + padded(measure, 26) + padded(difference, 12) + tolerance
  }

  private static func number(_ value: Double) -> String {
    value == 0 ? "0" : String(format: "%.1e", value)
  }
}
