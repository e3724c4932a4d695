import Embedding
import Foundation
import Testing

@testable import Retrieval

/// Readers and a writer in different processes at the same time.
@Suite struct ProcessesTests {
  private func place() async throws -> Workplace {
    let place = try Workplace()
    for index in 0..<10 { try place.write("\(index).txt", "number \(index)") }
    try await place.index()
    return place
  }

  @Test func aReaderInAnotherProcessSeesOneStateWhileThisOneWritesAndCompacts() async throws {
    let place = try await place()
    let reader = try OtherProcess(["read", place.directory, "-", "10"])
    #expect(reader.firstWords() == "reading\n")
    for round in 0..<8 {
      for index in 0..<10 { try place.write("\(index).txt", "number \(index), round \(round)", age: Double(500 - round)) }
      #expect(try await place.index().replaced == 10)
      try await place.collection().compact()
    }
    let lines = try reader.finish()
    #expect(lines.last?.hasSuffix("searches") == true, "\(lines)")
    #expect(try await place.contents().count == 10)
  }

  @Test func thisReaderSeesOneStateWhileAnotherProcessWritesAndCompacts() async throws {
    let place = try await place()
    let reader = try place.retriever()
    let writer = try OtherProcess(["write", place.directory, place.files, "8"])
    #expect(writer.firstWords().hasPrefix("round 0\n"))
    var options = SearchOptions()
    options.count = 100
    repeat {
      #expect(try await reader.search(Item(text: "x"), options).count == 10)
      #expect(try await place.contents().count == 10)
    } while writer.process.isRunning
    #expect(try writer.finish().last == "round 7")
    #expect(try await place.contents().count == 10)
  }
}
