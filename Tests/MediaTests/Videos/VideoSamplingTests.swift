import Media
import Testing

@Suite("Frames are picked as the reference picks them")
struct VideoSamplingTests {
  @Test("There are settings")
  func fixturesAreThere() {
    #expect(VideoFixtures.samplings.count == 5)
    #expect(VideoFixtures.rules != nil)
  }

  @Test("Thousands of lengths and rates", arguments: 0..<5)
  func digests(_ index: Int) throws {
    let expected = try #require(VideoFixtures.samplings.indices.contains(index) ? VideoFixtures.samplings[index] : nil)
    let sampling = VideoSampling(framesPerSecond: expected.fps, maximumFrames: expected.max, minimumFrames: expected.min)
    let rates: [(Double, String)] = [
      (1, "1"), (12.5, "12.5"), (24_000.0 / 1_001, "23.976"), (25, "25"), (29.97, "29.97"), (60, "60"),
    ]
    var lines = ""
    for total in Array(2..<200) + Array(stride(from: 200, to: 6_000, by: 37)) + [100_000, 108_000, 1_000_001] {
      for (rate, text) in rates {
        let indices = try sampling.indices(frameCount: total, frameRate: rate)
        lines += "\(total) \(text): \(indices.map(String.init).joined(separator: " "))\n"
      }
    }
    #expect(lines.utf8.count { $0 == 0x0a } == expected.lines)
    #expect(Digest.hex(Array(lines.utf8)) == expected.sha256)
  }

  @Test("Lists are thinned out by rounding down")
  func lists() throws {
    var lines = ""
    for count in 2..<300 {
      for most in 2..<max(2, min(count, 70)) {
        let indices = try VideoSampling(maximumFrames: most).listIndices(count: count)
        lines += "\(count) \(most): \(indices.map(String.init).joined(separator: " "))\n"
      }
    }
    #expect(Digest.hex(Array(lines.utf8)) == VideoFixtures.rules?.listSamplingSha256)
    #expect(try VideoSampling(maximumFrames: 64).listIndices(count: 5) == [0, 1, 2, 3, 4])
    #expect(try VideoSampling(frameCount: 1).listIndices(count: 5) == [0])
  }

  @Test("Indices rise, are even in number, and begin and end with the stretch")
  func invariants() throws {
    var numbers = NumberGenerator(seed: 5)
    for _ in 0..<2_000 {
      let total = 2 + numbers.next() % 5_000
      let rate = Double(1 + numbers.next() % 600) / 10
      let sampling = VideoSampling(framesPerSecond: Double(1 + numbers.next() % 40) / 8, maximumFrames: 2 + numbers.next() % 200)
      let indices = try sampling.indices(frameCount: total, frameRate: rate)
      #expect(indices.count.isMultiple(of: 2) && indices.count <= min(total, sampling.maximumFrames))
      #expect(indices.first == 0 && indices.last == total - 1)
      #expect(zip(indices, indices.dropFirst()).allSatisfy(<))
    }
  }

  @Test("A stretch of a video is bounded by frames inside it")
  func stretch() throws {
    let sampling = VideoSampling(framesPerSecond: 5, start: 0.5, end: 1.7)
    #expect(try sampling.indices(frameCount: 40, frameRate: 10) == [5, 7, 10, 12, 15, 17])
    #expect(try VideoSampling(start: -3, end: 99).indices(frameCount: 40, frameRate: 10) == [0, 13, 26, 39])
    #expect(try VideoSampling(start: 1, end: 1).indices(frameCount: 40, frameRate: 10) == [10, 10])
    let between = #expect(throws: MediaError.self) { try VideoSampling(start: 1.01, end: 1.09).indices(frameCount: 40, frameRate: 10) }
    #expect(between?.code == .invalidArgument)
    #expect(between?.reason == "there is no frame from second 1.01 to 1.09 of a video of 4.0 seconds (40 frames)")
    #expect(throws: MediaError.self) { try VideoSampling(start: 3, end: 1).indices(frameCount: 40, frameRate: 10) }
  }

  @Test("One frame is taken twice")
  func single() throws { #expect(try VideoSampling().indices(frameCount: 1, frameRate: 25) == [0, 0]) }

  @Test("Numbers that make no sense are refused")
  func refused() throws {
    let bad: [VideoSampling] = [
      VideoSampling(framesPerSecond: 0), VideoSampling(framesPerSecond: .nan), VideoSampling(framesPerSecond: .infinity),
      VideoSampling(maximumFrames: 1), VideoSampling(minimumFrames: -1), VideoSampling(frameCount: 0), VideoSampling(frameCount: .max),
      VideoSampling(start: .nan), VideoSampling(end: .infinity), VideoSampling(frameCount: 12),
    ]
    for sampling in bad {
      let error = #expect(throws: MediaError.self, "\(sampling)") { try sampling.indices(frameCount: 10, frameRate: 10) }
      #expect(error?.code == .invalidArgument)
    }
    for (count, rate) in [(0, 10.0), (10, 0), (10, .nan), (10, .infinity), (-1, 10), (.max, 10)] {
      #expect(throws: MediaError.self) { try VideoSampling().indices(frameCount: count, frameRate: rate) }
    }
    #expect(#expect(throws: MediaError.self) { try VideoSampling().listIndices(count: 0) }?.code == .empty)
  }
}

@Suite("Frames get the size the reference gives them")
struct VideoBudgetTests {
  private func lines(_ preprocessor: VideoPreprocessor) throws -> String {
    var lines = ""
    for (width, height) in [
      (96, 64), (320, 180), (640, 360), (854, 480), (1_280, 720), (1_920, 1_080), (1_080, 1_920), (3_840, 2_160), (333, 1_001),
    ] {
      for frames in stride(from: 2, to: 66, by: 2) {
        let size = try preprocessor.resizedSize(of: ImageSize(width: width, height: height), frameCount: frames)
        lines += "\(width) \(height) \(frames) \(size.width) \(size.height)\n"
      }
    }
    return lines
  }

  @Test("With the budget, and with the reference's own for files")
  func digests() throws {
    var preprocessor = VideoFixtures.preprocessor
    #expect(Digest.hex(Array(try lines(preprocessor).utf8)) == VideoFixtures.rules?.budgetSha256)
    preprocessor.referenceBudget = true
    #expect(Digest.hex(Array(try lines(preprocessor).utf8)) == VideoFixtures.rules?.referenceBudgetSha256)
  }

  @Test("The published token counts")
  func tokens() throws {
    func tokens(_ width: Int, _ height: Int, _ frames: Int, reference: Bool) throws -> Int {
      var preprocessor = VideoFixtures.preprocessor
      preprocessor.referenceBudget = reference
      let size = try preprocessor.resizedSize(of: ImageSize(width: width, height: height), frameCount: frames)
      return size.width / 32 * (size.height / 32) * frames / 2
    }
    #expect(try tokens(1_280, 720, 12, reference: false) == 4_320)
    #expect(try tokens(1_280, 720, 24, reference: true) == 8_640)
    #expect(try tokens(1_920, 1_080, 24, reference: false) == 7_128)
    #expect(try tokens(1_920, 1_080, 64, reference: true) == 23_040)
    #expect(try tokens(854, 480, 64, reference: false) == 7_040)
    #expect(try tokens(640, 360, 24, reference: false) == 2_640)
  }

  @Test("Budgets that make no sense are refused")
  func refused() {
    var preprocessor = VideoFixtures.preprocessor
    preprocessor.totalPixels = 0
    #expect(throws: MediaError.self) { try preprocessor.resizedSize(of: ImageSize(width: 64, height: 64), frameCount: 4) }
    preprocessor.totalPixels = 100
    #expect(throws: MediaError.self) { try preprocessor.resizedSize(of: ImageSize(width: 64, height: 64), frameCount: 0) }
    #expect(throws: MediaError.self) { try preprocessor.resizedSize(of: ImageSize(width: 1_000, height: 2), frameCount: 4) }
  }
}
