import Media
import Testing

@Suite("Resizing equals Pillow's")
struct ResizeTests {
  @Test("There are sizes")
  func fixturesAreThere() { #expect(Fixtures.resizes.count == 48) }

  @Test(arguments: Fixtures.resizes)
  func digests(_ resize: Fixtures.Resize) throws {
    let image = try Fixtures.pattern(resize.from[0], resize.from[1])
    let resized = try image.resized(to: ImageSize(width: resize.to[0], height: resize.to[1]))
    #expect(resized.size == ImageSize(width: resize.to[0], height: resize.to[1]))
    #expect(Digest.hex(resized.pixels) == resize.sha256)
  }

  @Test("One colour stays one colour at any size", arguments: [0, 1, 127, 128, 254, 255])
  func flat(_ value: UInt8) throws {
    let image = try RGBImage(width: 37, height: 23, pixels: [UInt8](repeating: value, count: 37 * 23 * 3))
    for (width, height) in [(1, 1), (36, 24), (37, 5), (200, 3), (64, 64)] {
      #expect(try image.resized(to: ImageSize(width: width, height: height)).pixels.allSatisfy { $0 == value })
    }
  }

  @Test("The same size is the same picture")
  func identity() throws {
    let image = try Fixtures.pattern(31, 17)
    #expect(try image.resized(to: image.size) == image)
  }

  @Test("Sizes that make no sense are refused", arguments: [(0, 5), (5, 0), (-1, 5), (Int.max, 1), (1 << 31, 1)])
  func refused(_ width: Int, _ height: Int) throws {
    let image = try Fixtures.pattern(3, 3)
    #expect(#expect(throws: MediaError.self) { try image.resized(to: ImageSize(width: width, height: height)) }?.code == .invalidArgument)
  }
}

@Suite("smart_resize equals qwen-vl-utils'")
struct SmartResizeTests {
  @Test("Thousands of sizes", arguments: 0..<6)
  func digests(_ index: Int) throws {
    let expected = try #require(Fixtures.smartResize.digests.indices.contains(index) ? Fixtures.smartResize.digests[index] : nil)
    var numbers = NumberGenerator(seed: UInt64(expected.factor))
    var sizes: [(Int, Int)] = []
    for i in 0..<4_000 {
      let limit = [300, 3_000, 20_000, 100][i % 4]
      let height = 1 + numbers.next() % limit
      sizes.append((height, 1 + numbers.next() % limit))
    }
    for h in 1...30 { for w in 1...30 { sizes.append((h * (expected.factor / 2), w * (expected.factor / 2))) } }
    var lines = ""
    for (height, width) in sizes {
      let size = ImageSize(width: width, height: height)
      let resized = try? size.smartResized(factor: expected.factor, minimumPixels: expected.minimum, maximumPixels: expected.maximum)
      lines += "\(height) \(width) " + (resized.map { "\($0.height) \($0.width)" } ?? "-") + "\n"
    }
    #expect(sizes.count == expected.lines)
    #expect(Digest.hex(Array(lines.utf8)) == expected.sha256)
  }

  @Test("Literal rows")
  func rows() throws {
    #expect(Fixtures.smartResize.rows.count == 11)
    for row in Fixtures.smartResize.rows {
      let resized = try ImageSize(width: row[1], height: row[0]).smartResized(factor: 32, minimumPixels: 4_096, maximumPixels: 1_843_200)
      #expect(resized == ImageSize(width: row[3], height: row[2]), "\(row)")
    }
  }

  @Test("Halves are rounded to even")
  func halves() throws {
    let resized = try ImageSize(width: 80, height: 112).smartResized(factor: 32, minimumPixels: 1, maximumPixels: 1_000_000)
    #expect(resized == ImageSize(width: 64, height: 128))
  }

  @Test("Extreme ratios are refused by name")
  func ratio() throws {
    let fitting = try ImageSize(width: 200, height: 1).smartResized(factor: 32, minimumPixels: 4_096, maximumPixels: 1_843_200)
    #expect(fitting == ImageSize(width: 192, height: 32))
    let error = #expect(throws: MediaError.self) {
      try ImageSize(width: 201, height: 1).smartResized(factor: 32, minimumPixels: 4_096, maximumPixels: 1_843_200)
    }
    #expect(error?.code == .extremeAspectRatio)
    #expect(error?.reason == "the picture is 201x1, a ratio of 201 to 1; at most 200 to 1 is accepted: crop or cut it")
    let vanished = #expect(throws: MediaError.self) {
      try ImageSize(width: 4_000, height: 20).smartResized(factor: 32, minimumPixels: 1, maximumPixels: 4_096)
    }
    #expect(vanished?.code == .extremeAspectRatio)
  }

  @Test("Sizes and limits that make no sense are refused")
  func refused() {
    for (size, factor, minimum, maximum) in [
      (ImageSize(width: 0, height: 4), 32, 1, 100), (ImageSize(width: 4, height: -4), 32, 1, 100),
      (ImageSize(width: .max, height: 2), 32, 1, 100),
      (ImageSize(width: 4, height: 4), 0, 1, 100), (ImageSize(width: 4, height: 4), 32, 101, 100),
      (ImageSize(width: 4, height: 4), 32, 0, 100),
    ] {
      #expect(throws: MediaError.self) { try size.smartResized(factor: factor, minimumPixels: minimum, maximumPixels: maximum) }
    }
  }
}
