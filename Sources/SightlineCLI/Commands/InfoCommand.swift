import ArgumentParser
import Foundation
import Sightline

/// The command `sightline info`.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Say what a checkpoint is, what memory it will take, and how it will run here.")

  @OptionGroup var model: ModelArguments

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func run() throws {
    let information = try model.open().information
    if json { return try Console.write(JSON.pretty(information) + "\n") }
    let rows: [(String, String?)] = [
      ("model", information.directory),
      ("parameters", Self.grouped(information.parameters)),
      ("dimensions", "\(information.dimensions)"),
      ("decoder", information.decoder),
      ("vision tower", information.vision),
      ("vocabulary", Self.grouped(information.vocabularySize)),
      ("output head", information.outputHead),
      ("positions", Self.grouped(information.maximumPositions)),
      ("weights", "\(Self.megabytes(information.mappedBytes)) mapped, \(Self.megabytes(information.convertedBytes)) converted"),
      ("working memory", information.workingBytes.map { "about \(Self.megabytes($0)) for the largest picture accepted" }),
      ("precision", information.precision),
      ("runs on", "\(information.threads) threads, \(information.instructionSet)"),
    ]
    for case (let name, let value?) in rows {
      try Console.write(name.padding(toLength: 16, withPad: " ", startingAt: 0) + value + "\n")
    }
  }

  private static func megabytes(_ bytes: Int) -> String {
    String(format: "%.0f MB", Double(bytes) / 1_000_000)
  }

  private static func grouped(_ number: Int) -> String {
    var digits = Array(String(number))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    return String(digits)
  }
}
