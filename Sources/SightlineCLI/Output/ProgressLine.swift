import Foundation
import Synchronization

/// How far long work has come: a line that is drawn again on a terminal, a line now and then elsewhere.
final class ProgressLine: Sendable {
  /// What is counted.
  enum Unit: ExpressibleByStringLiteral {
    /// Things, by their name in the plural.
    case things(String)
    case bytes

    init(stringLiteral name: String) { self = .things(name) }
  }

  private struct State {
    var done = 0
    var total: Int?
    /// How much of that was done before, and says nothing of the rate.
    var reused = 0
    var drawn = ContinuousClock.now
    var isDrawn = false
  }

  private let unit: Unit
  private let start = ContinuousClock.now
  private let state: Mutex<State>

  /// Progress towards a total, where it is known.
  init(total: Int?, unit: Unit) {
    state = Mutex(State(total: total))
    self.unit = unit
  }

  /// Sets how much is done, of how much where that has become known, and how much of it an earlier run has left.
  func update(_ done: Int, of total: Int? = nil, reused: Int = 0) {
    state.withLock { state in
      (state.done, state.reused) = (done, reused)
      state.total = total ?? state.total
      let now = ContinuousClock.now
      // A terminal is redrawn ten times a second, a log gets a line every ten seconds; work of less than a second shows nothing.
      guard now - start > .seconds(1), now - state.drawn > (Console.errorIsTerminal ? .milliseconds(100) : .seconds(10)) else { return }
      state.drawn = now
      draw(state)
      state.isDrawn = true
    }
  }

  /// Clears the line.
  func finish() {
    state.withLock { state in
      if state.isDrawn && Console.errorIsTerminal { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
      state.isDrawn = false
    }
  }

  /// Bytes in the unit that people read: `4.26 GB`.
  static func size(_ bytes: Int) -> String {
    let (value, unit) = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")].first { Double(bytes) >= $0.0 } ?? (1, "bytes")
    let number = Double(bytes) / value
    return value == 1 ? "\(bytes) \(unit)" : String(format: number < 100 ? "%.2f" : "%.0f", number) + " \(unit)"
  }

  private func draw(_ state: State) {
    let total = state.total
    let seconds = (ContinuousClock.now - start) / .seconds(1) + 1e-3
    let rate = Double(state.done - state.reused) / seconds
    var line =
      switch unit {
      case .things(let name): "\(state.done)\(total.map { "/\($0)" } ?? "") \(name)"
      case .bytes: Self.size(state.done) + (total.map { " of \(Self.size($0))" } ?? "")
      }
    if let total, rate > 0 { line += ", \(Self.time(Double(max(total - state.done, 0)) / rate)) left" }
    switch unit {
    case .things: line += String(format: ", %.1f/s", rate)
    case .bytes: line += ", \(Self.size(Int(max(rate, 0))))/s"
    }
    if Console.errorIsTerminal {
      FileHandle.standardError.write(Data("\r\u{1B}[K\(bar(state))\(line)".utf8))
    } else {
      Console.note(line)
    }
  }

  private func bar(_ state: State) -> String {
    guard let total = state.total, total > 0 else { return "" }
    let filled = min(20 * state.done / total, 20)
    return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled) + "] "
  }

  private static func time(_ seconds: Double) -> String {
    let seconds = Int(seconds.rounded(.up))
    return seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
  }
}
