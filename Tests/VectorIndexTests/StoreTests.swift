import Foundation
import Testing

@testable import VectorIndex

/// Adding, replacing, removing, and what readers see of it.
@Suite struct StoreTests {
  private func settings(_ dimensions: Int = 16, _ number: VectorSettings.Number = .float32, segmentByteLimit: Int = 4096) -> VectorSettings
  {
    var settings = VectorSettings(dimensions: dimensions, number: number)
    settings.segmentByteLimit = segmentByteLimit
    return settings
  }

  private func expectError(_ code: VectorIndexError.Code, saying text: String = "", _ body: () throws -> Void) {
    #expect {
      try body()
    } throws: { error in
      guard let error = error as? VectorIndexError else { return false }
      return error.code == code && (text.isEmpty || error.description.contains(text))
    }
  }

  /// Random changes against a dictionary, with openings, compactions and roll-backs in between.
  @Test(arguments: 0..<3, VectorSettings.Number.allCases)
  func randomChangesEqualADictionary(seed: Int, number: VectorSettings.Number) throws {
    let folder = try TemporaryFolder()
    var samples = Samples(seed)
    var committed: Contents = [:]
    var expected: Contents = [:]
    var store: VectorStore? = try VectorStore.create(directory: folder.path, settings: settings(16, number))
    for _ in 0..<300 {
      switch samples.next() % 20 {
      case 0..<10:
        let vectors = (0..<Int.random(in: 0...12, using: &samples)).map { _ in
          (id: UInt64.random(in: 0..<150, using: &samples), vector: samples.vector(16))
        }
        try store?.append(vectors)
        for (id, vector) in vectors { expected[id] = number == .float32 ? vector : RowEncoder.widened(RowEncoder.narrowed(vector)) }
      case 10..<13:
        let ids = (0..<5).map { _ in UInt64.random(in: 0..<150, using: &samples) }
        let there = Set(ids).filter { expected[$0] != nil }
        #expect(try store?.remove(ids) == there.count)
        for id in ids { expected[id] = nil }
      case 13..<16:
        try store?.commit()
        committed = expected
      case 16:
        try store?.rollBack()
        expected = committed
      case 17:
        try store?.commit()
        committed = expected
        try store?.compact()
      case 18:
        store = nil
        store = try VectorStore.open(directory: folder.path)
        expected = committed
      default:
        let id = UInt64.random(in: 0..<150, using: &samples)
        #expect(try store?.contains(id) == (expected[id] != nil))
        let snapshot = try #require(try store?.snapshot())
        #expect(snapshot.contents == committed)
        #expect(snapshot.vector(of: id) == committed[id])
        #expect(snapshot.count == committed.count)
        #expect(Set(snapshot.ids) == Set(committed.keys))
      }
    }
    #expect(try VectorSnapshot.open(directory: folder.path).contents == committed)
    #expect(try VectorSnapshot.open(directory: folder.path).verify().isEmpty)
  }

  @Test func unitVectorsKeepTheirBitsAndOthersAreBroughtToLengthOne() throws {
    let folder = try TemporaryFolder()
    let store = try VectorStore.create(directory: folder.path, settings: settings(2))
    let almost: [Float] = [0.6004, 0.8]
    try store.append([(id: 1, vector: almost), (id: 2, vector: [3, 4]), (id: .max, vector: [1e-30, 0])])
    try store.commit()
    #expect(try store.snapshot().contents == [1: almost, 2: [0.6, 0.8], .max: [1, 0]])
  }

  @Test func badVectorsAreRefusedAndTheOthersOfTheCallWithThem() throws {
    let folder = try TemporaryFolder()
    let store = try VectorStore.create(directory: folder.path, settings: settings(2))
    for (vector, reason): ([Float], String) in [
      ([0, 0], "is zero"), ([.nan, 1], "not finite"), ([.infinity, 1], "not finite"), ([1], "has 1"), ([1, 0, 0], "has 3"),
    ] {
      expectError(.invalidVector, saying: reason) { try store.append([(id: 1, vector: [1, 0]), (id: 2, vector: vector)]) }
    }
    #expect(try store.commit() == 0)
    #expect(try store.snapshot().count == 0)
  }

  @Test func oneWriterAtATime() throws {
    let folder = try TemporaryFolder()
    var first: VectorStore? = try VectorStore.create(directory: folder.path, settings: settings())
    #expect(first?.lastCommit == 0)
    expectError(.locked) { _ = try VectorStore.open(directory: folder.path) }
    expectError(.locked) { _ = try VectorStore.create(directory: folder.path, settings: settings()) }
    first = nil
    _ = try VectorStore.open(directory: folder.path)
    expectError(.alreadyThere) { _ = try VectorStore.create(directory: folder.path, settings: settings()) }
  }

  @Test func aFolderWithoutAnIndexStaysAsItIs() throws {
    let folder = try TemporaryFolder()
    expectError(.missing, saying: folder.path) { _ = try VectorStore.open(directory: folder.path) }
    expectError(.missing) { _ = try VectorSnapshot.open(directory: folder.path + "/none") }
    #expect(try folder.names.isEmpty)
  }

  @Test func readersKeepWhatTheySaw() throws {
    let folder = try TemporaryFolder()
    var samples = Samples(3)
    let store = try VectorStore.create(directory: folder.path, settings: settings())
    var snapshots: [(VectorSnapshot, Contents)] = []
    var contents: Contents = [:]
    for round in 0..<12 {
      let vectors = (0..<30).map { (id: UInt64(round * 20 + $0), vector: samples.vector(16)) }
      try store.append(vectors)
      for (id, vector) in vectors { contents[id] = vector }
      #expect(try VectorSnapshot.open(directory: folder.path).contents == snapshots.last?.1 ?? [:])
      try store.commit()
      if round % 4 == 3 { try store.compact() }
      snapshots.append((try snapshots.last?.0.refreshed() ?? VectorSnapshot.open(directory: folder.path), contents))
    }
    for (snapshot, contents) in snapshots {
      #expect(snapshot.contents == contents)
      #expect(try snapshot.verify().isEmpty)
    }
    // Rows that a roll-back takes from others stay with who has seen them.
    let last = store.lastCommit
    try store.append([(id: 1, vector: samples.vector(16))])
    try store.commit()
    let seen = try VectorSnapshot.open(directory: folder.path)
    let before = seen.contents
    #expect(try VectorSnapshot.open(directory: folder.path, committed: last).contents == contents)
    expectError(.locked) { _ = try VectorStore.open(directory: folder.path, committed: last) }
    withExtendedLifetime(store) {}
    #expect(seen.contents == before)
  }

  @Test func whatTheDatabaseHasNotHeardOfIsTakenBack() throws {
    let folder = try TemporaryFolder()
    var samples = Samples(4)
    var states: [Contents] = [[:]]
    do {
      let store = try VectorStore.create(directory: folder.path, settings: settings())
      for round in 0..<6 {
        try store.append((0..<20).map { (id: UInt64(round * 10 + $0), vector: samples.vector(16)) })
        try store.remove([UInt64(round * 10)])
        #expect(try store.commit() == UInt64(round + 1))
        states.append(try store.snapshot().contents)
      }
    }
    let reader = try VectorSnapshot.open(directory: folder.path)
    for number in 0...6 { #expect(try VectorSnapshot.open(directory: folder.path, committed: UInt64(number)).contents == states[number]) }
    do {
      let store = try VectorStore.open(directory: folder.path, committed: 2)
      #expect(store.lastCommit == 2)
      #expect(try store.snapshot().contents == states[2])
      try store.append([(id: 5, vector: samples.vector(16))])
      #expect(try store.commit() == 3)
    }
    #expect(reader.contents == states[6])
    expectError(.missingCommit, saying: "commit 4 is missing") { _ = try VectorStore.open(directory: folder.path, committed: 4) }
    // What was taken back is now the beginning.
    expectError(.missingCommit, saying: "begins at commit 2") { _ = try VectorSnapshot.open(directory: folder.path, committed: 1) }
    #expect(try VectorSnapshot.open(directory: folder.path, committed: 2).contents == states[2])
  }

  @Test func compactingFreesRoomAndMakesCodes() throws {
    let folder = try TemporaryFolder()
    var samples = Samples(5)
    let store = try VectorStore.create(directory: folder.path, settings: settings())
    try store.append((0..<200).map { (id: UInt64($0), vector: samples.vector(16)) })
    try store.commit()
    try store.remove(0..<150)
    expectError(.invalidArgument) { try store.compact() }
    try store.commit()
    #expect(try store.snapshot().statistics.deadRows == 150)
    #expect(try store.snapshot().statistics.hasInt8Codes == false)
    let contents = try store.snapshot().contents
    var progress: [Int] = []
    try store.compact { done, all in
      #expect(all == 50)
      progress.append(done)
    }
    #expect(progress.last == 50)
    let statistics = try store.snapshot().statistics
    #expect(statistics.deadRows == 0 && statistics.vectors == 50 && statistics.segments == 1 && statistics.hasInt8Codes)
    #expect(try store.snapshot().contents == contents)
    #expect(store.settings.int8Ranges?.minimum.count == 16)
    // Rows that come later are coded, too, and the ranges stay.
    let ranges = store.settings.int8Ranges
    try store.append([(id: 1000, vector: samples.vector(16))])
    try store.commit()
    try store.compact()
    #expect(store.settings.int8Ranges == ranges)
    try store.compact(recalibrate: true)
    #expect(try VectorStore.settings(of: folder) == store.settings)
  }

  @Test func cancelledCompactionChangesNothing() async throws {
    let folder = try TemporaryFolder()
    let store = try VectorStore.create(directory: folder.path, settings: settings())
    var samples = Samples(6)
    try store.append((0..<100).map { (id: UInt64($0), vector: samples.vector(16)) })
    try store.commit()
    let names = try folder.names
    withUnsafeCurrentTask { $0?.cancel() }
    #expect(throws: CancellationError.self) { try store.compact() }
    #expect(try folder.names == names)
    #expect(try store.snapshot().count == 100)
  }

  @Test func settingsThatDoNotHoldTogetherAreRefused() throws {
    let folder = try TemporaryFolder()
    let changes: [(inout VectorSettings) -> Void] = [
      { $0.dimensions = 0 }, { $0.dimensions = 1 << 17 }, { $0.int8Dimensions = 17 }, { $0.int8Dimensions = 0 },
      { $0.binaryDimensions = 12 }, { $0.binaryDimensions = 24 }, { $0.segmentByteLimit = 0 },
      { $0.int8Ranges = Int8Ranges(minimum: [0], maximum: [1]) },
      { $0.int8Ranges = Int8Ranges(minimum: Array(repeating: 1, count: 16), maximum: Array(repeating: 0, count: 16)) },
      { $0.int8Ranges = Int8Ranges(minimum: Array(repeating: .nan, count: 16), maximum: Array(repeating: 0, count: 16)) },
    ]
    for change in changes {
      var settings = settings()
      change(&settings)
      expectError(.invalidArgument) { _ = try VectorStore.create(directory: folder.path, settings: settings) }
    }
    #expect(try folder.names.isEmpty)
  }
}

extension VectorStore {
  /// The settings that a reader finds.
  fileprivate static func settings(of folder: TemporaryFolder) throws -> VectorSettings {
    try VectorSnapshot.open(directory: folder.path).settings
  }
}
