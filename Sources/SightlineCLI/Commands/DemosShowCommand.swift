import ArgumentParser
import Demonstrations
import Foundation
import Sightline

extension DemosCommand {
  /// The command `sightline demos show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show a demonstration: its steps, its episode as JSON, or its screens as a page.")

    @Argument(help: ArgumentHelp("The demonstration's id.", valueName: "id"))
    var id: String

    @OptionGroup var library: LibraryArguments

    @Flag(name: .long, help: "Print the episode as JSON, in OpenAdapt's schema 1.0.0.")
    var json = false

    @Option(name: .long, help: ArgumentHelp("Write a page with every screen and where it is touched, too.", valueName: "file"))
    var html: String?

    func run() throws {
      let demonstration = try library.open().demonstration(id)
      let episode = try demonstration.episode()
      if let html { try DemonstrationPage.filmstrip(demonstration, episode).write(to: html) }
      if json { return try Console.write(try episode.json() + "\n") }
      let record = demonstration.record
      let rows = [
        ("task", record.task), ("programs", record.applications.joined(separator: ", ")),
        ("domains", record.domains.joined(separator: ", ")), ("platform", record.platform ?? ""),
        ("tags", record.tags.joined(separator: ", ")),
        ("screens", record.screens.rawValue), ("source", record.source), ("episode", demonstration.episodePath),
      ]
      for (name, value) in rows where !value.isEmpty {
        try Console.write(name.padding(toLength: 12, withPad: " ", startingAt: 0) + ResultTable.printable(value) + "\n")
      }
      for (place, step) in record.steps.enumerated() {
        let screen = demonstration.screen(ofStep: place) == nil ? " (no screen)" : ""
        try Console.write(String(format: "%4d  ", step.index) + ResultTable.printable(step.words) + screen + "\n")
      }
    }
  }
}
