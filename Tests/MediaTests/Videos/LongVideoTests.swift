import Foundation
import Media
import Testing

/// `scripts/test-long` makes the videos, says where they are, and runs this alone: the peak is the whole process's.
@Suite(
  "An hour of video in bounded memory",
  .enabled(if: ProcessInfo.processInfo.environment["SIGHTLINE_HOUR_OF_VIDEO"] != nil, "run scripts/test-long"), .serialized)
struct LongVideoTests {
  private let folder = ProcessInfo.processInfo.environment["SIGHTLINE_HOUR_OF_VIDEO"] ?? ""

  @Test("64 of 108,000 frames", arguments: ["hour.mp4", "hour.mkv"])
  func hour(_ name: String) throws {
    let before = try memory("VmRSS")
    let start = ContinuousClock.now
    let video = try Video(file: "\(folder)/\(name)")
    let counted = ContinuousClock.now
    let patches = try VideoFixtures.preprocessor.prepare(video)
    print("\(name): counted in \(counted - start), prepared in \(ContinuousClock.now - counted)")
    #expect(abs(video.frameCount - 108_000) < 200)
    #expect(patches.frameIndices.count == 64)
    #expect(patches.pairs.count == 32)
    #expect(patches.timestamps.last.map { abs($0 - 3_570) < 5 } == true)
    #expect(video.replacedFrameCount == 0)
    let growth = try memory("VmHWM") - before
    let patchBytes = patches.pairs.reduce(0) { $0 + $1.values.count * MemoryLayout<Float>.stride }
    print("\(name): at most \(growth >> 20) MiB above the \(before >> 20) MiB before, \(patchBytes >> 20) MiB of them patches")
    #expect(growth < 1 << 30)
  }

  /// A line of /proc/self/status, in bytes.
  private func memory(_ key: String) throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(key + ":") })
    return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }) << 10
  }
}
