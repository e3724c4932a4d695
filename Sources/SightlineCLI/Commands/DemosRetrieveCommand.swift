import ArgumentParser
import Demonstrations
import Foundation
import Sightline

/// What is looked for in a library.
struct DemonstrationQueryArguments: ParsableArguments {
  @Option(
    name: [.long, .customLong("image")], help: ArgumentHelp("The screen as it is now: path, URL or data: URI.", valueName: "picture"))
  var screenshot: String?

  @Option(name: .long, help: ArgumentHelp("The program in front: its name, its file, or its window's title.", valueName: "name"))
  var app: String?

  @Option(name: .long, help: ArgumentHelp("The page in front: its address, or its server's name.", valueName: "name"))
  var domain: String?

  func query(_ task: String?) -> DemonstrationQuery {
    DemonstrationQuery(task: task, screen: screenshot.map { ImageSource($0) }, application: app, domain: domain)
  }
}

extension DemosCommand {
  /// The command `sightline demos retrieve`.
  struct Retrieve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Find the demonstration that fits a task, a screen, or both.",
      discussion: """
        Examples:
          sightline demos retrieve "Switch the blue light filter off" --app "System Settings"
          sightline demos retrieve "Turn this off" --screenshot now.png --model DIR --embedding-method qwen3vl --html found.html
        Where nothing fits, it says so and lists what comes nearest; in JSON, "noMatch" is true.
        """)

    @Argument(help: ArgumentHelp("The task in words.", valueName: "task"))
    var task: String?

    @OptionGroup var query: DemonstrationQueryArguments

    @Option(name: .long, help: ArgumentHelp("Only demonstrations of this platform.", valueName: "name"))
    var platform: String?

    @Option(name: .long, help: ArgumentHelp("Only demonstrations with this label; several must all be there.", valueName: "label"))
    var tag: [String] = []

    @Option(name: .long, help: ArgumentHelp("Demonstrations at most.", valueName: "k"))
    var topK = 3

    @Option(name: .long, help: ArgumentHelp("Demonstrations that the reranker judges.", valueName: "n"))
    var rerankTopN = 20

    @Option(name: .long, help: ArgumentHelp("What is added for the same program.", valueName: "score"))
    var appBonus = DemonstrationRetriever.Options().applicationBonus

    @Option(name: .long, help: ArgumentHelp("What is added for the same web server.", valueName: "score"))
    var domainBonus = DemonstrationRetriever.Options().domainBonus

    @Option(name: .long, help: ArgumentHelp("The similarity below which nothing fits, instead of the method's own.", valueName: "score"))
    var threshold: Double?

    @Option(
      name: .long,
      help: ArgumentHelp(
        "Print those that fit as text for an agent: concise, verbose, minimal or trajectory; nothing where nothing fits.",
        valueName: "style"),
      transform: Retrieve.promptStyle)
    var prompt: PromptOptions.Style?

    @Option(name: .long, help: ArgumentHelp("Tokens of that text at most, four bytes each.", valueName: "n"))
    var maxTokens: Int?

    @OptionGroup var library: LibraryArguments

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Option(name: .long, help: ArgumentHelp("Write a page with the query's screen beside those found, too.", valueName: "file"))
    var html: String?

    @OptionGroup var method: MethodArguments

    mutating func validate() throws {
      guard task != nil || query.screenshot != nil else { throw ValidationError("Give a task, --screenshot, or both.") }
      guard topK >= 1 else { throw ValidationError("--top-k is \(topK), expected 1 or more.") }
      if let maxTokens, maxTokens < 1 { throw ValidationError("--max-tokens is \(maxTokens), expected 1 or more.") }
      guard rerankTopN >= 1 else { throw ValidationError("--rerank-top-n is \(rerankTopN), expected 1 or more.") }
      for (name, value) in [("--app-bonus", appBonus), ("--domain-bonus", domainBonus), ("--threshold", threshold ?? 0)]
      where !value.isFinite {
        throw ValidationError("\(name) is \(value), expected a number.")
      }
    }

    func run() async throws {
      let settings = try method.settings()
      let (library, demonstrations) = try library.read()
      let (opened, _) = try await method.open(settings, for: library, demonstrations)
      let retriever = DemonstrationRetriever(
        demonstrations, method: opened, reranker: try method.openReranker(), thresholds: library.thresholds)
      var options = DemonstrationRetriever.Options()
      options.topK = topK
      options.rerankTopN = rerankTopN
      options.applicationBonus = appBonus
      options.domainBonus = domainBonus
      options.threshold = threshold
      var asked = query.query(task)
      asked.platform = platform
      asked.tags = tag
      let ranking = try await retriever.retrieve(asked, options)
      if ranking.ignoresScreen { Console.note("The method \(opened.name.rawValue) sees no screens: only words were compared.") }
      if let html { try DemonstrationPage.ranking(asked, query.screenshot, ranking).write(to: html) }
      let prompt = try promptText(ranking)
      if json { return try Console.write(JSON.pretty(RankingOutput(ranking, method: opened.name, prompt: prompt)) + "\n") }
      try Console.write(prompt.map { $0.isEmpty ? "" : $0 + "\n" } ?? text(ranking))
    }

    private static func promptStyle(_ argument: String) throws -> PromptOptions.Style {
      guard let style = PromptOptions.Style(rawValue: argument) else {
        throw ValidationError(
          "--prompt is \(argument), expected one of \(PromptOptions.Style.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      return style
    }

    /// What an agent is given, where that was asked for: the demonstrations that fit.
    private func promptText(_ ranking: DemonstrationRanking) throws -> String? {
      guard let prompt else { return nil }
      var options = PromptOptions()
      options.style = prompt
      options.maximumTokens = maxTokens
      return try ranking.prompt(for: task, options)
    }

    private func text(_ ranking: DemonstrationRanking) -> String {
      guard !ranking.matches.isEmpty else { return "Nothing fits: no demonstration passes the filters.\n" }
      var text = ""
      if ranking.isNoMatch {
        text += String(format: "Nothing fits (below the threshold of %.3f). What comes nearest:\n", ranking.threshold ?? 0)
      } else if ranking.threshold == nil {
        text += "Whether any of these fits is not known: no threshold was chosen for this method (`sightline demos eval --calibrate`).\n"
      }
      for (index, match) in ranking.matches.enumerated() {
        let record = match.demonstration.record
        text += String(format: "%4d  %6.4f  ", index + 1, match.score) + ResultTable.printable("\(record.id)  \(record.task)") + "\n"
        var parts = [String(format: "similarity %.4f", match.similarity)]
        if let relevance = match.relevance { parts.append(String(format: "rerank %.4f", relevance)) }
        if match.applicationBonus != 0 { parts.append(String(format: "application %+.2f", match.applicationBonus)) }
        if match.domainBonus != 0 { parts.append(String(format: "domain %+.2f", match.domainBonus)) }
        if let failure = match.rerankFailure { parts.append("not judged: \(failure)") }
        text += "              " + ResultTable.printable(parts.joined(separator: ", ")) + "\n"
      }
      return text
    }
  }

  /// The command `sightline demos where`.
  struct Where: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say at which step of a demonstration a screen is.",
      discussion: """
        Example:
          sightline demos where night-shift --screenshot now.png --previous 2 --model DIR --embedding-method qwen3vl
        A method that sees no screens compares words: give --text for what is seen or is to be done next.
        """)

    @Argument(help: ArgumentHelp("The demonstration's id.", valueName: "id"))
    var id: String

    @OptionGroup var query: DemonstrationQueryArguments

    @Option(name: .long, help: ArgumentHelp("What is seen, or is to be done next, in words.", valueName: "text"))
    var text: String?

    @Option(name: .long, help: ArgumentHelp("The last known step, counted from 0: demonstrations go forward.", valueName: "step"))
    var previous: Int?

    @OptionGroup var library: LibraryArguments

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var method: MethodArguments

    mutating func validate() throws {
      guard text != nil || query.screenshot != nil else { throw ValidationError("Give --screenshot or --text.") }
    }

    func run() async throws {
      let settings = try method.settings()
      let (library, demonstrations) = try library.read()
      let (opened, _) = try await method.open(settings, for: library, demonstrations)
      let retriever = DemonstrationRetriever(demonstrations, method: opened)
      let position = try await retriever.position(of: query.query(text), in: id, previous: previous)
      if json { return try Console.write(JSON.pretty(PositionOutput(position)) + "\n") }
      let steps = try library.demonstration(id).record.steps
      if position.best == nil { try Console.write("No step of this demonstration. What comes nearest:\n") }
      for candidate in position.candidates.prefix(3) {
        try Console.write(
          String(format: "%4d  %5.1f %%  ", candidate.place, candidate.confidence * 100)
            + ResultTable.printable(steps[candidate.place].words) + "\n")
      }
      try Console.write(String(format: "   -  %5.1f %%  elsewhere\n", position.elsewhere * 100))
    }
  }
}
