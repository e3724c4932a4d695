import ArgumentParser
import Foundation
import Sightline

/// The command `sightline collection`.
struct CollectionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collection",
    abstract: "List, examine and look after collections.",
    subcommands: [List.self, Stats.self, Verify.self, Compact.self, Export.self, Import.self, Remove.self])

  /// Which collection, as an argument.
  struct Name: ParsableArguments {
    @Argument(help: ArgumentHelp("The collection: a name, or a path with a slash in it.", valueName: "name"))
    var name: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    mutating func validate() throws { try CollectionArguments.check(name) }

    var directory: String {
      get throws { try CollectionFolder().path(of: name) }
    }

    func open() throws -> SearchCollection { try SearchCollection(opening: directory) }

    /// Says what was done: a sentence, or JSON.
    func report(_ sentence: String, _ values: some Encodable) throws {
      try Console.write(json ? JSON.pretty(values) + "\n" : sentence + "\n")
    }
  }
}

extension CollectionCommand {
  /// The command `sightline collection list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Name the collections that are kept by name.")

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    private struct Entry: Encodable {
      let name: String
      let records: Int?
      let bytes: Int?
      let model: String?
      let error: String?
    }

    func run() async throws {
      let folder = CollectionFolder()
      var entries: [Entry] = []
      for name in folder.names() {
        do {
          let collection = try SearchCollection(opening: try folder.path(of: name))
          let statistics = try await collection.statistics()
          entries.append(
            Entry(
              name: name, records: statistics.records, bytes: statistics.bytes, model: collection.manifest.profile.model, error: nil))
        } catch {
          entries.append(Entry(name: name, records: nil, bytes: nil, model: nil, error: "\(error)"))
        }
      }
      if json { return try Console.write(JSON.pretty(entries) + "\n") }
      if entries.isEmpty { Console.note("There are no collections in \(folder.root).") }
      for entry in entries {
        let name = ResultTable.printable(entry.name).padding(toLength: max(24, entry.name.count), withPad: " ", startingAt: 0)
        try Console.write(
          entry.error.map { "\(name)  \($0)\n" }
            ?? "\(name)  \(entry.records ?? 0) records, \((entry.bytes ?? 0) / 1_000_000) MB, \(entry.model ?? "")\n")
      }
    }
  }

  /// The command `sightline collection stats`.
  struct Stats: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say what a collection is, what it holds, and what failed.")

    @OptionGroup var collection: Name

    private struct Output: Encodable {
      let manifest: CollectionManifest
      let statistics: CollectionStatistics
    }

    func run() async throws {
      let opened = try collection.open()
      let statistics = try await opened.statistics()
      let manifest = opened.manifest
      if collection.json {
        return try Console.write(JSON.pretty(Output(manifest: manifest, statistics: statistics)) + "\n")
      }
      let codes = [("int8", statistics.hasInt8Codes), ("binary", statistics.hasBinaryCodes)].filter(\.1).map(\.0)
      let kinds = statistics.kinds.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
      let rows = [
        ("folder", opened.directory),
        (
          "model",
          ([manifest.profile.model] + [manifest.profile.revision, manifest.profile.location].compactMap(\.self)).joined(separator: ", ")
        ),
        ("records", kinds.isEmpty ? "none" : "\(statistics.records) (\(kinds))"),
        ("sources", "\(statistics.sources)"),
        ("vectors", "\(manifest.vectors.dimensions) numbers of \(manifest.vectors.number.rawValue), \(statistics.deadVectors) dead rows"),
        ("codes", codes.isEmpty ? "none" : codes.joined(separator: ", ")),
        ("passages", "\(manifest.passages.tokens) tokens, overlap \(manifest.passages.overlap)"),
        ("size", ProgressLine.size(statistics.bytes)),
        ("failures", "\(statistics.failures.count)"),
      ]
      for (name, value) in rows {
        try Console.write(name.padding(toLength: 12, withPad: " ", startingAt: 0) + ResultTable.printable(value) + "\n")
      }
      for failure in statistics.failures { try Console.write("  \(ResultTable.printable(failure.description))\n") }
    }
  }

  /// The command `sightline collection verify`.
  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compare everything with its checksums; exit code 1 where something is wrong.")

    @OptionGroup var collection: Name

    func run() async throws {
      let faults = try await collection.open().verify()
      try collection.report(faults.isEmpty ? "Nothing is wrong." : faults.joined(separator: "\n"), ["faults": faults])
      if !faults.isEmpty { throw ExitCode(1) }
    }
  }

  /// The command `sightline collection compact`.
  struct Compact: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Free the room of removed records, and make int8 codes.")

    @OptionGroup var collection: Name

    func run() async throws {
      let opened = try collection.open()
      let before = try await opened.statistics().bytes
      try await opened.compact()
      let after = try await opened.statistics().bytes
      try collection.report("\(before) bytes before, \(after) bytes now", ["before": before, "after": after])
    }
  }

  /// The command `sightline collection export`.
  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a collection as JSON lines and a NumPy file of vectors, into a new folder.")

    @OptionGroup var collection: Name

    @Argument(help: ArgumentHelp("A folder that is not there yet.", valueName: "folder"))
    var folder: String

    func run() async throws {
      let count = try await collection.open().export(to: folder)
      try collection.report("\(count) records written to \(folder)", ["records": count])
    }
  }

  /// The command `sightline collection import`.
  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a collection of what `export` wrote.")

    @OptionGroup var collection: Name

    @Argument(help: ArgumentHelp("The exported folder.", valueName: "folder"))
    var folder: String

    func run() async throws {
      let count = try await SearchCollection.import(folder, to: collection.directory).statistics().records
      try collection.report("\(count) records read from \(folder)", ["records": count])
    }
  }

  /// The command `sightline collection remove`.
  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove a collection with all its files, for good.")

    @OptionGroup var collection: Name

    func run() throws {
      let directory = try collection.directory
      try SearchCollection.remove(directory)
      try collection.report("\(directory) is removed", ["removed": directory])
    }
  }
}
