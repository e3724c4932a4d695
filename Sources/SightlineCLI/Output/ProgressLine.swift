import Foundation
import Synchronization

/// How far long work has come: a line that is drawn again on a terminal, a line now and then elsewhere.
final class ProgressLine: Sendable {
  private struct State {
    var done = 0
    var total: Int?
    var drawn = ContinuousClock.now
    var isDrawn = false
  }

  private let unit: String
  private let start = ContinuousClock.now
  private let state: Mutex<State>

  /// Progress towards `total` items, where it is known.
  init(total: Int?, unit: String) {
    state = Mutex(State(total: total))
    self.unit = unit
  }

  /// Sets the number of items that are done, and of how many where that has become known.
  func update(_ done: Int, of total: Int? = nil) {
    state.withLock { state in
      state.done = done
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

  private func draw(_ state: State) {
    let seconds = Double((ContinuousClock.now - start).components.seconds) + 1e-3
    let rate = Double(state.done) / seconds
    var line = "\(state.done)"
    if let total = state.total {
      line += "/\(total) \(unit)"
      if rate > 0 { line += ", \(Self.time(Double(total - state.done) / rate)) left" }
    } else {
      line += " \(unit)"
    }
    line += String(format: ", %.1f/s", rate)
    if Console.errorIsTerminal {
      FileHandle.standardError.write(Data("\r\u{1B}[K\(bar(state))\(line)".utf8))
    } else {
      Console.note(line)
    }
  }

  private func bar(_ state: State) -> String {
    guard let total = state.total, total > 0 else { return "" }
    let filled = 20 * min(state.done, total) / total
    return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled) + "] "
  }

  private static func time(_ seconds: Double) -> String {
    let seconds = Int(seconds.rounded(.up))
    return seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
  }
}
