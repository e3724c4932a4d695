import Foundation
import Media
import Testing

@Suite("SVG")
struct DrawingTests {
  private func draw(_ body: String, size: String = #"width="20" height="10""#, prolog: String = "") throws -> RGBImage {
    let links = #"xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xi="http://www.w3.org/2001/XInclude""#
    return try RGBImage(decoding: Array("\(prolog)<svg \(links) \(size)>\(body)</svg>".utf8))
  }

  private func pixel(_ image: RGBImage, _ x: Int, _ y: Int) -> [UInt8] {
    Array(image.pixels[(y * image.width + x) * 3..<(y * image.width + x) * 3 + 3])
  }

  private func isBlank(_ image: RGBImage) -> Bool { image.pixels.allSatisfy { $0 == 255 } }

  @Test("Shapes are drawn on white, in their colours and places")
  func shapes() throws {
    let image = try draw(##"<rect x="2" y="1" width="5" height="3" fill="#c86432"/><rect x="10" width="2" height="10" fill-opacity="0"/>"##)
    #expect(image.size == ImageSize(width: 20, height: 10))
    #expect(pixel(image, 2, 1) == [200, 100, 50])
    #expect(pixel(image, 6, 3) == [200, 100, 50])
    for (x, y) in [(0, 0), (1, 1), (2, 0), (7, 3), (6, 4), (10, 5), (19, 9)] { #expect(pixel(image, x, y) == [255, 255, 255]) }
  }

  @Test("Transparency blends with white")
  func transparency() throws {
    let image = try draw(#"<rect width="20" height="10" fill="black" fill-opacity="0.5"/>"#)
    #expect(abs(Int(pixel(image, 5, 5)[0]) - 127) <= 1)
  }

  @Test(
    "The size is that of the root element, else of its view box",
    arguments: [
      (#"width="7" height="3""#, 7, 3), (#"viewBox="0 0 30 40""#, 30, 40), (#"width="1in" height="0.5in""#, 96, 48),
      (#"width="100%" height="100%" viewBox="0 0 5 6""#, 5, 6), (#"width="2.2" height="1.1""#, 3, 2),
    ])
  func size(_ attributes: String, _ width: Int, _ height: Int) throws {
    #expect(try draw("", size: attributes).size == ImageSize(width: width, height: height))
  }

  @Test(
    "A size that is missing, empty or too large is refused",
    arguments: [
      ("", .unsupportedFormat), (#"width="0" height="5""#, .empty), (#"width="40000" height="5""#, .unsupportedFormat),
      (#"width="30000" height="30000""#, .tooManyPixels),
    ] as [(String, MediaError.Code)])
  func refusedSize(_ attributes: String, _ code: MediaError.Code) {
    #expect(#expect(throws: MediaError.self) { try draw("", size: attributes) }?.code == code)
  }

  @Test("No file is read that a drawing refers to")
  func externalReferences() throws {
    let secret = Fixtures.path("png/rgb-8.png")
    let folder = FileManager.default.temporaryDirectory.appending(path: "sightline-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = folder.appending(path: "text.txt")
    try Data("IIIIIIII".utf8).write(to: text)
    let inner = folder.appending(path: "inner.svg")
    try Data(#"<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect id="a" width="20" height="10"/></svg>"#.utf8).write(
      to: inner)

    for link in ["file://\(secret)", secret] {
      #expect(isBlank(try draw(#"<image xlink:href="\#(link)" width="20" height="10"/>"#)), "\(link)")
    }
    #expect(isBlank(try draw(##"<use xlink:href="file://\##(inner.path)#a"/>"##)))
    #expect(isBlank(try draw(#"<text y="9"><xi:include href="file://\#(text.path)" parse="text"/></text>"#)))
    let entity = #"<!DOCTYPE svg [<!ENTITY a SYSTEM "file://\#(text.path)">]>"#
    #expect((try? draw(#"<text y="9">&a;</text>"#, prolog: entity)).map(isBlank) ?? true)
    // The same shapes are drawn when they are in the document itself.
    #expect(!isBlank(try draw(##"<defs><rect id="a" width="20" height="10"/></defs><use xlink:href="#a"/>"##)))
  }

  @Test("Entities and references that multiply are refused")
  func bombs() {
    let entities = (1...9).map { i in "<!ENTITY a\(i) \"" + String(repeating: "&a\(i - 1);", count: 10) + "\">" }.joined()
    let prolog = "<!DOCTYPE svg [<!ENTITY a0 \"aaaaaaaaaa\">\(entities)]>"
    #expect(#expect(throws: MediaError.self) { try draw("<text>&a9;</text>", prolog: prolog) }?.code == .corrupt)
    let deep = String(repeating: "<g>", count: 100_000)
    #expect(#expect(throws: MediaError.self) { try draw(deep) }?.code == .corrupt)
  }

  @Test("What is not well-formed is refused")
  func malformed() {
    let error = #expect(throws: MediaError.self) { try RGBImage(decoding: Array("<svg xmlns='http://www.w3.org/2000/svg' width='2'".utf8)) }
    #expect(error?.code == .corrupt)
    #expect(error?.reason.hasPrefix("the SVG is broken: cannot be parsed: ") == true)
  }

  @Test("Drawings can be left out")
  func excluded() {
    let limits = ImageLimits(formats: ImageFormat.rasters)
    #expect(#expect(throws: MediaError.self) { try RGBImage(decoding: Array("<svg/>".utf8), limits: limits) }?.code == .unsupportedFormat)
  }
}
