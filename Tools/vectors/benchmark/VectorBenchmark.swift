import Foundation
import VectorIndex

/// The Swift half of `Tools/vectors/measure.py`: makes an index of a file of vectors, then answers one query for each line it is given.
///
///     VectorBenchmark FOLDER DIMENSIONS VECTORS.f32 QUERIES.f32
///
/// A line is a strategy and the number of a query; the answer is milliseconds on the clock, milliseconds of processors, and the ids.
@main
enum VectorBenchmark {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let dimensions = Int(arguments[2]) else { return print("FOLDER DIMENSIONS VECTORS.f32 QUERIES.f32") }
    let snapshot = try index(arguments[1], dimensions, of: try floats(arguments[3]))
    let queries = try floats(arguments[4])
    report("ready")
    while let line = readLine() {
      let words = line.split(separator: " ")
      guard words.count == 2, let query = Int(words[1]), let strategy = strategies[String(words[0])] else { return }
      let vector = Array(queries[query * dimensions..<(query + 1) * dimensions])
      var found: [Match] = []
      let (wall, processors) = try timed { found = try snapshot.search([vector], count: 10, strategy: strategy)[0] }
      report("\(wall) \(processors) " + found.map { String($0.id) }.joined(separator: ","))
    }
  }

  static let strategies: [String: SearchStrategy] = [
    "exact": .exact, "int8": .int8(rescore: nil), "int8+100": .int8(), "binary": .binary(rescore: nil), "binary+1000": .binary(),
    "funnel": .funnel(),
  ]

  static func index(_ folder: String, _ dimensions: Int, of vectors: [Float]) throws -> VectorSnapshot {
    let count = vectors.count / dimensions
    let store = try VectorStore.create(directory: folder, settings: VectorSettings(dimensions: dimensions))
    let (wall, _) = try timed {
      for begin in stride(from: 0, to: count, by: 1000) {
        try store.append(
          (begin..<min(begin + 1000, count)).map { (id: UInt64($0), vector: Array(vectors[$0 * dimensions..<($0 + 1) * dimensions])) })
        try store.commit()
      }
    }
    report("added \(count) vectors, a commit every 1,000: \(Int(Double(count) / wall * 1000)) a second")
    let (compaction, _) = try timed { try store.compact() }
    report("compacted in \(Int(compaction)) ms")
    var snapshot: VectorSnapshot?
    let (opening, _) = try timed { snapshot = try VectorSnapshot.open(directory: folder) }
    report("opened in \(opening) ms")
    return try snapshot ?? store.snapshot()
  }

  static func timed(_ body: () throws -> Void) rethrows -> (wall: Double, processors: Double) {
    let clock = ContinuousClock()
    let (start, processors) = (clock.now, Foundation.clock())
    try body()
    let wall = (clock.now - start) / .milliseconds(1)
    return (wall, Double(Foundation.clock() - processors) / Double(CLOCKS_PER_SEC) * 1000)
  }

  static func floats(_ path: String) throws -> [Float] {
    try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  }

  /// A line, at once.
  static func report(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
