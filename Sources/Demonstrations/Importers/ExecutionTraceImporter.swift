import Foundation

/// Traces of openadapt-evals: a `README.md` that tells each step, and the screen after each.
public enum ExecutionTraceImporter: DemonstrationImporter {
  /// The format's name.
  public static let name = "execution trace"

  /// Whether there is a `README.md` beside `step_01.png`.
  public static func recognizes(_ folder: DemonstrationFolder) -> Bool { folder.has("README.md") && folder.has("step_01.png") }

  /// Reads the trace.
  ///
  /// The screen before a step is the one after the step before it.
  public static func read(_ folder: DemonstrationFolder, _ options: ImportOptions) throws -> ImportedDemonstrations {
    let file = "\(folder.path)/README.md"
    let text = try folder.text("README.md")
    guard let title = text.firstMatch(of: /(?m)^# (?:Execution Trace:\s*)?(.+)$/) else {
      throw DemonstrationError(.missingField, file: file, field: "title", "is missing; a trace begins with a line # and its task")
    }
    var sections: [(number: Int, text: Substring)] = []
    for part in text.split(separator: #/(?m)^### Step /#).dropFirst() {
      guard let number = Int(part.prefix { $0.isNumber }) else { continue }
      sections.append((number, part))
    }
    var screen = folder.names.first { $0.hasPrefix("step_00") && $0.hasSuffix(".png") }
    var steps: [Step] = []
    for section in sections where section.number > 0 {
      let body = section.text.split(separator: #/(?m)^## /#).first ?? section.text
      func field(_ name: String) -> String? {
        for line in body.split(whereSeparator: \.isNewline) where line.hasPrefix("**\(name)**:") {
          return line.dropFirst(name.count + 5).trimmingCharacters(in: .whitespaces)
        }
        return nil
      }
      let words = field("Planner") ?? ""
      let code = field("Action")
      var action = code.flatMap { try? PyAutoGUI.actions($0).first } ?? StepSentence.action(words)
      action.raw = action.raw.adding(["description": .string(words)])
      if let code { action.raw = action.raw.adding(["original": .string(code)]) }
      if let result = field("Result") { action.raw = action.raw.adding(["result": .string(result)]) }
      let size = screen.flatMap { ScreenFiles(folder: folder).size(of: $0) }
      if let grounder = field("Grounder") { place(grounder, size, &action) }
      steps.append(
        Step(
          stepIndex: steps.count, observation: Observation(screenshotPath: screen, screenSize: size), action: action,
          reasoning: words.isEmpty ? nil : words))
      let after = "step_\(section.number < 10 ? "0" : "")\(section.number).png"
      if folder.has(after) { screen = after }
    }
    guard !steps.isEmpty else {
      throw DemonstrationError(.empty, file: file, "has no steps; each begins with a line ### Step and its number")
    }
    steps[steps.count - 1].done = true
    var episode = Episode(episodeID: "trace_\(folder.name)", instruction: String(title.1), steps: steps)
    episode.sourceFile = file
    var result = ImportedDemonstrations()
    result.problems = ScreenFiles(folder: folder).resolve(&episode)
    result.demonstrations = [ImportedDemonstration(episode: episode, folder: folder.path, format: name)]
    return result
  }

  /// The grounder gives boxes in thousandths of the screen: the middle is where it clicked.
  private static func place(_ text: String, _ size: ScreenSize?, _ action: inout Action) {
    guard let match = text.firstMatch(of: /\[\s*(\d{1,4})\s*,\s*(\d{1,4})\s*,\s*(\d{1,4})\s*,\s*(\d{1,4})\s*\]/) else { return }
    let sides = [match.1, match.2, match.3, match.4].compactMap { Double($0) }
    guard sides.count == 4, sides[2] >= sides[0], sides[3] >= sides[1], sides.allSatisfy({ $0 <= 1_000 }) else { return }
    let place = NormalizedCoordinates(x: (sides[0] + sides[2]) / 2_000, y: (sides[1] + sides[3]) / 2_000)
    action.normalizedCoordinates = place
    guard let size else { return }
    let scale = (Double(size.width) / 1_000, Double(size.height) / 1_000)
    action.coordinates = Coordinates(x: Int((place.x * Double(size.width)).rounded()), y: Int((place.y * Double(size.height)).rounded()))
    action.element?.bounds = BoundingBox(
      x: Int((sides[0] * scale.0).rounded()), y: Int((sides[1] * scale.1).rounded()),
      width: Int(((sides[2] - sides[0]) * scale.0).rounded()), height: Int(((sides[3] - sides[1]) * scale.1).rounded()))
  }
}
