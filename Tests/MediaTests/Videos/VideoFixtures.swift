import Foundation
import Media
import Testing

/// What `Tools/media/make_video_fixtures.py` wrote.
enum VideoFixtures {
  static let folder = Fixtures.root.appending(path: "Tests/Fixtures/video")

  struct Clip: Decodable, CustomTestStringConvertible {
    let file: String
    /// Where the expected pixels come from: decord, or what stands in where decord cannot read the clip.
    let reader: String
    let frames: Int
    let rate: Double
    let size: [Int]
    let sha256: String
    let cases: [Case]
    var testDescription: String { file }
  }

  struct Case: Decodable {
    let fps: Double?
    let maxFrames: Int?
    let nframes: Int?
    let videoStart: Double?
    let videoEnd: Double?
    let totalPixels: Int?
    let indices: [Int]?
    let timestamps: [Double]?
    let size: [Int]?
    let grid: [Int]?
    let framesSha256: String?
    let patchesSha256: String?
    /// Whether decord, asked for these frames only, gives them.
    let decord: Bool?
    let refused: String?

    var sampling: VideoSampling {
      VideoSampling(framesPerSecond: fps ?? 1, maximumFrames: maxFrames ?? 64, frameCount: nframes, start: videoStart, end: videoEnd)
    }
  }

  struct Hostile: Decodable, CustomTestStringConvertible {
    let file: String
    let codes: [String]
    var testDescription: String { file }
  }

  struct Sampling: Decodable {
    let fps: Double
    let max: Int
    let min: Int
    let lines: Int
    let sha256: String
  }

  struct Rules: Decodable {
    let listSamplingSha256: String
    let budgetSha256: String
    let referenceBudgetSha256: String
  }

  struct FrameList: Decodable, CustomTestStringConvertible {
    let list: String
    let count: Int
    let maxFrames: Int
    let totalPixels: Int
    let timestamps: [Double]
    let size: [Int]
    let grid: [Int]
    let framesSha256: String
    let patchesSha256: String
    var testDescription: String { "\(list), \(count) frames, at most \(maxFrames)" }
  }

  static let clips = load([Clip].self, "clips.json") ?? []
  static let hostile = load([Hostile].self, "hostile.json") ?? []
  static let samplings = load([Sampling].self, "sampling.json") ?? []
  static let rules = load(Rules.self, "rules.json")
  static let resizes = load([Fixtures.Resize].self, "resize.json") ?? []
  static let lists = load([FrameList].self, "lists.json") ?? []

  static func path(_ name: String) -> String { folder.appending(path: name).path }
  static func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appending(path: name))) }

  /// The settings of the published checkpoints.
  static let preprocessor = VideoPreprocessor(
    images: ImagePreprocessor(
      patchSize: 16, mergeSize: 2, temporalPatchSize: 2, mean: [0.5, 0.5, 0.5], standardDeviation: [0.5, 0.5, 0.5], minimumPixels: 4_096,
      maximumPixels: 1_843_200))

  private static func load<Value: Decodable>(_ type: Value.Type, _ name: String) -> Value? {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try? decoder.decode(type, from: Data(contentsOf: folder.appending(path: name)))
  }
}
