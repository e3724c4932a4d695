import Embedding
import Foundation
import GRDB
import Synchronization
import TestSupport
import Testing

@testable import Retrieval

/// What was acknowledged is there, whatever stops the writer; nothing else is.
@Suite struct CrashTests {
  private struct Crash: Error {}

  @Test(arguments: CollectionWriter.Step.allCases, 0..<4)
  func aWriterThatStopsAtAnyStepLeavesOneState(step: CollectionWriter.Step, passed: Int) async throws {
    let place = try Workplace()
    try place.write("kept.txt", "kept")
    try place.write("changed.txt", "before")
    try place.write("gone.txt", "gone")
    try await place.index()
    try place.write("changed.txt", "after")
    try place.write("new.txt", "new")
    try place.remove("gone.txt")
    let left = Mutex(passed)
    let writer = try CollectionWriter(place.collection()) { reached in
      guard reached == step else { return }
      let count = left.withLock { left in
        left -= 1
        return left
      }
      if count < 0 { throw Crash() }
    }
    let indexer = try place.indexer(prunes: true)
    do { _ = try await indexer.index([place.files], writer: writer) } catch is Crash {}
    // Records and vectors belong together at once, while the writer is there and has not cleaned up.
    let between = try await place.contents()
    #expect(between.contains("kept.txt#bytes=0-4"))
    #expect(between.filter { $0.hasPrefix("changed.txt") }.count == 1)
    await writer.close()
  }

  @Test(arguments: CollectionWriter.Step.allCases)
  func theNextRunFinishesWhatACrashLeft(step: CollectionWriter.Step) async throws {
    let place = try Workplace()
    for index in 0..<3 { try place.write("\(index).txt", "number \(index)") }
    try await crash(place, at: step)
    try place.write("1.txt", "changed")
    try await crash(place, at: step)
    try await place.index(prunes: true)
    #expect(try await place.contents() == ["0.txt#bytes=0-8", "1.txt#bytes=0-7", "2.txt#bytes=0-8"])
  }

  @Test(arguments: CollectionWriter.Step.allCases, 0..<2)
  func whatACrashHadBegunIsTakenBack(step: CollectionWriter.Step, passed: Int) async throws {
    let place = try Workplace()
    try place.write("kept.txt", "kept")
    try place.write("gone.txt", "gone")
    try await place.index()
    try place.remove("gone.txt")
    try place.write("new.txt", "new")
    let left = Mutex(passed)
    let writer = try CollectionWriter(place.collection()) { reached in
      guard reached == step else { return }
      let count = left.withLock { left in
        left -= 1
        return left
      }
      if count < 0 { throw Crash() }
    }
    // The first change adds, the second one removes.
    await #expect(throws: Crash.self) { try await place.indexer(prunes: true).index([place.files], writer: writer) }
    await writer.close()
    // What the crash was about is no longer so: no later run does it again and covers it up.
    try place.write("gone.txt", "gone", age: 500)
    try place.remove("new.txt")
    try await place.index(prunes: true)
    #expect(try await place.contents() == ["gone.txt#bytes=0-4", "kept.txt#bytes=0-4"])
  }

  private func crash(_ place: Workplace, at step: CollectionWriter.Step) async throws {
    let writer = try CollectionWriter(place.collection()) { if $0 == step { throw Crash() } }
    await #expect(throws: Crash.self) { try await place.indexer().index([place.files], writer: writer) }
    await writer.close()
  }

  @Test(arguments: CollectionWriter.Step.allCases.indices)
  func aKilledProcessLeavesWhatWasAcknowledged(step: Int) async throws {
    let place = try Workplace()
    // More than one change's worth.
    for index in 0..<150 { try place.write("\(index).txt", "number \(index)") }
    _ = try place.collection()
    var known: [String] = []
    for count in [1, 2, 1, 3] {
      let process = try OtherProcess(["crash", place.directory, place.files, "\(step)", "\(count)"]).process
      process.waitUntilExit()
      let contents = try await place.contents()
      #expect(Set(contents).isSuperset(of: known))
      known = contents
      if process.terminationReason == .exit { break }
      #expect(process.terminationStatus == SIGKILL)
    }
    try await place.index()
    #expect(try await place.contents().count == 150)
  }

  @Test func aWriterGoesOnAfterAFault() async throws {
    let place = try Workplace()
    for index in 0..<3 { try place.write("\(index).txt", "number \(index)") }
    let fails = Mutex(true)
    let writer = try CollectionWriter(place.collection()) { step in
      if step == .recordsWritten && fails.withLock({ $0 }) { throw Crash() }
    }
    let indexer = try place.indexer()
    await #expect(throws: Crash.self) { try await indexer.index([place.files], writer: writer) }
    fails.withLock { $0 = false }
    #expect(try await indexer.index([place.files], writer: writer).indexed == 3)
    await writer.close()
    #expect(try await place.contents().count == 3)
  }

  @Test func aSecondWriterIsRefusedAndReadersAreNot() async throws {
    let place = try Workplace()
    try place.write("a.txt", "a")
    try await place.index()
    let writer = try CollectionWriter(place.collection())
    let error = await #expect(throws: CollectionError.self) { try await place.index() }
    #expect(error?.code == .busy)
    #expect(try await place.contents().count == 1)
    await writer.close()
    #expect(try await place.index().unchanged == 1)
  }

  @Test func aReaderSeesOneStateWhileAWriterWritesAndCompacts() async throws {
    let place = try Workplace()
    for index in 0..<10 { try place.write("\(index).txt", "number \(index)") }
    try await place.index()
    let reader = try place.retriever()
    var options = SearchOptions()
    options.count = 100
    for round in 0..<5 {
      #expect(try await reader.search(Item(text: "x"), options).count == 10)
      try place.write("\(round).txt", "number \(round) again")
      try await place.index()
      if round % 2 == 0 { try await place.collection().compact() }
    }
    #expect(try await place.contents().count == 10)
  }

  @Test func aCommitWaitsForTheDisk() throws {
    let place = try Workplace()
    _ = try place.collection()
    let records = try RecordStore(place.directory, writing: true)
    #expect(try records.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
    #expect(try records.write { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
  }

  @Test func damageIsFound() async throws {
    let place = try Workplace()
    try place.write("a.txt", "a")
    try await place.index()
    let segments = try FileManager.default.contentsOfDirectory(atPath: place.directory + "/vectors")
    #expect(!segments.isEmpty)
    // A row without its record, and a record without its row.
    let records = try RecordStore(place.directory, writing: true)
    try records.write { try $0.execute(sql: "UPDATE record SET key = 77") }
    let faults = try await place.collection().verify()
    #expect(faults.contains { $0.contains("no vector") })
    #expect(faults.contains { $0.contains("no record") })
  }
}
