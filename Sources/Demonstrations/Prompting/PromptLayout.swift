/// Puts the drafts of a prompt together and takes out of them what a budget does not hold.
struct PromptLayout {
  private(set) var drafts: [PromptDraft]
  let task: String?
  let currentScreen: String?
  let options: PromptOptions

  init(drafts: [PromptDraft], task: String?, currentScreen: String?, options: PromptOptions) {
    self.drafts = drafts
    self.task = task
    self.currentScreen = currentScreen
    self.options = options
  }

  /// The prompt as it is now.
  var parts: [DemonstrationPrompt.Part] {
    var parts: [DemonstrationPrompt.Part] = []
    let included = drafts.filter(\.isIncluded)
    if !included.isEmpty {
      parts.append(
        .text(included.count == 1 ? "Here is a relevant demonstration:\n" : "Here are \(included.count) relevant demonstrations:\n"))
    }
    for (index, draft) in included.enumerated() {
      if let score = draft.score, options.includesScores {
        parts.append(.text("Demo \(index + 1) (relevance: \(Self.hundredths(score))):"))
      } else if included.count > 1 {
        parts.append(.text("Demo \(index + 1):"))
      }
      parts += draft.parts
    }
    let missing = drafts.count - included.count
    if missing > 0 { parts.append(.text("[\(missing) further demonstration\(missing == 1 ? "" : "s") left out to save space]")) }
    if let task { parts.append(.text("\(drafts.isEmpty ? "" : "\n")NOW PERFORM THIS TASK:\nGoal: \(task)")) }
    if let currentScreen { parts += [.text("The screen as it is now:"), .screen(currentScreen)] }
    if task != nil { parts.append(.text("\nWhat is the next action?")) }
    return merged(parts)
  }

  /// What it costs: the text as a whole, and each picture that is not a path.
  var tokens: Int {
    var text: [String] = []
    var pictures = 0
    for part in parts {
      switch part {
      case .text(let piece): text.append(piece)
      // The current screen is a picture whatever form its address has.
      case .screen(let screen):
        if options.screens == .dataURIs || screen == currentScreen { pictures += options.tokensPerScreen }
        if !screen.hasPrefix("data:") { text.append(screen) }
      }
    }
    return options.countTokens(text.joined(separator: "\n")) + pictures
  }

  /// Leaves out as little as the budget demands.
  ///
  /// - Throws: ``DemonstrationError`` for a budget that does not even hold the task and the current screen.
  mutating func fit() throws(DemonstrationError) {
    guard let maximum = options.maximumTokens else { return }
    guard tokens > maximum else { return }
    for draft in drafts.indices.reversed() where options.screens != .none {
      if shrink(until: maximum, drafts[draft].expendable, in: draft, { $0.hasScreen = false }) { return }
    }
    for draft in drafts.indices.reversed() {
      // The first and the last step show where it begins and what comes of it; they go with the demonstration.
      if shrink(until: maximum, drafts[draft].expendable.dropLast(2), in: draft, { $0.isIncluded = false }) { return }
    }
    for draft in drafts.indices.reversed() {
      drafts[draft].isIncluded = false
      if tokens <= maximum { return }
    }
    throw DemonstrationError(
      .limitExceeded, field: "maximumTokens",
      "\(maximum) tokens do not hold the task and the current screen, which take \(tokens); allow at least as many")
  }

  /// Changes as few of some entries as needed, in order; whether the prompt then fits.
  private mutating func shrink(
    until maximum: Int, _ places: some Collection<Int>, in draft: Int, _ change: (inout PromptDraft.Entry) -> Void
  ) -> Bool {
    // The fewest that do, by halving: what is counted shrinks with every entry.
    let places = Array(places)
    let before = drafts[draft]
    func applied(_ count: Int) -> PromptDraft {
      var changed = before
      for place in places.prefix(count) { change(&changed.entries[place]) }
      return changed
    }
    drafts[draft] = applied(places.count)
    guard tokens <= maximum else { return false }
    var low = 0
    var high = places.count
    while low < high {
      let middle = (low + high) / 2
      drafts[draft] = applied(middle)
      if tokens <= maximum { high = middle } else { low = middle + 1 }
    }
    drafts[draft] = applied(low)
    return true
  }

  /// Texts that follow each other as one.
  private func merged(_ parts: [DemonstrationPrompt.Part]) -> [DemonstrationPrompt.Part] {
    var result: [DemonstrationPrompt.Part] = []
    for part in parts {
      if case .text(let text) = part, case .text(let before) = result.last {
        result[result.count - 1] = .text("\(before)\n\(text)")
      } else {
        result.append(part)
      }
    }
    return result
  }

  private static func hundredths(_ value: Double) -> String {
    let number = (value * 100).rounded()
    guard number.magnitude < 1e9 else { return String(value) }
    let whole = Int(number.magnitude)
    let rest = whole % 100
    return "\(number < 0 ? "-" : "")\(whole / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
