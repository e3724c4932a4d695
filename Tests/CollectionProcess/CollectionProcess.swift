import Embedding
import Foundation
import Retrieval
import Synchronization
import TestSupport

/// A process of its own that writes or reads a collection with made-up vectors, for RetrievalTests.
///
///     CollectionProcess crash COLLECTION FOLDER STEP COUNT   is killed when its writer reaches a step for the n-th time
///     CollectionProcess fill COLLECTION FOLDER BYTES         writes to a disk that has so much room, then to one that has more
///     CollectionProcess write COLLECTION FOLDER ROUNDS       changes every file, indexes and compacts, so many times
///     CollectionProcess read COLLECTION - COUNT              searches until its input ends, and finds so many records each time
@main
struct CollectionProcess {
  static let profile = EmbeddingProfile(model: "fake", fingerprint: "fake", dimensions: 16)

  static func main() async throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let numbers = arguments.dropFirst(2).compactMap { Int($0) }
    switch (arguments.first, numbers.count) {
    case ("crash", 2): try await crash(arguments[1], arguments[2], step: numbers[0], count: numbers[1])
    case ("fill", 1): try await fill(arguments[1], arguments[2], room: numbers[0])
    case ("write", 1): try await write(arguments[1], arguments[2], rounds: numbers[0])
    case ("read", 1): try await read(arguments[1], count: numbers[0])
    default: say("cannot understand \(arguments)")
    }
  }

  private static func indexer(_ collection: SearchCollection) throws -> Indexer {
    var options = IndexOptions()
    options.prunes = true
    return try Indexer(collection, embedder: FakeEmbedder(), profile: profile, options: options) { $0.utf8.count / 4 }
  }

  /// Killed as by `kill -9`.
  private static func crash(_ directory: String, _ folder: String, step: Int, count: Int) async throws {
    let collection = try SearchCollection(opening: directory)
    let deadly = CollectionWriter.Step.allCases[step]
    let left = Mutex(count)
    let writer = try CollectionWriter(collection) { reached in
      guard reached == deadly else { return }
      let isLast = left.withLock { left in
        left -= 1
        return left == 0
      }
      if isLast { kill(getpid(), SIGKILL) }
    }
    _ = try await indexer(collection).index([folder], writer: writer)
  }

  /// Says what the full disk was told as, how many records were acknowledged and how many are found while it is full, and what the next
  /// runs do in the same process, with room and without; last, how many bytes it all took.
  ///
  /// Before the second run, ten files go: what was begun for them must not be left.
  private static func fill(_ directory: String, _ folder: String, room: Int) async throws {
    try FullDisk.install()
    let collection = try SearchCollection(opening: directory)
    let acknowledged = Mutex(0)
    FullDisk.setRoom(room)
    var writer: CollectionWriter?
    do {
      let opened = try CollectionWriter(collection, files: FullDisk())
      writer = opened
      _ = try await indexer(collection).index([folder], writer: opened) { progress in acknowledged.withLock { $0 = progress.embedded } }
      say("enough")
    } catch {
      say("full: \(error)")
    }
    say("acknowledged: \(acknowledged.withLock { $0 })")
    say("found: \(try await count(SearchCollection(opening: directory)))")
    FullDisk.setRoom(.max)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted().suffix(10) {
      try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
    let opened = try writer ?? CollectionWriter(collection, files: FullDisk())
    say("indexed: \(try await indexer(collection).index([folder], writer: opened).embedded)")
    FullDisk.setRoom(room)
    do {
      try await opened.compact()
      say("enough")
    } catch {
      say("full: \(error)")
    }
    say("found: \(try await count(SearchCollection(opening: directory)))")
    FullDisk.setRoom(.max)
    try await opened.compact()
    say("bytes: \(FullDisk.written)")
  }

  private static func write(_ directory: String, _ folder: String, rounds: Int) async throws {
    let collection = try SearchCollection(opening: directory)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    for round in 0..<rounds {
      for name in names { try Data("\(name), round \(round)".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
      _ = try await indexer(collection).index([folder])
      try await collection.compact()
      say("round \(round)")
    }
  }

  private static func read(_ directory: String, count expected: Int) async throws {
    let hasEnded = Mutex(false)
    let input = Thread {
      while readLine() != nil {}
      hasEnded.withLock { $0 = true }
    }
    input.start()
    // One that stays open, and one that is opened each time.
    let open = try SearchCollection(opening: directory)
    var searches = 0
    repeat {
      for collection in [open, try SearchCollection(opening: directory)] {
        let found = try await count(collection)
        guard found == expected else {
          say("search \(searches) found \(found)")
          exit(1)
        }
        searches += 1
      }
      if searches == 2 { say("reading") }
    } while !hasEnded.withLock({ $0 })
    say("\(searches) searches")
  }

  /// How many records a search finds.
  private static func count(_ collection: SearchCollection) async throws -> Int {
    var options = SearchOptions()
    options.count = 10_000
    return try await Retriever(collection, embedder: FakeEmbedder(), profile: profile).search(Item(text: "anything"), options).count
  }

  /// A line, at once.
  private static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
