import Media
import Testing

@Suite("Hostile bytes are refused, and nothing worse")
struct HostileTests {
  /// The lengths at which the reference was asked, as `cuts` in make_fixtures.py.
  private func cuts(_ count: Int) -> Set<Int> {
    Set((0..<48).map { count * $0 / 48 } + (1...48).filter { $0 <= count }.map { count - $0 })
  }

  @Test("A file cut short is refused, unless the reference takes it too", arguments: Fixtures.pictures)
  func truncation(_ picture: Fixtures.Picture) throws {
    let bytes = try Fixtures.bytes(picture.file)
    for count in cuts(bytes.count) {
      do {
        let image = try RGBImage(decoding: Array(bytes.prefix(count)))
        #expect(count >= picture.acceptedFrom, "\(count) of \(bytes.count) bytes gave a picture")
        #expect(Digest.hex(image.pixels) == picture.sha256, "\(count) of \(bytes.count) bytes gave other pixels")
      } catch {
        #expect(!error.reason.isEmpty)
      }
    }
  }

  @Test(
    "The message says how far the picture goes",
    arguments: [
      ("jpeg/baseline-420-87x73.jpg", "the JPEG ends after "), ("jpeg/progressive-420-87x73.jpg", "the JPEG ends inside scan "),
      ("png/rgb-8.png", "the PNG ends after "), ("webp/lossy.webp", "the WebP ends after "), ("gif/interlaced.gif", "the GIF ends after "),
      ("bmp/rgb-24.bmp", "the BMP ends after "), ("tiff/rgb-8-deflate.tif", "the TIFF ends after "),
    ])
  func message(_ file: String, _ beginning: String) throws {
    let bytes = try Fixtures.bytes(file)
    let error = #expect(throws: MediaError.self) { try RGBImage(decoding: Array(bytes.prefix(bytes.count * 2 / 3))) }
    #expect(error?.code == .truncated)
    #expect(error?.reason.hasPrefix(beginning) == true, "\(error?.reason ?? "")")
  }

  @Test("Flipped bits give pixels or an error", arguments: Fixtures.pictures)
  func flips(_ picture: Fixtures.Picture) throws {
    let bytes = try Fixtures.bytes(picture.file)
    var numbers = NumberGenerator(seed: UInt64(bytes.count))
    for _ in 0..<16 {
      var damaged = bytes
      for _ in 0...numbers.next() % 4 { damaged[numbers.next() % bytes.count] ^= UInt8(1 << (numbers.next() % 8)) }
      do {
        let image = try RGBImage(decoding: damaged, limits: ImageLimits(maximumPixels: 4_000_000))
        #expect(image.pixels.count == image.width * image.height * 3)
      } catch {
        #expect(!error.reason.isEmpty)
      }
    }
  }

  @Test("There are bombs and broken files")
  func fixturesAreThere() {
    #expect(Fixtures.hostile.bombs.count == 11)
    #expect(Fixtures.hostile.broken.count == 25)
  }

  @Test("Claims of too many pixels are refused by the header", arguments: Fixtures.hostile.bombs)
  func bomb(_ file: String) throws {
    let bytes = try Fixtures.bytes(file)
    let error = #expect(throws: MediaError.self) { try ImageSize(ofEncoded: bytes) }
    #expect(error?.code == .tooManyPixels, "\(error?.reason ?? "")")
    #expect(#expect(throws: MediaError.self) { try RGBImage(decoding: bytes) } == error)
  }

  @Test("Broken and unsupported files are refused by name", arguments: Fixtures.hostile.broken)
  func broken(_ file: String) throws {
    let bytes = try Fixtures.bytes(file)
    let error = #expect(throws: MediaError.self) { try RGBImage(decoding: bytes) }
    let code = try #require(error?.code)
    #expect([.corrupt, .empty, .unsupportedFormat, .truncated].contains(code), "\(code)")
    #expect(error?.reason.hasPrefix("the ") == true)
  }

  @Test("The limit on pixels is the caller's, and exact")
  func limit() throws {
    let bytes = try Fixtures.bytes("png/rgb-8.png")
    #expect(try RGBImage(decoding: bytes, limits: ImageLimits(maximumPixels: 61 * 43)).width == 61)
    let error = #expect(throws: MediaError.self) { try RGBImage(decoding: bytes, limits: ImageLimits(maximumPixels: 61 * 43 - 1)) }
    #expect(error?.reason == "the PNG is 61x43 pixels; at most 2622 pixels are read (maximumPixels)")
  }

  @Test("A format that the caller leaves out is refused by name")
  func formats() throws {
    let bytes = try Fixtures.bytes("png/rgb-8.png")
    let error = #expect(throws: MediaError.self) { try RGBImage(decoding: bytes, limits: ImageLimits(formats: [.jpeg])) }
    #expect(error == MediaError(.unsupportedFormat, "PNG is not among the formats read here (formats)"))
  }
}
