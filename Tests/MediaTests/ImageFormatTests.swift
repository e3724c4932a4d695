import Media
import Testing

@Suite("A format is recognised by content")
struct ImageFormatTests {
  @Test(arguments: Fixtures.pictures)
  func fixtures(_ picture: Fixtures.Picture) throws {
    let folder = picture.file.prefix { $0 != "/" }
    #expect(ImageFormat(recognizing: try Fixtures.bytes(picture.file))?.rawValue == String(folder))
  }

  @Test(arguments: [
    "<svg/>", "<svg xmlns='x'>", "  \n<?xml version=\"1.0\"?>\n<svg>", "\u{feff}<svg>", "<!-- <html> --><svg:svg>",
    "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://x\"><svg>", "<!DOCTYPE svg [<!ENTITY a \"]>\"> <!-- > -->]><svg>",
  ])
  func drawings(_ text: String) {
    #expect(ImageFormat(recognizing: Array(text.utf8)) == .svg)
  }

  @Test(arguments: [
    "", "<", "<html><svg></html>", "<svgx>", "<!-- <svg>", "<?xml <svg>", "<!DOCTYPE svg [ <svg>", "svg", "<!DOCTYPE>", "<a:b>",
  ])
  func noDrawings(_ text: String) {
    #expect(ImageFormat(recognizing: Array(text.utf8)) == nil)
  }

  @Test(
    "What is no supported picture is named",
    arguments: [
      ("%PDF-1.7", "a PDF document"), ("\u{0}\u{0}\u{0}\u{18}ftypheic", "HEIC"), ("\u{0}\u{0}\u{0}\u{18}ftypavif", "AVIF"),
      ("<!DOCTYPE html><html>", "a web page or another XML document"),
    ])
  func known(_ text: String, _ name: String) {
    let error = #expect(throws: MediaError.self) { try RGBImage(decoding: Array(text.utf8)) }
    #expect(error?.code == .unsupportedFormat)
    #expect(error?.reason == "\(name) is not read; convert it to one of JPEG, PNG, WebP, GIF, BMP, TIFF, SVG")
  }

  @Test
  func unknown() {
    let error = #expect(throws: MediaError.self) { try RGBImage(decoding: Array("hello world".utf8)) }
    #expect(error?.code == .unrecognizedFormat)
    #expect(error?.reason.hasSuffix("it begins with the bytes 68 65 6c 6c 6f 20 77 6f") == true)
    #expect(#expect(throws: MediaError.self) { try RGBImage(decoding: []) }?.code == .empty)
  }
}
