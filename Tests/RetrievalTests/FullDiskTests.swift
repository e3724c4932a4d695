import Foundation
import Testing

@testable import Retrieval

/// A disk that fills up at any point, under the vectors or under SQLite's files.
@Suite struct FullDiskTests {
  @Test func whatWasAcknowledgedSurvivesAndTheNextRunGoesOn() async throws {
    // How much is written where there is room.
    let whole = try await fill(room: .max)
    #expect(whole.lines == ["enough", "acknowledged: 150", "found: 150", "indexed: 0", "enough", "found: 140"])
    var places: Set<String> = []
    let steps = 16
    for step in 0..<steps {
      let (lines, _) = try await fill(room: whole.bytes * step / steps)
      let numbers = lines.compactMap { $0.split(separator: ": ").last.flatMap { Int($0) } }
      try #require(numbers.count == 4, "\(lines)")
      #expect(numbers[0] <= numbers[1], "of what was acknowledged, records are missing: \(lines)")
      #expect(numbers[1] + numbers[2] <= 150, "what was found was embedded again: \(lines)")
      #expect(numbers[3] == 140, "the next run did not do the rest, or something of the first one is left: \(lines)")
      for line in lines where line.hasPrefix("full: ") {
        #expect(line.contains("the disk is full; make room and run this again"), "\(line)")
        places.insert(line.contains("records.sqlite") ? "records" : "vectors")
      }
    }
    // Both have met it.
    #expect(places == ["records", "vectors"])
  }

  /// What a process says that fills a disk, without the last line, and the bytes that it wrote; the collection is then checked.
  private func fill(room: Int) async throws -> (lines: [String], bytes: Int) {
    let place = try Workplace()
    // More than one change's worth.
    for index in 0..<150 { try place.write("\(index).txt", "number \(index)") }
    _ = try place.collection()
    let lines = try OtherProcess(["fill", place.directory, place.files, "\(room)"]).finish()
    #expect(try await place.contents().count == 140)
    let bytes = lines.last?.split(separator: ": ").last.flatMap { Int($0) }
    return (Array(lines.dropLast()), try #require(bytes, "\(lines)"))
  }
}
