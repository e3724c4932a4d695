import Foundation
import Media
import Testing

/// What `Tools/media/make_fixtures.py` wrote.
enum Fixtures {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let folder = root.appending(path: "Tests/Fixtures/media")
  static let shared = root.appending(path: "../shared/data/qwen3-vl-embedding").standardized

  struct Picture: Decodable, CustomTestStringConvertible {
    let file: String
    let mode: String
    let width: Int
    let height: Int
    let sha256: String
    /// Cut to fewer bytes than this, the reference refuses the file; with as many or more it gives the same pixels.
    let acceptedFrom: Int
    var testDescription: String { file }
  }

  struct Hostile: Decodable {
    let bombs: [String]
    let broken: [String]
  }

  struct Resize: Decodable, CustomTestStringConvertible {
    let from: [Int]
    let to: [Int]
    let sha256: String
    var testDescription: String { "\(from[0])x\(from[1]) to \(to[0])x\(to[1])" }
  }

  struct SmartResize: Decodable {
    struct Digest: Decodable {
      let minimum: Int
      let maximum: Int
      let factor: Int
      let lines: Int
      let sha256: String
    }
    let digests: [Digest]
    let rows: [[Int]]
  }

  struct Patches: Decodable, CustomTestStringConvertible {
    let width: Int
    let height: Int
    let patch: Int
    let merge: Int
    let temporal: Int
    let mean: [Float]
    let deviation: [Float]
    let grid: [Int]
    let shape: [Int]
    let sha256: String
    let some: [[Double]]
    var testDescription: String { "\(width)x\(height), patch \(patch), merge \(merge), temporal \(temporal)" }
  }

  struct Shared: Decodable, CustomTestStringConvertible {
    let file: String
    let width: Int
    let height: Int
    let sha256: String
    let resized: [Int]
    let resizedSha256: String
    let grid: [Int]
    let patchesSha256: String
    var testDescription: String { file }
  }

  static let pictures = load([Picture].self, "pictures.json") ?? []
  static let hostile = load(Hostile.self, "hostile.json") ?? Hostile(bombs: [], broken: [])
  static let resizes = load([Resize].self, "resize.json") ?? []
  static let smartResize = load(SmartResize.self, "smart_resize.json") ?? SmartResize(digests: [], rows: [])
  static let patches = load([Patches].self, "patches.json") ?? []
  static let sharedPictures = load([Shared].self, "shared.json") ?? []

  private static func load<Value: Decodable>(_ type: Value.Type, _ name: String) -> Value? {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try? decoder.decode(type, from: Data(contentsOf: folder.appending(path: name)))
  }

  static func path(_ name: String) -> String { folder.appending(path: name).path }

  static func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appending(path: name))) }

  /// A picture by formula, as `pattern` in make_fixtures.py.
  static func pattern(_ width: Int, _ height: Int) throws -> RGBImage {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height * 3)
    for y in 0..<height {
      for x in 0..<width {
        let isSmooth = (x + 2 * y) % 48 < 24
        for c in 0..<3 {
          pixels.append(
            isSmooth ? UInt8((x * x * 31 + y * y * 17 + x * y * 7 + c * 101) / 64 % 256) : UInt8((x / 5 + y / 3 + c) % 2 * 255))
        }
      }
    }
    return try RGBImage(width: width, height: height, pixels: pixels)
  }
}

/// Knuth's 64-bit linear congruential numbers, the upper 31 bits of each.
struct NumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33)
  }
}
