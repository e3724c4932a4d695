import Foundation
import Media
import Qwen3VL
import Tensors
import TestSupport
import Testing

@testable import Embedding

/// What is kept of pictures, in memory and on disk.
@Suite struct VisionCacheTests {
  private static func digest(_ number: UInt8) -> PictureDigest { PictureDigest(bytes: [UInt8](repeating: number, count: 32)) }

  /// 3 matrices of 8 numbers: 96 bytes.
  private static func features(_ number: Float) -> PictureFeatures {
    PictureFeatures(tokens: (0..<8).map { number + Float($0) }, deepstack: (1...2).map { [Float](repeating: number * Float($0), count: 8) })
  }

  private static func folder() -> String { "\(Fixtures.temporary)/vision-\(UInt64.random(in: .min ... .max))" }

  @Test func memoryGivesUpWhatWasUsedLeastRecently() {
    let cache = VisionCache(byteLimit: 3 * 96)
    for number in 1...3 { cache.keep(Self.features(Float(number)), of: Self.digest(UInt8(number))) }
    #expect(cache.features(of: Self.digest(1)) == Self.features(1))
    cache.keep(Self.features(4), of: Self.digest(4))
    #expect(cache.features(of: Self.digest(2)) == nil)
    for number in [1, 3, 4] { #expect(cache.features(of: Self.digest(UInt8(number))) == Self.features(Float(number))) }
    #expect(cache.byteCount == 3 * 96)
    let tiny = VisionCache(byteLimit: 95)
    tiny.keep(Self.features(1), of: Self.digest(1))
    #expect(tiny.features(of: Self.digest(1)) == nil && tiny.byteCount == 0)
  }

  @Test func aFolderKeepsThemBeyondTheProcess() throws {
    let root = Self.folder()
    try VisionCacheFolder(root, identity: "model", byteLimit: 1 << 20).write(Self.features(1), Self.digest(1))
    let again = VisionCache(byteLimit: 1 << 20, folder: try VisionCacheFolder(root, identity: "model", byteLimit: 1 << 20))
    #expect(again.features(of: Self.digest(1)) == Self.features(1))
    #expect(again.byteCount == 96)
    #expect(try VisionCacheFolder(root, identity: "another", byteLimit: 1 << 20).read(Self.digest(1)) == nil)
  }

  @Test func aDamagedFileIsAMissAndIsMadeAgain() throws {
    let root = Self.folder()
    let folder = try VisionCacheFolder(root, identity: "model", byteLimit: 1 << 20)
    let path = "\(root)/model/\(String(repeating: "01", count: 32)).features"
    folder.write(Self.features(1), Self.digest(1))
    let good = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(good.count == 16 + 96 + 32)
    for place in [0, 4, 8, 12, 16, 60, good.count - 1] {
      var bad = good
      bad[place] ^= 0x10
      try bad.write(to: URL(fileURLWithPath: path))
      #expect(folder.read(Self.digest(1)) == nil, "byte \(place)")
      #expect(!FileManager.default.fileExists(atPath: path))
    }
    for length in [0, 3, 16, 47, 48, good.count - 1] {
      try good.prefix(length).write(to: URL(fileURLWithPath: path))
      #expect(folder.read(Self.digest(1)) == nil, "\(length) bytes")
    }
    folder.write(Self.features(1), Self.digest(1))
    #expect(folder.read(Self.digest(1)) == Self.features(1))
  }

  @Test func aFullFolderGivesUpOldFilesOfAnyModelAndNothingElse() throws {
    let root = Self.folder()
    let (first, second) = try (
      VisionCacheFolder(root, identity: "first", byteLimit: 500), VisionCacheFolder(root, identity: "second", byteLimit: 500)
    )
    try "mine".write(toFile: root + "/first/notes.txt", atomically: true, encoding: .utf8)
    for number in 1...3 { first.write(Self.features(Float(number)), Self.digest(UInt8(number))) }
    // Three files of 144 bytes, the second of them the oldest.
    for (number, age) in [(1, 100.0), (2, 900), (3, 500)] {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -age)],
        ofItemAtPath: "\(root)/first/\(String(repeating: "0\(number)", count: 32)).features")
    }
    second.write(Self.features(4), Self.digest(4))
    #expect(first.read(Self.digest(2)) == nil)
    #expect(first.read(Self.digest(1)) != nil && first.read(Self.digest(3)) != nil && second.read(Self.digest(4)) != nil)
    #expect(FileManager.default.fileExists(atPath: root + "/first/notes.txt"))
  }

  @Test func aFolderThatCannotBeMadeIsRefusedAndOneThatIsGoneKeepsNothing() throws {
    #expect(throws: ModelError.self) { try VisionCacheFolder("/dev/null/x", identity: "model", byteLimit: 1) }
    let root = Self.folder()
    let folder = try VisionCacheFolder(root, identity: "model", byteLimit: 1 << 20)
    try FileManager.default.removeItem(atPath: root)
    folder.write(Self.features(1), Self.digest(1))
    #expect(folder.read(Self.digest(1)) == nil)
  }

  @Test func digestsTellPicturesAndGridsApart() {
    let values: [Float] = [0, 1, 2, 3]
    let digests = [
      Patches(gridHeight: 2, gridWidth: 4, values: values), Patches(gridHeight: 4, gridWidth: 2, values: values),
      Patches(gridHeight: 2, gridWidth: 4, values: [-0.0, 1, 2, 3]), Patches(gridHeight: 2, gridWidth: 4, values: [0, 1, 2, 3.0000002]),
    ].map { PictureDigest($0) }
    #expect(Set(digests).count == 4)
    #expect(digests[0] == PictureDigest(Patches(gridHeight: 2, gridWidth: 4, values: values)))
  }

  /// A picture that was embedded is known in the next process, one whose file has changed is not, and vectors are the same.
  @Test func vectorsAreTheSameWithAndWithoutACache() async throws {
    let root = Self.folder()
    let directory = try TinyCheckpoint.tied.directory
    var plain = ModelOptions()
    plain.visionCacheBytes = 0
    var cached = ModelOptions()
    cached.visionCacheDirectory = root
    let pictures = try (1...2).map { number in
      try RGBImage(width: 64, height: 96, pixels: (0..<64 * 96 * 3).map { UInt8(truncatingIfNeeded: $0 &* number) })
    }
    let items = pictures.map { Item(texts: ["a picture"], images: [.pixels($0)]) }
    let expected = try await Embedder(Model(directory: directory, options: plain)).embed(items)
    for _ in 0..<2 {
      let found = try await Embedder(Model(directory: directory, options: cached)).embed(items)
      #expect(try found.map { try $0.get() } == expected.map { try $0.get() })
    }
    let files = try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix(".features") }
    #expect(files.count == 2)
    cached.precision = .float32
    _ = try await Embedder(Model(directory: directory, options: cached)).embed(items[0])
    #expect(try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix(".features") }.count == 3)
  }
}
