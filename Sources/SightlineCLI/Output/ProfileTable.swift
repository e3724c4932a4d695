import Foundation
import Tensors

/// Where the time of this run went, as `--profile` says it.
enum ProfileTable {
  /// What all models of this run are measured by.
  static let profile = Profile()
  private static let start = ContinuousClock.now

  /// Begins to count the time of the run.
  static func begin() { _ = start }

  /// Writes the table, where anything was measured.
  static func write() {
    guard !profile.rows.isEmpty else { return }
    let elapsed = (ContinuousClock.now - start).components
    Console.note(text(profile.rows, elapsed: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18))
  }

  /// The rows, the longest of each stage first, with their share of the time that passed.
  static func text(_ rows: [Profile.Row], elapsed: Double) -> String {
    func padded(_ text: String, _ width: Int) -> String { text.padding(toLength: width, withPad: " ", startingAt: 0) }
    var stages: [String] = []
    for row in rows where !stages.contains(row.stage) { stages.append(row.stage) }
    var lines = [padded("stage", 14) + padded("operation", 30) + "  seconds   share    times    GFLOP/s"]
    for stage in stages {
      for row in rows.filter({ $0.stage == stage }).sorted(by: { $0.seconds > $1.seconds }) {
        let speed = row.arithmetic > 0 ? String(format: "%11.1f", row.arithmetic / row.seconds * 1e-9) : ""
        lines.append(
          padded(stage, 14) + padded(row.operation, 30)
            + String(format: "%9.3f  %5.1f %%  %7d", row.seconds, 100 * row.seconds / elapsed, row.count) + speed)
      }
    }
    lines.append(String(format: "%.3f seconds in all; what runs at the same time counts in each", elapsed))
    return lines.joined(separator: "\n")
  }
}
