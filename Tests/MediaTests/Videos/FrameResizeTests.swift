import Media
import Testing

@Suite("Resizing frames equals torch's")
struct FrameResizeTests {
  @Test("There are sizes")
  func fixturesAreThere() { #expect(VideoFixtures.resizes.count == 17) }

  @Test(arguments: VideoFixtures.resizes)
  func digests(_ resize: Fixtures.Resize) throws {
    let size = ImageSize(width: resize.to[0], height: resize.to[1])
    let resized = try Fixtures.pattern(resize.from[0], resize.from[1]).resizedAsFrame(to: size)
    #expect(resized.size == size)
    #expect(Digest.hex(resized.pixels) == resize.sha256)
  }

  @Test("One colour stays one colour at any size", arguments: [0, 1, 127, 128, 254, 255])
  func flat(_ value: UInt8) throws {
    let image = try RGBImage(width: 37, height: 23, pixels: [UInt8](repeating: value, count: 37 * 23 * 3))
    for (width, height) in [(3, 1), (36, 24), (37, 5), (200, 3), (64, 64)] {
      #expect(try image.resizedAsFrame(to: ImageSize(width: width, height: height)).pixels.allSatisfy { $0 == value })
    }
  }

  @Test("Sizes that make no sense are refused", arguments: [(0, 5), (2, 5), (5, 0), (-1, 5), (Int.max, 1)])
  func refused(_ width: Int, _ height: Int) throws {
    let image = try Fixtures.pattern(3, 3)
    #expect(
      #expect(throws: MediaError.self) { try image.resizedAsFrame(to: ImageSize(width: width, height: height)) }?.code == .invalidArgument)
  }
}
