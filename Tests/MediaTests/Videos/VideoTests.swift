import Foundation
import Media
import Testing

@Suite("Frames of clips equal the reference's reader's")
struct VideoTests {
  @Test("There are clips, most of them read by decord")
  func fixturesAreThere() {
    #expect(VideoFixtures.clips.count == 25)
    #expect(VideoFixtures.clips.count { $0.reader == "decord" } >= 20)
  }

  @Test("All frames, from a file", arguments: VideoFixtures.clips)
  func frames(_ clip: VideoFixtures.Clip) throws {
    let video = try Video(file: VideoFixtures.path(clip.file))
    #expect(video.frameCount == clip.frames)
    #expect(abs(video.frameRate - clip.rate) <= (clip.file.hasSuffix(".gif") ? 0.1 : 0), "\(video.frameRate)")
    #expect(video.size == ImageSize(width: clip.size[0], height: clip.size[1]))
    var pixels: [UInt8] = []
    for index in 0..<video.frameCount { pixels += try video.frame(at: index).pixels }
    #expect(Digest.hex(pixels) == clip.sha256)
    #expect(video.replacedFrameCount == 0)
  }

  @Test("Any frame in any order, from memory", arguments: VideoFixtures.clips)
  func anyOrder(_ clip: VideoFixtures.Clip) throws {
    let inOrder = try Video(file: VideoFixtures.path(clip.file))
    let frames = try (0..<inOrder.frameCount).map { index in try inOrder.frame(at: index) }
    let video = try Video(decoding: VideoFixtures.bytes(clip.file))
    #expect(video.frameCount == clip.frames)
    var numbers = NumberGenerator(seed: UInt64(clip.frames))
    for _ in 0..<16 {
      let index = numbers.next() % video.frameCount
      #expect(try video.frame(at: index) == frames[index], "frame \(index)")
    }
    #expect(video.replacedFrameCount == 0)
  }

  @Test("What is taken, when, and its patches", arguments: VideoFixtures.clips)
  func patches(_ clip: VideoFixtures.Clip) throws {
    #expect(clip.cases.count == 5)
    let video = try Video(file: VideoFixtures.path(clip.file))
    for (number, expected) in clip.cases.enumerated() {
      var preprocessor = VideoFixtures.preprocessor
      preprocessor.referenceBudget = expected.totalPixels == nil
      guard let indices = expected.indices else {
        // What the reference refuses, and we do not: stretches of one frame, which have no first and last.
        if (try? expected.sampling.indices(frameCount: clip.frames, frameRate: clip.rate)) == [0, 0] { continue }
        #expect(throws: MediaError.self, "\(expected.refused ?? "")") { try preprocessor.prepare(video, sampling: expected.sampling) }
        continue
      }
      // One case shows the pixels of a clip, the others what is taken; one clip shows both for all.
      guard number == 0 || clip.file.contains("large") else {
        #expect(try expected.sampling.indices(frameCount: clip.frames, frameRate: clip.rate) == indices)
        let size = try preprocessor.resizedSize(of: video.size, frameCount: indices.count)
        #expect([size.width, size.height] == expected.size)
        continue
      }
      let patches = try preprocessor.prepare(video, sampling: expected.sampling)
      #expect(patches.frameIndices == indices)
      if !clip.file.hasSuffix(".gif") { #expect(patches.timestamps == expected.timestamps) }
      #expect(patches.frameSize == ImageSize(width: expected.size?[0] ?? 0, height: expected.size?[1] ?? 0))
      #expect([patches.pairs.count, patches.pairs[0].grid.height, patches.pairs[0].grid.width] == expected.grid)
      #expect(patches.pairs.allSatisfy { $0.grid == patches.pairs[0].grid && $0.grid.temporal == 1 })
      #expect(Digest.hex(patches.pairs.flatMap(\.values)) == expected.patchesSha256)
    }
  }

  @Test("decord itself agrees, but for two clips on which it goes back in time")
  func decord() {
    let differing = VideoFixtures.clips.filter { $0.reader == "decord" && $0.cases.contains { $0.decord == false } }.map(\.file)
    #expect(differing == ["clips/mpeg4-bframes.avi"])
    // It counts frames that the edit list hides, so that its frames do not stand as expected ones at all.
    #expect(VideoFixtures.clips.first { $0.file == "clips/edit-list.mp4" }?.reader == "av")
  }

  @Test("A picture and a video of the same frame twice are the same patches")
  func pictureTwice() throws {
    let video = try Video(file: VideoFixtures.path("clips/one-frame.mp4"))
    let patches = try VideoFixtures.preprocessor.prepare(video)
    #expect(patches.frameIndices == [0, 0])
    #expect(patches.timestamps == [0])
    let image = try video.frame(at: 0).resizedAsFrame(to: patches.frameSize)
    var pictures = VideoFixtures.preprocessor.images
    (pictures.minimumPixels, pictures.maximumPixels) = (1, 1 << 30)
    #expect(try patches.pairs == [pictures.prepare(image)])
  }

  @Test("Indices that are not there are refused")
  func range() throws {
    let video = try Video(file: VideoFixtures.path("clips/three-frames.mp4"))
    for index in [-1, 3, Int.max, Int.min] {
      #expect(#expect(throws: MediaError.self) { try video.frame(at: index) }?.code == .invalidArgument)
    }
    #expect(try video.frame(at: 2).size == video.size)
    #expect(abs(video.duration - 0.12) < 1e-9)
  }
}

@Suite("Lists of frames follow the reference's rules")
struct FrameListTests {
  @Test(
    "Real frames, the whole way", .enabled(if: FileManager.default.fileExists(atPath: Fixtures.shared.path), "no ../shared/data"),
    arguments: VideoFixtures.lists)
  func wholeWay(_ expected: VideoFixtures.FrameList) throws {
    let folder = Fixtures.shared.appending(path: "videos")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix(expected.list + "_") }.sorted()
    var preprocessor = VideoFixtures.preprocessor
    preprocessor.totalPixels = expected.totalPixels
    // Plays no part for lists.
    preprocessor.referenceBudget = true
    let patches = try preprocessor.prepare(listOf: expected.count, sampling: VideoSampling(maximumFrames: expected.maxFrames)) {
      index throws(MediaError) in try RGBImage(file: folder.appending(path: names[index]).path)
    }
    #expect(patches.timestamps == expected.timestamps)
    #expect(patches.frameSize == ImageSize(width: expected.size[0], height: expected.size[1]))
    #expect([patches.pairs.count, patches.pairs[0].grid.height, patches.pairs[0].grid.width] == expected.grid)
    #expect(Digest.hex(patches.pairs.flatMap(\.values)) == expected.patchesSha256)
    #expect(patches.frameRate == 2)
  }

  @Test("There are lists")
  func fixturesAreThere() { #expect(VideoFixtures.lists.count == 5) }

  @Test("A stated rate gives the frames their own times")
  func rate() throws {
    let frames = try (0..<9).map { index in try Fixtures.pattern(64 + index % 2, 64) }
    let preprocessor = VideoFixtures.preprocessor
    let stated = try preprocessor.prepare(frames: frames, frameRate: 1, sampling: VideoSampling(maximumFrames: 5))
    #expect(stated.frameIndices == [0, 2, 4, 6, 8, 8])
    #expect(stated.timestamps == [1, 5, 8.5])
    let assumed = try preprocessor.prepare(frames: frames, sampling: VideoSampling(maximumFrames: 5))
    #expect(assumed.timestamps == [0.25, 1.25, 2.25])
    #expect(assumed.pairs == stated.pairs)
    #expect(assumed.tokenCount(mergeSize: 2) == assumed.pairs.count * assumed.pairs[0].grid.patchCount / 4)
  }

  @Test("Frames of different sizes, no frames and odd rates are refused")
  func refused() throws {
    let preprocessor = VideoFixtures.preprocessor
    let frames = try [Fixtures.pattern(64, 64), Fixtures.pattern(64, 64), Fixtures.pattern(128, 64)]
    let error = #expect(throws: MediaError.self) { try preprocessor.prepare(frames: frames) }
    #expect(error?.reason == "frame 2 of the list is 128x64 and the first one 64x64; frames must have one size")
    #expect(#expect(throws: MediaError.self) { try preprocessor.prepare(frames: []) }?.code == .empty)
    for rate in [0, -1, .nan, .infinity] as [Double] {
      #expect(throws: MediaError.self) { try preprocessor.prepare(frames: frames, frameRate: rate) }
    }
  }

  @Test("A frame that cannot be read fails the list with its own error")
  func broken() throws {
    let error = #expect(throws: MediaError.self) {
      try VideoFixtures.preprocessor.prepare(listOf: 4) { _ throws(MediaError) in throw MediaError(.truncated, "cut") }
    }
    #expect(error == MediaError(.truncated, "cut"))
  }
}
