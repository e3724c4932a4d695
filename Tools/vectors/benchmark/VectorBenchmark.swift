import Dispatch
import Foundation
import Synchronization
import VectorIndex

/// The Swift half of `Tools/vectors/measure.py`: makes an index of a file of vectors, then answers one query for each line it is given.
///
///     VectorBenchmark FOLDER DIMENSIONS VECTORS.f32 QUERIES.f32
///
/// A line is a strategy and the number of a query; the answer is milliseconds on the clock, milliseconds of processors, and the ids. In place
/// of a strategy, `read-` and the name of a column reads that column whole with a plain loop: what memory allows.
@main
enum VectorBenchmark {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let dimensions = Int(arguments[2]) else { return print("FOLDER DIMENSIONS VECTORS.f32 QUERIES.f32") }
    let snapshot = try index(arguments[1], dimensions, of: arguments[3])
    let queries = try Data(contentsOf: URL(fileURLWithPath: arguments[4]))
    report("memory of its own: \(ownMemory()) MB")
    report("ready")
    while let line = readLine() {
      let words = line.split(separator: " ")
      if let column = words.first, column.hasPrefix("read-") {
        let files = try files(arguments[1], String(column.dropFirst("read-".count)))
        let (wall, processors) = timed { read(files) }
        report("\(wall) \(processors) ")
        continue
      }
      guard words.count == 2, let query = Int(words[1]), let strategy = strategies[String(words[0])] else { return }
      let vector = rows(queries, query..<query + 1, dimensions)[0]
      var found: [Match] = []
      let (wall, processors) = try timed { found = try snapshot.search([vector], count: 10, strategy: strategy)[0] }
      report("\(wall) \(processors) " + found.map { String($0.id) }.joined(separator: ","))
    }
  }

  static let strategies: [String: SearchStrategy] = [
    "exact": .exact, "int8": .int8(rescore: nil), "int8+100": .int8(), "binary": .binary(rescore: nil), "binary+1000": .binary(),
    "funnel": .funnel(),
  ]

  static func index(_ folder: String, _ dimensions: Int, of path: String) throws -> VectorSnapshot {
    let vectors = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    let count = vectors.count / dimensions / 4
    var store: VectorStore? = try VectorStore.create(directory: folder, settings: VectorSettings(dimensions: dimensions))
    var (wall, processors) = (0.0, 0.0)
    var shares: [Double] = []
    _ = FileManager.default.createFile(atPath: folder + "/plain", contents: nil)
    let plain = try FileHandle(forWritingTo: URL(fileURLWithPath: folder + "/plain"))
    for begin in stride(from: 0, to: count, by: 1000) {
      let chosen = begin..<min(begin + 1000, count)
      let batch = zip(chosen, rows(vectors, chosen, dimensions)).map { (id: UInt64($0), vector: $1) }
      let time = try timed {
        try store?.append(batch)
        try store?.commit()
      }
      wall += time.wall
      processors += time.processors
      // What the disk gives varies from second to second: every fifth commit, the same bytes in a plain file.
      guard begin % 5000 == 0 else { continue }
      let bytes = Data(repeating: 1, count: chosen.count * (dimensions * 4 + dimensions / 8 + 8))
      shares.append(
        try timed {
          try plain.write(contentsOf: bytes)
          try plain.synchronize()
        }.wall / time.wall)
    }
    try FileManager.default.removeItem(atPath: folder + "/plain")
    report(
      "added \(count) vectors, a commit every 1,000: \(perSecond(count, wall)), \(perSecond(count, processors)) of processors; "
        + "a plain file takes \(Int(shares.sorted()[shares.count / 2] * 100)) % of the time (median); memory of its own: \(ownMemory()) MB")
    let compaction = try timed { try store?.compact() }
    report("compacted: \(perSecond(count, compaction.wall)), \(perSecond(count, compaction.processors)) of processors")
    store = nil
    var openings: [Double] = []
    for _ in 0..<9 { openings.append(try timed { _ = try VectorSnapshot.open(directory: folder) }.wall) }
    report("opened in \(openings.sorted()[4]) ms, the median of 9")
    return try VectorSnapshot.open(directory: folder)
  }

  static func perSecond(_ count: Int, _ milliseconds: Double) -> String { "\(Int(Double(count) / milliseconds * 1000)) a second" }

  /// Rows of a file of f32.
  static func rows(_ bytes: Data, _ rows: Range<Int>, _ dimensions: Int) -> [[Float]] {
    bytes.withUnsafeBytes { bytes in
      let numbers = bytes.bindMemory(to: Float.self)
      return rows.map { Array(numbers[$0 * dimensions..<($0 + 1) * dimensions]) }
    }
  }

  /// Megabytes of memory that are not a file's, now; zero where the system does not tell.
  static func ownMemory() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) / 1024
  }

  /// A column's files, mapped.
  static func files(_ folder: String, _ column: String) throws -> [Data] {
    if let files = mapped.withLock({ $0[column] }) { return files }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix("." + column) }
    let files = try names.map { try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)"), options: .alwaysMapped) }
    mapped.withLock { $0[column] = files }
    return files
  }

  private static let mapped = Mutex<[String: [Data]]>([:])

  /// Adds up all bytes, on as many threads as there are processors.
  static func read(_ files: [Data]) {
    let threads = ProcessInfo.processInfo.activeProcessorCount
    let sum = Mutex(SIMD8<UInt64>.zero)
    for file in files {
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        let part = file.withUnsafeBytes { bytes in
          let words = UnsafeRawBufferPointer(rebasing: bytes.prefix(bytes.count / 64 * 64)).bindMemory(to: SIMD8<UInt64>.self)
          var (even, odd) = (SIMD8<UInt64>.zero, SIMD8<UInt64>.zero)
          for index in stride(from: words.count * thread / threads, to: words.count * (thread + 1) / threads - 1, by: 2) {
            even &+= words[index]
            odd &+= words[index + 1]
          }
          return even &+ odd
        }
        sum.withLock { $0 &+= part }
      }
    }
    // So that nobody finds out that the sum is of no use.
    if sum.withLock({ $0 }) == SIMD8(repeating: 1) { report("") }
  }

  static func timed(_ body: () throws -> Void) rethrows -> (wall: Double, processors: Double) {
    let clock = ContinuousClock()
    let (start, processors) = (clock.now, Foundation.clock())
    try body()
    let wall = (clock.now - start) / .milliseconds(1)
    return (wall, Double(Foundation.clock() - processors) / Double(CLOCKS_PER_SEC) * 1000)
  }

  /// A line, at once.
  static func report(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
