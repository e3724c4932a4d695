import Retrieval
import Synchronization
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Indexes a folder with made-up vectors and is killed, as by `kill -9`, when the writer reaches a step for the n-th time.
@main
struct CrashingIndexer {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let step = Int(arguments[3]), let count = Int(arguments[4]) else {
      print("usage: CrashingIndexer COLLECTION FOLDER STEP COUNT")
      exit(2)
    }
    let collection = try SearchCollection(opening: arguments[1])
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
    var options = IndexOptions()
    options.prunes = true
    let profile = EmbeddingProfile(model: "fake", fingerprint: "fake", dimensions: 16)
    let indexer = try Indexer(collection, embedder: FakeEmbedder(), profile: profile, options: options) { $0.utf8.count / 4 }
    _ = try await indexer.index([arguments[2]], writer: writer)
  }
}
