import Foundation
import Testing

@testable import Demonstrations

@Suite struct DemonstrationPromptTests {
  private func episode(_ id: String, steps count: Int) -> Episode {
    let steps = (0..<count).map { index in
      Step(
        stepIndex: index,
        observation: Observation(
          screenshotPath: "\(index).png", windowTitle: "Window \(index / 2)", screenSize: ScreenSize(width: 100, height: 100)),
        action: Action(type: .click, coordinates: Coordinates(x: index, y: 50)), reasoning: "Because of \(index)\nand more")
    }
    return Episode(episodeID: id, instruction: "Turn off \(id)", steps: steps)
  }

  private func options(_ style: PromptOptions.Style, tokens: Int? = nil, _ screens: PromptOptions.Screens = .none) -> PromptOptions {
    var options = PromptOptions { $0.count }
    options.style = style
    options.maximumTokens = tokens
    options.screens = screens
    return options
  }

  @Test func stylesHaveTheirForms() throws {
    let demonstration = [PromptDemonstration(episode("sound", steps: 3))]
    #expect(
      try DemonstrationPrompt(demonstration, options: options(.minimal)).text == """
        Here is a relevant demonstration:

        Task: Turn off sound
        Steps: CLICK(x=0, y=0.5) -> CLICK(x=0.01, y=0.5) -> CLICK(x=0.02, y=0.5)
        """)
    #expect(
      try DemonstrationPrompt(demonstration, options: options(.concise)).text.hasPrefix(
        """
        Here is a relevant demonstration:

        DEMONSTRATION:
        Task: Turn off sound

        Step 1:
          Window: Window 0
          Action: CLICK(x=0, y=0.5)

        Step 2:
        """))
    let verbose = try DemonstrationPrompt(demonstration, options: options(.verbose)).text
    #expect(verbose.contains("  [Why: Because of 1 and more]\n  [Action: CLICK(x=0.01, y=0.5)]\n  [Result: Window changed to Window 1]"))
    let trajectory = try DemonstrationPrompt(demonstration, options: options(.trajectory)).text
    #expect(trajectory.contains("PLAN:\n1. Because of 0 and more\n2. "))
    #expect(
      trajectory.contains("Step 2:\n  Think: Because of 1 and more\n  Action: CLICK(x=0.01, y=0.5)\n  Expect: Window changed to Window 1"))
    #expect(trajectory.contains("NOTE: Adapt steps as needed"))
  }

  /// Every action in a prompt is one that the parser reads.
  @Test func actionsInPromptsCanBeParsed() throws {
    let text = try DemonstrationPrompt([PromptDemonstration(episode("a", steps: 5))], options: options(.concise)).text
    let calls = text.split(separator: "\n").compactMap { $0.firstMatch(of: #/  Action: (.+)/#).map { String($0.1) } }
    #expect(calls.count == 5)
    for call in calls { #expect(throws: Never.self) { try Action(call: call) } }
  }

  @Test func theTaskAndTheCurrentScreenComeLast() throws {
    let prompt = try DemonstrationPrompt(
      [PromptDemonstration(episode("a", steps: 1), score: 0.867), PromptDemonstration(episode("b", steps: 1), score: 0.5)], task: "Do it",
      currentScreen: "now.png",
      options: {
        var options = options(.minimal, .none); options.includesScores = true; return options
      }())
    #expect(prompt.parts.suffix(2) == [.screen("now.png"), .text("\nWhat is the next action?")])
    #expect(prompt.text.contains("Here are 2 relevant demonstrations:\n\nDemo 1 (relevance: 0.87):\nTask: Turn off a"))
    #expect(prompt.text.contains("NOW PERFORM THIS TASK:\nGoal: Do it"))
    #expect(prompt.omissions.isEmpty)
  }

  private func options(_ style: PromptOptions.Style, _ screens: PromptOptions.Screens) -> PromptOptions {
    options(style, tokens: nil, screens)
  }

  /// However small the budget: it is kept, the current screen is there, the ends of a demonstration outlast its middle, and the text says
  /// what is missing.
  @Test(arguments: PromptOptions.Style.allCases)
  func aBudgetIsKeptAndNothingGoesSilently(_ style: PromptOptions.Style) throws {
    let demonstrations = [PromptDemonstration(episode("a", steps: 12)), PromptDemonstration(episode("b", steps: 7))]
    let whole = try DemonstrationPrompt(demonstrations, task: "Do it", currentScreen: "now.png", options: options(style, .paths))
    #expect(whole.omissions.isEmpty)
    var fewest = Int.max
    for budget in stride(from: whole.tokens, to: 0, by: -13) {
      guard
        let prompt = try? DemonstrationPrompt(
          demonstrations, task: "Do it", currentScreen: "now.png", options: options(style, tokens: budget, .paths))
      else {
        fewest = min(fewest, budget)
        continue
      }
      #expect(prompt.tokens <= budget)
      #expect(prompt.parts.contains(.screen("now.png")))
      for omission in prompt.omissions where !omission.steps.isEmpty {
        let count = omission.episodeID == "a" ? 12 : 7
        let isWhole = omission.steps.count == count
        #expect(isWhole || (!omission.steps.contains(1) && !omission.steps.contains(count)))
        #expect(prompt.text.contains("left out to save space]"))
      }
      #expect(prompt.omissions.isEmpty == (budget >= whole.tokens))
    }
    #expect(fewest < 2_500 && fewest < whole.tokens / 2)
    let error = #expect(throws: DemonstrationError.self) {
      try DemonstrationPrompt(demonstrations, task: "Do it", currentScreen: "now.png", options: options(style, tokens: 10))
    }
    #expect(error?.code == .limitExceeded)
  }

  @Test func screensAreGivenAsDataURIs() throws {
    try Recordings.withFolder { folder in
      let png = Recordings.png(width: 4, height: 3)
      for index in 0..<3 { try Recordings.write(png, to: "\(folder)/\(index).png") }
      let demonstration = PromptDemonstration(episode("a", steps: 3), folder: folder)
      let prompt = try DemonstrationPrompt([demonstration], task: "t", currentScreen: "now.png", options: options(.concise, .dataURIs))
      let screens = prompt.parts.compactMap { if case .screen(let screen) = $0 { screen } else { nil } }
      #expect(screens.count == 4 && screens[0] == "data:image/png;base64,\(Base64.encode(png))" && screens[3] == "now.png")
      #expect(prompt.content.array?.count == prompt.parts.count)
      #expect(prompt.content.array?.compactMap { $0.object?["image_url"]?.object?["url"]?.string } == screens)
      // A picture costs; the budget takes those of the middle first.
      let smaller = try DemonstrationPrompt(
        [demonstration], task: "t", currentScreen: "now.png", options: options(.concise, tokens: prompt.tokens - 1, .dataURIs))
      #expect(smaller.omissions == [DemonstrationPrompt.Omission(episodeID: "a", steps: [], screens: [2])])
      #expect(smaller.text.contains("[Screenshot left out to save space]"))
    }
  }

  @Test func noDemonstrationIsNoHeading() throws {
    #expect(try DemonstrationPrompt([]).text.isEmpty)
    #expect(try DemonstrationPrompt([], task: "Do it").text.hasPrefix("NOW PERFORM THIS TASK:\nGoal: Do it"))
  }
}
