import ArgumentParser
import Demonstrations
import Foundation
import Sightline

/// The command `sightline demos`.
struct DemosCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demos",
    abstract: "Keep demonstrations of GUI tasks, and find the one that fits a task and a screen.",
    subcommands: [Import.self, List.self, Show.self, Retrieve.self, Where.self, Remove.self, Export.self, Eval.self])

  /// Which library.
  struct LibraryArguments: ParsableArguments {
    @Option(
      name: .long,
      help: ArgumentHelp(
        "The library: a name, kept under $SIGHTLINE_HOME/demonstrations (default ~/.sightline), or a path with a slash in it.",
        valueName: "name"))
    var library = "default"

    mutating func validate() throws {
      do { _ = try DemonstrationLibrary.path(of: library) } catch { throw ValidationError("\(error)") }
    }

    var directory: String {
      get throws { try DemonstrationLibrary.path(of: library) }
    }

    func open() throws -> DemonstrationLibrary { try DemonstrationLibrary(opening: directory) }

    /// All demonstrations; what cannot be read is told at the terminal.
    func read() throws -> (library: DemonstrationLibrary, demonstrations: [Demonstration]) {
      let library = try open()
      let contents = try library.contents()
      for failure in contents.failures { Console.note(failure.description) }
      return (library, contents.demonstrations)
    }
  }
}

extension DemosCommand {
  /// The command `sightline demos list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Name the demonstrations of a library.")

    @OptionGroup var library: LibraryArguments

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
      let demonstrations = try library.read().demonstrations
      if json { return try Console.write(JSON.pretty(["demonstrations": demonstrations.map(DemonstrationOutput.init)]) + "\n") }
      if demonstrations.isEmpty { Console.note("There are no demonstrations yet; `sightline demos import` brings some.") }
      let width = min(40, demonstrations.map(\.record.id.count).max() ?? 0)
      for record in demonstrations.map(\.record) {
        let id = ResultTable.printable(record.id).padding(toLength: max(width, record.id.count), withPad: " ", startingAt: 0)
        let place = (record.applications.prefix(1) + record.domains.prefix(1)).joined(separator: ", ")
        try Console.write(
          ResultTable.printable("\(id)  \(record.task) (\(record.steps.count) steps\(place.isEmpty ? "" : ", \(place)"))") + "\n")
      }
    }
  }

  /// The command `sightline demos remove`.
  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove demonstrations with their screens, for good.")

    @Argument(help: ArgumentHelp("Ids of demonstrations.", valueName: "id"))
    var ids: [String]

    @OptionGroup var library: LibraryArguments

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
      try library.open().remove(ids)
      try Console.write(json ? JSON.pretty(["removed": ids]) + "\n" : "\(ids.count) removed\n")
    }
  }

  /// The command `sightline demos export`.
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write episodes of OpenAdapt's schema with their screens, and index.jsonl, into a new folder.")

    @Argument(help: ArgumentHelp("A folder that is not there yet.", valueName: "folder"))
    var folder: String

    @Argument(help: ArgumentHelp("Ids of demonstrations. Default: all.", valueName: "id"))
    var ids: [String] = []

    @OptionGroup var library: LibraryArguments

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
      let count = try library.open().export(ids.isEmpty ? nil : ids, to: folder)
      try Console.write(json ? JSON.pretty(["exported": count]) + "\n" : "\(count) written to \(folder)\n")
    }
  }
}
