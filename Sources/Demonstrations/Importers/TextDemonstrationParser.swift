import Foundation

/// Reads a demonstration in text line by line.
struct TextDemonstrationParser {
  /// Lines that were not understood.
  private(set) var problems: [DemonstrationError] = []
  private var header: [String: String] = [:]
  private var steps: [Draft] = []
  /// The last field, which lines without one continue.
  private var field: String?

  private struct Draft {
    var words: String
    var line: Int
    var fields: [String: String] = [:]
  }

  /// Takes the next line.
  mutating func add(_ line: String, number: Int) {
    let text = line.trimmingCharacters(in: .whitespaces)
    guard !text.isEmpty else {
      field = nil
      return
    }
    if let match = text.wholeMatch(of: /(?:(?i:step)\s+)?\d+\s*[.:)]\s*(.*)/) {
      steps.append(Draft(words: String(match.1), line: number))
      field = nil
    } else if let match = text.wholeMatch(of: /([A-Z][A-Z_ ]*|Think|Action|Expect|Result|Screen|Window|Reasoning):\s*(.*)/) {
      let name = match.1.uppercased()
      // A step's own fields are indented.
      let isOfStep = !steps.isEmpty && (line.first?.isWhitespace ?? false)
      if isOfStep {
        steps[steps.count - 1].fields[name] = String(match.2)
      } else {
        header[name] = String(match.2)
      }
      field = name
    } else if let field {
      // A long text goes on.
      if steps.last?.fields[field] != nil, line.first?.isWhitespace ?? false {
        steps[steps.count - 1].fields[field]? += "\n" + text
      } else {
        header[field] = [header[field] ?? "", text].filter { !$0.isEmpty }.joined(separator: "\n")
      }
    } else if !steps.isEmpty, line.first?.isWhitespace ?? false {
      steps[steps.count - 1].words += " " + text
    } else {
      problems.append(DemonstrationError(.malformed, field: "line \(number)", "\"\(text.prefix(80))\" belongs to no step; it is left out"))
    }
  }

  /// The episode.
  ///
  /// - Throws: ``DemonstrationError`` where there is no task.
  mutating func episode(id: String) throws(DemonstrationError) -> Episode {
    guard let task = header.removeValue(forKey: "TASK") ?? header.removeValue(forKey: "GOAL"), !task.isEmpty else {
      throw DemonstrationError(.missingField, field: "TASK", "is empty; say in words what the task is")
    }
    var made: [Step] = []
    for draft in steps { made.append(step(draft, index: made.count)) }
    var episode = Episode(episodeID: id, instruction: task, steps: made)
    for name in ["STEPS", "REFERENCE TRAJECTORY"] { header[name] = nil }
    let known = header.filter { !$0.value.isEmpty }
    if !known.isEmpty {
      episode.metadata = Dictionary(
        uniqueKeysWithValues: known.map { ($0.key.lowercased().replacing(" ", with: "_"), JSONValue.string($0.value)) })
    }
    return episode
  }

  private mutating func step(_ draft: Draft, index: Int) -> Step {
    var action: Action
    if let text = draft.fields["ACTION"] {
      do throws(ActionSyntaxError) {
        action = try Action(call: text)
        if !draft.words.isEmpty { action.raw = action.raw.adding(["description": .string(draft.words)]) }
      } catch {
        // An action in words is none of the language.
        action = StepSentence.action(text)
        if text.contains("(") && text.hasSuffix(")") {
          problems.append(
            DemonstrationError(
              .invalidField, step: index, field: "ACTION (line \(draft.line))", "\(error); the step is kept as a \(action.type.rawValue)"))
        }
        if !draft.words.isEmpty { action.raw?["description"] = .string(draft.words) }
      }
    } else {
      action = StepSentence.action(draft.words)
    }
    let others = draft.fields.filter { !["ACTION", "REASONING", "THINK", "WINDOW"].contains($0.key) }
    action.raw = action.raw.adding(
      Dictionary(uniqueKeysWithValues: others.map { ($0.key.lowercased().replacing(" ", with: "_"), JSONValue.string($0.value)) }))
    return Step(
      stepIndex: index, observation: Observation(windowTitle: draft.fields["WINDOW"]), action: action,
      reasoning: draft.fields["REASONING"] ?? draft.fields["THINK"] ?? (draft.words.isEmpty ? nil : draft.words))
  }
}
