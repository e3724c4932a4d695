import Foundation

/// One demonstration on its way into a prompt: its steps as text, and which of them are still in.
struct PromptDraft {
  /// A step's text and picture.
  struct Entry {
    let number: Int
    let text: String
    /// Its line of the plan, in the style that has one.
    let plan: String?
    let screen: String?
    var isIncluded = true
    var hasScreen: Bool
  }

  let episodeID: String
  let heading: String
  let closing: String?
  let style: PromptOptions.Style
  var entries: [Entry]
  var isIncluded = true
  let score: Double?

  init(_ demonstration: PromptDemonstration, _ options: PromptOptions) throws(DemonstrationError) {
    let episode = demonstration.episode
    episodeID = episode.episodeID
    score = demonstration.score
    style = options.style
    let task = Self.line(episode.instruction)
    switch style {
    case .concise: (heading, closing) = ("DEMONSTRATION:\nTask: \(task)\n", "---")
    case .verbose: (heading, closing) = ("Goal: \(task)\n", "---")
    case .minimal: (heading, closing) = ("Task: \(task)", nil)
    case .trajectory:
      (heading, closing) = (
        "GOAL: \(task)\n",
        "NOTE: Adapt steps as needed: the screen may differ from the recording, and some steps may be done already. Verify the goal itself."
      )
    }
    entries = []
    for (index, step) in episode.steps.enumerated() {
      let next = episode.steps.indices.contains(index + 1) ? episode.steps[index + 1] : nil
      let screen = try Self.screen(step, demonstration.folder, options.screens)
      entries.append(
        Entry(
          number: index + 1, text: Self.text(step, next, number: index + 1, style), plan: style == .trajectory ? Self.words(step) : nil,
          screen: screen, hasScreen: screen != nil))
    }
  }

  // MARK: Texts

  private static func text(_ step: Step, _ next: Step?, number: Int, _ style: PromptOptions.Style) -> String {
    let call = step.action.call(on: step.observation.screenSize)
    let title = [step.observation.windowTitle, step.observation.appName].compactMap { $0 }.first { !$0.isEmpty }.map(line)
    var lines: [String]
    switch style {
    case .minimal: return call
    case .concise:
      lines = ["Step \(number):"]
      if let title { lines.append("  Window: \(title)") }
      lines.append("  Action: \(call)")
    case .verbose:
      lines = ["Step \(number):"]
      let place = [title, step.observation.url.map(line)].compactMap { $0 }.joined(separator: ", ")
      if !place.isEmpty { lines.append("  [Screen: \(place)]") }
      if let reason = reason(step) { lines.append("  [Why: \(reason)]") }
      lines.append("  [Action: \(call)]")
      if let result = result(step, next) { lines.append("  [Result: \(result)]") }
    case .trajectory:
      lines = ["Step \(number):", "  Think: \(reason(step) ?? words(step))", "  Action: \(call)"]
      if let result = result(step, next) { lines.append("  Expect: \(result)") }
    }
    return lines.joined(separator: "\n")
  }

  private static func reason(_ step: Step) -> String? { step.reasoning.map(line).flatMap { $0.isEmpty ? nil : $0 } }

  /// The step in words: those of the recording, else its action.
  private static func words(_ step: Step) -> String {
    let told = step.action.raw?["description"]?.string ?? step.reasoning
    return told.map(line).flatMap { $0.isEmpty ? nil : $0 } ?? step.action.call(on: step.observation.screenSize)
  }

  /// What came of a step, where the recording says it or the next window's title does.
  private static func result(_ step: Step, _ next: Step?) -> String? {
    for name in ["expect", "result"] { if let text = step.action.raw?[name]?.string, !text.isEmpty { return line(text) } }
    guard let title = next?.observation.windowTitle, !title.isEmpty, title != step.observation.windowTitle else { return nil }
    return "Window changed to \(line(title))"
  }

  /// A text of a recording on one line, so that it cannot look like another part of the prompt.
  private static func line(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

  // MARK: Screens

  private static func screen(_ step: Step, _ folder: String?, _ screens: PromptOptions.Screens) throws(DemonstrationError) -> String? {
    let observation = step.observation
    switch screens {
    case .none: return nil
    case .paths:
      guard let path = observation.screenshotPath, let folder, !path.hasPrefix("/") else { return observation.screenshotPath }
      return "\(folder)/\(path)"
    case .dataURIs:
      if let path = observation.screenshotPath {
        guard let folder else {
          throw DemonstrationError(.unreadable, step: step.stepIndex, field: "observation.screenshot_path", "give the folder of \(path)")
        }
        do { return DataURI.of(try DemonstrationFolder(folder).data(path)) } catch { throw error.at(step: step.stepIndex) }
      }
      return observation.screenshotBase64.flatMap { Data(base64Encoded: $0) }.map(DataURI.of)
    }
  }
}

extension PromptDraft {
  /// What is left out of it; nil where it is whole.
  var omission: DemonstrationPrompt.Omission? {
    let steps = entries.filter { !$0.isIncluded || !isIncluded }.map(\.number)
    let screens = entries.filter { isIncluded && $0.isIncluded && $0.screen != nil && !$0.hasScreen }.map(\.number)
    return steps.isEmpty && screens.isEmpty && isIncluded
      ? nil : DemonstrationPrompt.Omission(episodeID: episodeID, steps: steps, screens: screens)
  }

  /// The demonstration as pieces.
  var parts: [DemonstrationPrompt.Part] {
    if style == .minimal {
      let calls = pieces.map { piece in
        switch piece {
        case .entry(let entry): entry.text
        case .gap(let first, let last): Self.note(first, last)
        }
      }
      return [.text("\(heading)\nSteps: \(calls.joined(separator: " -> "))")]
        + entries.filter { $0.isIncluded && $0.hasScreen }.compactMap(\.screen).map { .screen($0) }
    }
    var parts: [DemonstrationPrompt.Part] = [.text(heading)]
    if style == .trajectory {
      let lines = pieces.map { piece in
        switch piece {
        case .entry(let entry): "\(entry.number). \(entry.plan ?? "")"
        case .gap(let first, let last): Self.note(first, last)
        }
      }
      parts.append(.text("PLAN:\n\(lines.joined(separator: "\n"))\n\nREFERENCE TRAJECTORY:"))
    }
    for piece in pieces {
      switch piece {
      case .gap(let first, let last): parts.append(.text("\(Self.note(first, last))\n"))
      case .entry(let entry):
        if let screen = entry.screen, entry.hasScreen {
          parts += [.text(entry.text), .screen(screen)]
        } else {
          parts.append(.text(entry.text + (entry.screen == nil ? "" : "\n  [Screenshot left out to save space]") + "\n"))
        }
      }
    }
    if let closing { parts.append(.text(closing)) }
    return parts
  }

  private enum Piece {
    case entry(Entry)
    case gap(Int, Int)
  }

  /// Steps that are in, and the gaps between them.
  private var pieces: [Piece] {
    var pieces: [Piece] = []
    for entry in entries {
      if entry.isIncluded {
        pieces.append(.entry(entry))
      } else if case .gap(let first, _) = pieces.last {
        pieces[pieces.count - 1] = .gap(first, entry.number)
      } else {
        pieces.append(.gap(entry.number, entry.number))
      }
    }
    return pieces
  }

  private static func note(_ first: Int, _ last: Int) -> String {
    first == last ? "[Step \(first) left out to save space]" : "[Steps \(first) to \(last) left out to save space]"
  }

  /// The places of entries in the order in which they go: from the middle outwards, the first and the last at the end.
  var expendable: [Int] {
    let middle = Double(entries.count - 1) / 2
    return entries.indices.sorted { (abs(Double($0) - middle), $0) < (abs(Double($1) - middle), $1) }
  }
}

/// Pictures in the form of an address.
enum DataURI {
  /// The data URI of a picture, its type by its first bytes.
  static func of(_ data: Data) -> String {
    let type =
      data.starts(with: [0xFF, 0xD8])
      ? "jpeg" : data.starts(with: Array("RIFF".utf8)) ? "webp" : data.starts(with: Array("GIF8".utf8)) ? "gif" : "png"
    return "data:image/\(type);base64,\(data.base64EncodedString())"
  }
}
