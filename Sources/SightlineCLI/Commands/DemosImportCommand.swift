import ArgumentParser
import Demonstrations
import Foundation
import Sightline

extension DemosCommand {
  /// The command `sightline demos import`.
  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Bring recordings into a library, which is made where it is not there yet.",
      discussion: """
        Examples:
          sightline demos import recordings/ --library office
          sightline demos import capture_31807990 --task "Turn off Night Shift" --app "System Settings"
        The format is found by what lies in a folder; Documentation/demonstrations.md lists them. A demonstration of an id that is there
        already is replaced; what has not changed is left alone. What fails is named and the rest is imported (exit code 1).
        """)

    @Argument(help: ArgumentHelp("Recordings: folders, folders of folders, or files.", valueName: "path"))
    var paths: [String]

    @OptionGroup var library: LibraryArguments

    @Option(name: .long, help: ArgumentHelp("The task in words, instead of what the recording says.", valueName: "text"))
    var task: String?

    @Option(name: .long, help: ArgumentHelp("A program that is used in it, beside those that the recording names.", valueName: "name"))
    var app: [String] = []

    @Option(
      name: .long, help: ArgumentHelp("A web server whose pages are used in it, beside those that the recording names.", valueName: "name"))
    var domain: [String] = []

    @Option(name: .long, help: ArgumentHelp("windows, macos, linux or web, instead of what the recording says.", valueName: "name"))
    var platform: String?

    @Option(name: .long, help: ArgumentHelp("A label to filter by.", valueName: "label"))
    var tag: [String] = []

    @Flag(name: .long, help: "Leave screens where they are and refer to them, instead of copying them into the library.")
    var reference = false

    @Flag(name: .long, help: "Keep what was typed into password fields; otherwise it is masked.")
    var keepSecrets = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var method: MethodArguments

    private struct Output: Encodable {
      struct Entry: Encodable {
        let id: String
        let change: String
      }
      let demonstrations: [Entry]
      let failures: [DemonstrationFailure]
    }

    func run() async throws {
      // Before anything is written: a model that cannot be opened is better known now.
      let settings = try method.settings()
      let library = try DemonstrationLibrary.openOrCreate(at: library.directory)
      var failures: [DemonstrationFailure] = []
      var news: [NewDemonstration] = []
      for path in paths {
        do {
          let (read, problems) = try read(path)
          news += read
          failures += problems
        } catch let error as DemonstrationError {
          failures.append(DemonstrationFailure(importing: path, error))
        }
      }
      let (changes, faults) = try library.add(news)
      failures += faults
      for failure in failures { Console.note(failure.description) }
      let (_, unembedded) = try await method.open(settings, for: library, try library.contents().demonstrations)
      failures += unembedded
      if json {
        let entries = changes.map { Output.Entry(id: $0.id, change: $0.change.rawValue) }
        try Console.write(JSON.pretty(Output(demonstrations: entries, failures: failures)) + "\n")
      } else {
        let counts = [DemonstrationChange.added, .updated, .unchanged].map { change in
          "\(changes.count { $0.change == change }) \(change.rawValue)"
        }
        try Console.write("\(counts.joined(separator: ", ")), \(failures.count) failed\n")
      }
      if !failures.isEmpty { throw ExitCode(1) }
    }

    private func read(_ path: String) throws -> (news: [NewDemonstration], problems: [DemonstrationFailure]) {
      var options = ImportOptions()
      options.keepsSecrets = keepSecrets
      options.instruction = task
      let imported = try DemonstrationImport.read(path, options: options)
      let news = imported.demonstrations.map { imported in
        var new = NewDemonstration(
          imported.episode, folder: imported.folder, source: imported.episode.sourceFile ?? imported.folder)
        new.labels.applications = app
        new.labels.domains = domain
        new.labels.platform = platform
        new.labels.tags = tag
        new.screens = reference ? .referenced : .copied
        return new
      }
      return (news, imported.problems.map { DemonstrationFailure(importing: path, $0) })
    }
  }
}
