import Foundation
import Testing

@testable import VectorIndex

/// What was acknowledged is there after any interruption, and nothing else.
@Suite struct CrashTests {
  /// A few commits of every kind, each with what the index holds after it.
  struct Story: Sendable {
    struct Step: Sendable {
      let contents: Contents
      let change: @Sendable (VectorStore) throws -> Void
    }

    static let settings = {
      var settings = VectorSettings(dimensions: 16)
      settings.segmentByteLimit = 4096
      return settings
    }()
    let steps: [Step]

    init() {
      var samples = Samples(4)
      var contents: Contents = [:]
      var steps: [Step] = []
      func step(add: Range<UInt64> = 0..<0, remove: [UInt64] = [], compact: Bool = false) {
        let vectors = add.map { (id: $0, vector: samples.vector(16)) }
        for (id, vector) in vectors { contents[id] = vector }
        for id in remove { contents[id] = nil }
        steps.append(
          Step(contents: contents) { store in
            if compact { return try store.compact() }
            try store.append(vectors)
            try store.remove(remove)
            try store.commit()
          })
      }
      step(add: 1..<6)
      step(add: 4..<9, remove: [1, 5])
      step(add: 100..<170)
      step(remove: [120, 165])
      step(compact: true)
      step(add: 169..<173, remove: [2])
      step(compact: true)
      step(add: 3..<4)
      self.steps = steps
    }

    /// Tells the story until a call fails.
    ///
    /// - Returns: The steps that were acknowledged, and the commit that a database would have stored.
    func tell(in path: String, _ files: FaultyFiles) -> (done: Int, number: UInt64?) {
      guard let store = try? VectorStore.create(directory: path, settings: Self.settings, threads: 1, files: files) else { return (0, nil) }
      for (index, step) in steps.enumerated() {
        do { try step.change(store) } catch { return (index, lastAcknowledged(index)) }
      }
      return (steps.count, lastAcknowledged(steps.count))
    }

    /// Commits have the numbers 1, 2, 3, 4, and after a compaction 5, and after another one 6.
    private func lastAcknowledged(_ done: Int) -> UInt64 { [0, 1, 2, 3, 4, 4, 5, 5, 6][done] }

    func contents(after steps: Int) -> Contents { steps == 0 ? [:] : self.steps[steps - 1].contents }
  }

  static let story = Story()

  /// How many calls there are to stop at.
  static func callCount(isShort: Bool) throws -> Int {
    let folder = try TemporaryFolder()
    let files = FaultyFiles(isShort: isShort)
    let (done, _) = story.tell(in: folder.path, files)
    #expect(done == story.steps.count)
    #expect(try VectorSnapshot.open(directory: folder.path).contents == story.contents(after: done))
    return files.calls
  }

  /// Checks what is left after the story was cut short, and that life goes on.
  static func check(_ folder: TemporaryFolder, done: Int, number: UInt64?, _ comment: Comment) throws {
    guard let number else {
      // Without an index, or with an empty one.
      guard FileManager.default.fileExists(atPath: folder.path + "/manifest.json") else {
        let store = try VectorStore.create(directory: folder.path, settings: Story.settings)
        #expect(try store.snapshot().count == 0, comment)
        return
      }
      #expect(try VectorSnapshot.open(directory: folder.path).contents == [:], comment)
      return
    }
    // Whoever reads without a database sees the interrupted commit whole or not at all.
    let seen = try VectorSnapshot.open(directory: folder.path)
    let possible = [story.contents(after: done), story.contents(after: min(done + 1, story.steps.count))]
    #expect(possible.contains(seen.contents), comment)
    #expect(try seen.verify().isEmpty, comment)
    // Whoever reads with one sees what it knows of.
    #expect(try VectorSnapshot.open(directory: folder.path, committed: number).contents == possible[0], comment)
    do {
      let store = try VectorStore.open(directory: folder.path, committed: number)
      #expect(store.lastCommit == number, comment)
      #expect(try store.snapshot().contents == possible[0], comment)
      try store.append([(id: 1 << 40, vector: Samples.one(16))])
      #expect(try store.commit() == number + 1, comment)
    }
    let store = try VectorStore.open(directory: folder.path, committed: number + 1)
    let expected = possible[0].merging([1 << 40: Samples.one(16)]) { $1 }
    #expect(try store.snapshot().contents == expected, comment)
    #expect(try store.snapshot().verify().isEmpty, comment)
    // Only files that are of use are left.
    try store.compact()
    #expect(try folder.names.filter { IndexFolder.isOurs($0) }.count == 1 + store.snapshot().segments.count * 4, comment)
  }

  @Test(arguments: [false, true])
  func endingAtAnyCallLosesNothing(isShort: Bool) throws {
    for call in 1...(try Self.callCount(isShort: isShort)) {
      let folder = try TemporaryFolder()
      let files = FaultyFiles(.ends, at: call, isShort: isShort)
      let (done, number) = Self.story.tell(in: folder.path, files)
      try Self.check(folder, done: done, number: number, "call \(call)")
    }
  }

  @Test(arguments: 0..<2)
  func losingPowerAtAnyCallLosesNothing(seed: Int) throws {
    var samples = Samples(seed)
    for call in 1...(try Self.callCount(isShort: false)) {
      let folder = try TemporaryFolder()
      let files = FaultyFiles(.ends, at: call)
      let (done, number) = Self.story.tell(in: folder.path, files)
      try files.losePower(&samples)
      try Self.check(folder, done: done, number: number, "call \(call), seed \(seed)")
    }
  }

  /// A disk that is full once at any call: the error names it, and the step can be made again.
  @Test(arguments: [FaultyFiles.Fault.fails, .stopsHalfWay])
  func failingAtAnyCallLosesNothing(fault: FaultyFiles.Fault) throws {
    for call in 1...(try Self.callCount(isShort: false)) {
      let folder = try TemporaryFolder()
      let files = FaultyFiles(fault, at: call)
      var store = try? VectorStore.create(directory: folder.path, settings: Story.settings, files: files)
      if store == nil {
        store = try? VectorStore.create(directory: folder.path, settings: Story.settings, files: files)
        if store == nil { store = try VectorStore.open(directory: folder.path, files: files) }
      }
      for (index, step) in Self.story.steps.enumerated() {
        do { try step.change(try #require(store)) } catch {
          let fault = try #require(error as? VectorIndexError, "call \(call)")
          #expect(fault.code == .unwritableFile, "call \(call)")
          #expect(fault.reason.contains("the disk is full; make room and run this again"), "call \(call): \(fault)")
          do { try store?.rollBack() } catch {
            #expect(error.code == .broken, "call \(call)")
            store = nil
            store = try VectorStore.open(directory: folder.path, files: files)
          }
          let now = try store?.snapshot().contents
          #expect(now == Self.story.contents(after: index) || now == Self.story.contents(after: index + 1), "call \(call)")
          try step.change(try #require(store))
        }
        #expect(try store?.snapshot().contents == step.contents, "call \(call), step \(index)")
      }
      #expect(try store?.snapshot().verify() == [], "call \(call)")
      #expect(files.wasReached)
    }
  }

  /// A process that ends by signal 9 in the middle of a write, as the system ends it.
  @Test func killedProcessLosesNothing() async throws {
    let calls = try Self.callCount(isShort: false)
    for call in stride(from: 3, through: calls, by: max(1, calls / 8)) {
      let folder = try TemporaryFolder()
      let path = folder.path
      await #expect(processExitsWith: .failure) { [path = path as String, call = call as Int] in
        _ = CrashTests.story.tell(in: path, FaultyFiles(.killed, at: call))
        // Reached where the call was no write; none was made after it.
        kill(getpid(), SIGKILL)
      }
      // How far it came is told by the same story without the kill.
      let other = try TemporaryFolder()
      let (done, number) = Self.story.tell(in: other.path, FaultyFiles(.ends, at: call))
      try Self.check(folder, done: done, number: number, "call \(call)")
    }
  }
}

extension Samples {
  /// A vector that no story has.
  static func one(_ dimensions: Int) -> [Float] {
    var samples = Samples(99)
    return samples.vector(dimensions)
  }
}
