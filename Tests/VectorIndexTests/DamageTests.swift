import Foundation
import Testing

@testable import VectorIndex

/// Files that are not what was written are found out, and never bring the process down.
@Suite struct DamageTests {
  /// An index of three commits.
  private func index(_ folder: TemporaryFolder) throws -> Contents {
    var samples = Samples(1)
    var settings = VectorSettings(dimensions: 16)
    settings.segmentByteLimit = 4096
    let store = try VectorStore.create(directory: folder.path, settings: settings)
    for round in 0..<3 {
      try store.append((0..<40).map { (id: UInt64(round * 40 + $0), vector: samples.vector(16)) })
      try store.commit()
    }
    return try store.snapshot().contents
  }

  private func change(_ folder: TemporaryFolder, _ name: String, _ change: (inout Data) -> Void) throws {
    let url = URL(fileURLWithPath: folder.path + "/" + name)
    var data = try Data(contentsOf: url)
    change(&data)
    try data.write(to: url)
  }

  /// Any byte of any file, one at a time: opening and checking ends in an error, in a report, or in the loss of the last commit alone.
  @Test func anyChangedByteIsNoticed() throws {
    let folder = try TemporaryFolder()
    let contents = try index(folder)
    var samples = Samples(2)
    for name in try folder.names where name != "writer.lock" && name != "manifest.json" {
      let size = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name)).count
      let places = [0, 8, 12, 16, 24, 40, 48, 64] + (0..<20).map { _ in Int.random(in: 4096..<size, using: &samples) }
      for place in places {
        try change(folder, name) { $0[place] ^= 0x10 }
        do {
          let snapshot = try VectorSnapshot.open(directory: folder.path)
          let found = snapshot.contents
          _ = try snapshot.search([Array(repeating: 1, count: 16)], count: 5, strategy: .binary())
          let lostTheLast = found == contents.filter { $0.key < 80 }
          #expect(try lostTheLast || !snapshot.verify().isEmpty, "\(name), byte \(place)")
        } catch {
          let error = try #require(error as? VectorIndexError)
          #expect([.damagedFile, .unsupportedFile].contains(error.code), "\(name), byte \(place)")
        }
        try change(folder, name) { $0[place] ^= 0x10 }
      }
    }
    #expect(try VectorSnapshot.open(directory: folder.path).contents == contents)
  }

  @Test func verificationNamesFileAndBytes() throws {
    let folder = try TemporaryFolder()
    _ = try index(folder)
    try change(folder, "segment-0000000000000001.vectors") { $0[4096 + 100] ^= 1 }
    let damaged = try VectorSnapshot.open(directory: folder.path).verify()
    #expect(
      damaged == [DamagedRows(file: folder.path + "/segment-0000000000000001.vectors", offset: 4096, byteCount: 40 * 64)])
  }

  @Test func aJournalDamagedInItsMiddleIsNotTakenForATornOne() throws {
    let folder = try TemporaryFolder()
    _ = try index(folder)
    let journal = "journal-0000000000000000"
    try change(folder, journal) { $0[4096 + 40 + 30] ^= 1 }
    #expect { try VectorSnapshot.open(directory: folder.path) } throws: {
      ($0 as? VectorIndexError)?.code == .damagedFile && "\($0)".contains("byte \(4096 + 40)")
    }
    #expect { try VectorStore.open(directory: folder.path) } throws: { ($0 as? VectorIndexError)?.code == .damagedFile }
  }

  /// Every length of a journal's last entry.
  @Test func aTornJournalLosesWhatWasNeverAcknowledged() throws {
    let folder = try TemporaryFolder()
    let contents = try index(folder)
    let path = folder.path + "/journal-0000000000000000"
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    let entry = try #require(JournalEntry.read(Array(whole), at: 4096 + 40, columns: 3))
    // The second entry's length is that of the third one, which may have had to begin a segment.
    for size in stride(from: whole.count - (entry.end - 4136) + 1, to: whole.count, by: 3) {
      try whole.prefix(size).write(to: URL(fileURLWithPath: path))
      let found = try VectorSnapshot.open(directory: folder.path)
      #expect(found.commit == 2)
      #expect(found.contents == contents.filter { $0.key < 80 })
    }
    let store = try VectorStore.open(directory: folder.path)
    #expect(store.lastCommit == 2)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count < whole.count)
  }

  @Test func shortAndMissingFiles() throws {
    for name in ["segment-0000000000000001.keys", "segment-0000000000000001.vectors", "segment-0000000000000001.binary"] {
      let folder = try TemporaryFolder()
      _ = try index(folder)
      try change(folder, name) { $0 = $0.prefix(4100) }
      #expect { try VectorSnapshot.open(directory: folder.path) } throws: {
        ($0 as? VectorIndexError)?.code == .damagedFile && "\($0)".contains("cut short")
      }
      try FileManager.default.removeItem(atPath: folder.path + "/" + name)
      #expect { try VectorSnapshot.open(directory: folder.path) } throws: {
        ($0 as? VectorIndexError)?.code == .damagedFile && "\($0)".contains("is missing")
      }
    }
  }

  @Test func filesOfAnotherIndexAreRefused() throws {
    let (one, other) = (try TemporaryFolder(), try TemporaryFolder())
    _ = try index(one)
    _ = try index(other)
    let name = "/segment-0000000000000001.vectors"
    try FileManager.default.removeItem(atPath: one.path + name)
    try FileManager.default.copyItem(atPath: other.path + name, toPath: one.path + name)
    #expect { try VectorSnapshot.open(directory: one.path) } throws: { ($0 as? VectorIndexError)?.code == .unsupportedFile }
  }

  @Test(arguments: [
    "", "[]", "{}", "{\"format\": 3}", "{\"format\": \"sightline-vectors\"}",
    #"{"format":"sightline-vectors","version":1,"index":"1-2","generation":"zz","dimensions":4,"number":"float32","segmentByteLimit":4096}"#,
    #"{"format":"sightline-vectors","version":1,"index":"1-2","generation":"0","dimensions":0,"number":"float32","segmentByteLimit":4096}"#,
    #"{"format":"sightline-vectors","version":1,"index":"1-2","generation":"0","dimensions":9e99,"number":"float32","segmentByteLimit":1}"#,
    #"{"format":"sightline-vectors","version":1,"index":"1-2","generation":"0","dimensions":4,"number":"int4","segmentByteLimit":4096}"#,
  ])
  func brokenManifests(_ text: String) throws {
    let folder = try TemporaryFolder()
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/manifest.json"))
    #expect { try VectorSnapshot.open(directory: folder.path) } throws: { ($0 as? VectorIndexError)?.code == .damagedFile }
  }

  @Test func laterVersionsAreRefused() throws {
    let folder = try TemporaryFolder()
    _ = try index(folder)
    try change(folder, "manifest.json") {
      $0 = Data(String(decoding: $0, as: UTF8.self).replacingOccurrences(of: "\"version\" : 1", with: "\"version\" : 2").utf8)
    }
    #expect { try VectorSnapshot.open(directory: folder.path) } throws: {
      ($0 as? VectorIndexError)?.code == .unsupportedFile && "\($0)".contains("version 2")
    }
  }
}
