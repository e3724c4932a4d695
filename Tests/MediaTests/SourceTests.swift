import Foundation
import Media
import Testing

@Suite("Pictures in data URIs")
struct DataURITests {
  private func base64(_ file: String) throws -> String { Data(try Fixtures.bytes(file)).base64EncodedString() }

  @Test(
    "Media type and case do not matter",
    arguments: ["data:image/png;base64,", "data:;base64,", "DATA:image/jpeg;charset=x;BASE64,", "data:image/svg+xml;base64,"])
  func encoded(_ prefix: String) throws {
    let expected = try RGBImage(decoding: try Fixtures.bytes("png/palette-4.png"))
    #expect(try RGBImage(dataURI: prefix + (try base64("png/palette-4.png"))) == expected)
  }

  @Test("All lengths of padding", arguments: ["png/size-1x1-interlaced.png", "gif/size-1x1.gif", "webp/size-1x1.webp"])
  func padding(_ file: String) throws {
    let bytes = try Fixtures.bytes(file)
    for extra in 0..<3 {
      let longer = bytes + [UInt8](repeating: 0, count: extra)
      #expect(try RGBImage(dataURI: "data:;base64," + Data(longer).base64EncodedString()).size == ImageSize(width: 1, height: 1))
    }
  }

  @Test("Percent-encoding, with and without base64")
  func percent() throws {
    let bytes = try Fixtures.bytes("bmp/rgb-24.bmp")
    let expected = try RGBImage(decoding: bytes)
    let escaped = bytes.map { "%" + String(Int($0) + 256, radix: 16).suffix(2) }.joined()
    #expect(try RGBImage(dataURI: "data:image/bmp," + escaped) == expected)
    let base64 = try base64("bmp/rgb-24.bmp").replacing("+", with: "%2B").replacing("=", with: "%3d")
    #expect(try RGBImage(dataURI: "data:image/bmp;base64," + base64) == expected)
    let drawing = try RGBImage(dataURI: "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'/>")
    #expect(drawing.size == ImageSize(width: 3, height: 2))
  }

  @Test(
    "Errors say where and what",
    arguments: [
      ("image/png;base64,AAAA", "does not begin with data:"), ("data:image/png;base64", "no comma"),
      ("data:;base64,AAAAA", "no multiple of 4"), ("data:;base64,AA-A", "position 3: the URL-safe alphabet"),
      ("data:;base64,AA\nA", "position 3: remove blanks"), ("data:;base64,A=AA", "position 2: padding belongs at the end"),
      ("data:;base64,AAAB====", "padding belongs at the end"), ("data:;base64,AAé=", "no multiple of 4"),
      ("data:;base64,AA%zA", "% without two"),
      ("data:;base64,AAA%3", "% without two"), ("data:;base64,QUJDRf==", "bits that belong to no byte"),
      ("data:;base64,QUJDRUZ=", "bits that belong to no byte"),
    ])
  func errors(_ uri: String, _ part: String) {
    let error = #expect(throws: MediaError.self) { try RGBImage(dataURI: uri) }
    #expect(error?.code == .invalidDataURI)
    #expect(error?.reason.contains(part) == true, "\(error?.reason ?? "")")
  }

  @Test("Empty data and data beyond the limit")
  func sizes() throws {
    #expect(#expect(throws: MediaError.self) { try RGBImage(dataURI: "data:,") }?.code == .empty)
    #expect(#expect(throws: MediaError.self) { try RGBImage(dataURI: "data:;base64,") }?.code == .empty)
    let uri = "data:;base64," + (try base64("png/rgb-8.png"))
    let count = try Fixtures.bytes("png/rgb-8.png").count
    #expect(try RGBImage(dataURI: uri, limits: ImageLimits(maximumBytes: count)).width == 61)
    #expect(
      #expect(throws: MediaError.self) { try RGBImage(dataURI: uri, limits: ImageLimits(maximumBytes: count - 1)) }?.code == .fileTooLarge)
  }
}

@Suite("Pictures in files")
struct FileTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "sightline-\(UUID().uuidString)")

  private func withFolder(_ body: () throws -> Void) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body()
  }

  private func code(_ path: String, limits: ImageLimits = ImageLimits()) -> MediaError.Code? {
    #expect(throws: MediaError.self) { try RGBImage(file: path, limits: limits) }?.code
  }

  @Test("A missing file is named with the reason")
  func missing() {
    let error = #expect(throws: MediaError.self) { try RGBImage(file: "/nowhere/at/all.png") }
    #expect(error?.description == "/nowhere/at/all.png: cannot be opened: No such file or directory")
  }

  @Test("Folders, pipes and devices are refused at once")
  func special() throws {
    try withFolder {
      #expect(code(folder.path) == .unreadableFile)
      let pipe = folder.appending(path: "pipe").path
      #expect(mkfifo(pipe, 0o600) == 0)
      #expect(code(pipe) == .unreadableFile)
      #expect(code("/dev/zero") == .unreadableFile)
      #expect(code("/dev/null") == .unreadableFile)
    }
  }

  @Test("Faults of the content name the file")
  func content() throws {
    try withFolder {
      let file = folder.appending(path: "picture.png")
      try Data("no picture".utf8).write(to: file)
      let error = #expect(throws: MediaError.self) { try RGBImage(file: file.path) }
      #expect(error?.file == file.path)
      #expect(error?.code == .unrecognizedFormat)
      try Data().write(to: file)
      #expect(code(file.path) == .empty)
    }
  }

  @Test("The limit on bytes holds, exactly")
  func limit() throws {
    let file = Fixtures.path("png/rgb-8.png")
    let count = try Fixtures.bytes("png/rgb-8.png").count
    #expect(try RGBImage(file: file, limits: ImageLimits(maximumBytes: count)).width == 61)
    #expect(code(file, limits: ImageLimits(maximumBytes: count - 1)) == .fileTooLarge)
  }
}

@Suite("Pictures from memory")
struct RGBImageTests {
  @Test
  func checks() throws {
    #expect(try RGBImage(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6]).size == ImageSize(width: 2, height: 1))
    #expect(#expect(throws: MediaError.self) { try RGBImage(width: 2, height: 1, pixels: [1, 2, 3]) }?.code == .invalidArgument)
    #expect(#expect(throws: MediaError.self) { try RGBImage(width: 0, height: 1, pixels: []) }?.code == .empty)
    #expect(#expect(throws: MediaError.self) { try RGBImage(width: -1, height: -3, pixels: [1, 2, 3, 4, 5, 6, 7, 8, 9]) }?.code == .empty)
    #expect(#expect(throws: MediaError.self) { try RGBImage(width: .max, height: 3, pixels: []) }?.code == .invalidArgument)
  }
}
