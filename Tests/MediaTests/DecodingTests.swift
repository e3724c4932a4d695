import Media
import Testing

@Suite("Decoded pixels equal the reference's")
struct DecodingTests {
  @Test("There are pictures of every raster format")
  func fixturesAreThere() {
    let counts = Dictionary(grouping: Fixtures.pictures) { $0.file.prefix { $0 != "/" } }.mapValues(\.count)
    #expect(counts == ["jpeg": 34, "png": 46, "webp": 20, "gif": 20, "bmp": 24, "tiff": 79])
  }

  @Test(arguments: Fixtures.pictures)
  func pixels(_ expected: Fixtures.Picture) throws {
    let bytes = try Fixtures.bytes(expected.file)
    let image = try RGBImage(decoding: bytes)
    #expect(image.size == ImageSize(width: expected.width, height: expected.height))
    #expect(Digest.hex(image.pixels) == expected.sha256)
    #expect(try ImageSize(ofEncoded: bytes) == image.size)
    #expect(try RGBImage(file: Fixtures.path(expected.file)) == image)
  }

  @Test("The orientation a camera notes is left alone, except in TIFF, where Pillow applies it")
  func orientation() throws {
    #expect(try RGBImage(decoding: try Fixtures.bytes("jpeg/exif-orientation-6.jpg")).size == ImageSize(width: 87, height: 73))
    #expect(try RGBImage(decoding: try Fixtures.bytes("tiff/orientation-6.tif")).size == ImageSize(width: 11, height: 17))
  }

  @Test("Transparency is composited on white where Pillow says RGBA, and dropped elsewhere")
  func transparency() throws {
    // The first row of these pictures is fully transparent, save for its first pixel.
    for (file, isWhite) in [("png/rgba-8.png", true), ("png/grey-alpha-16.png", true), ("png/grey-alpha-8.png", false)] {
      let row = try RGBImage(decoding: try Fixtures.bytes(file)).pixels[3..<30]
      #expect(row.allSatisfy { $0 == 255 } == isWhite, "\(file)")
    }
  }

  @Test("16 bits of grey are clipped, not scaled")
  func wideGrey() throws {
    let image = try RGBImage(decoding: try Fixtures.bytes("png/grey-16.png"))
    #expect(image.pixels.filter { $0 == 255 }.count > image.pixels.count / 2)
  }
}
