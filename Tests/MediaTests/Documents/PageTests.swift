import Foundation
import Media
import Testing

/// Each test waits for processes; poppler-utils must be there (`scripts/setup`), and its absence fails them all.
@Suite("Pages of documents")
struct PageTests {
  /// The pixels that make the longer side of this page the one that pdf2image was asked for.
  private func budget(_ picture: DocumentFixtures.Picture) -> Int { picture.width * picture.height }

  @Test("There are documents")
  func fixturesAreThere() {
    #expect(DocumentFixtures.documents.count == 9)
    #expect(DocumentFixtures.documents.reduce(0) { $0 + $1.pages.count } == 18)
  }

  @Test("Pages are pdf2image's, within what versions of poppler differ by", arguments: DocumentFixtures.documents, PageBox.allCases)
  func reference(_ expected: DocumentFixtures.Document, _ box: PageBox) async throws {
    let document = try await PDFDocument(file: DocumentFixtures.path(expected.file), password: expected.password, box: box)
    #expect(document.pageCount == expected.pageCount)
    for page in expected.pages {
      let picture = page.picture(box)
      let image = try await document.page(page.number, fitting: budget(picture))
      #expect(image.size == ImageSize(width: picture.width, height: picture.height), "page \(page.number)")
      let found = DocumentFixtures.cells(of: image)
      let largest = zip(found, picture.cells).map { abs($0 - Double($1)) }.max() ?? .infinity
      #expect(found.count == picture.cells.count && largest <= 12, "page \(page.number) differs by \(largest) levels")
    }
  }

  @Test("Pages are exactly those of pdf2image's command here", arguments: DocumentFixtures.documents, PageBox.allCases)
  func installed(_ expected: DocumentFixtures.Document, _ box: PageBox) async throws {
    let path = DocumentFixtures.path(expected.file)
    let document = try await PDFDocument(file: path, password: expected.password, box: box)
    for page in expected.pages {
      let image = try await document.page(page.number, fitting: budget(page.picture(box)))
      // What pdf2image 1.17 runs for convert_from_path(path, size: n, use_cropbox: …, userpw: …).
      let arguments = ["-r", "200", "-f", "\(page.number)", "-l", "\(page.number)", "-scale-to", "\(page.longerSide)"]
      let options = (expected.password.map { ["-upw", $0] } ?? []) + (box == .crop ? ["-cropbox"] : [])
      let output = try DocumentFixtures.output(of: "pdftoppm", arguments + options + [path])
      #expect(output == Array("P6\n\(image.width) \(image.height)\n255\n".utf8) + image.pixels, "page \(page.number)")
    }
  }

  @Test("A page fills the budget and keeps to it", arguments: [1, 2, 1_000, 65_536, 100_003, 1_310_720, 1_843_200])
  func budgets(_ pixels: Int) async throws {
    let document = try await PDFDocument(file: DocumentFixtures.path("sizes.pdf"))
    for number in 1...document.pageCount {
      let image = try await document.page(number, fitting: pixels)
      #expect(image.width * image.height <= pixels)
      let size = try await document.pageSize(number)
      let ratio = min(size.width, size.height) / max(size.width, size.height)
      // Three more on the longer side would be too many pixels.
      let longer = Double(max(image.width, image.height) + 3)
      #expect(longer * (longer * ratio).rounded(.up) > Double(pixels), "page \(number) is \(image.size)")
      #expect((size.width > size.height) == (image.width > image.height) || image.width == image.height)
    }
  }

  @Test("Sizes are those of the box, turned with the page")
  func sizes() async throws {
    let path = DocumentFixtures.path("rotated-cropped.pdf")
    let cropped = try await PDFDocument(file: path)
    let whole = try await PDFDocument(file: path, box: .media)
    for number in 1...4 {
      let isTurned = number % 2 == 0
      #expect(try await cropped.pageSize(number) == (isTurned ? PageSize(width: 300, height: 500) : PageSize(width: 500, height: 300)))
      #expect(try await whole.pageSize(number) == (isTurned ? PageSize(width: 400, height: 640) : PageSize(width: 640, height: 400)))
    }
  }

  @Test("A page of a million points gives a bounded picture")
  func hugePage() async throws {
    let document = try await PDFDocument(file: DocumentFixtures.path("huge-page.pdf"))
    #expect(try await document.pageSize(1) == PageSize(width: 1_000_000, height: 700_000))
    let image = try await document.page(1, fitting: 10_000)
    #expect(image.size == ImageSize(width: 119, height: 84))
    #expect(Array(image.pixels.prefix(3)) == [255, 255, 255])
    let inside = (70 * 119 + 10) * 3
    #expect(image.pixels.dropFirst(inside).prefix(3).elementsEqual([0, 0, 0]))
  }

  @Test("Pages of ten thousand are found, in any order")
  func manyPages() async throws {
    let document = try await PDFDocument(file: DocumentFixtures.path("ten-thousand.pdf"))
    #expect(document.pageCount == 10_000)
    for number in [10_000, 1, 5_001, 256, 257] {
      #expect(try await document.pageSize(number) == PageSize(width: 300, height: 200))
      let image = try await document.page(number, fitting: 600)
      // Pages of even number have a black square at the lower left.
      #expect(image.pixels.contains(0) == (number % 2 == 0), "page \(number)")
    }
  }

  @Test("Bytes give the same pages as their file")
  func bytes() async throws {
    let file = try await PDFDocument(file: DocumentFixtures.path("text.pdf"))
    let memory = try await PDFDocument(bytes: DocumentFixtures.bytes("text.pdf"))
    #expect(memory.pageCount == 2)
    #expect(try await memory.page(2, fitting: 20_000) == file.page(2, fitting: 20_000))
  }

  @Test("The owner's password opens a document too")
  func ownerPassword() async throws {
    let document = try await PDFDocument(file: DocumentFixtures.path("user-password.pdf"), password: "owner")
    #expect(try await document.text(1).hasPrefix("Page 1\n"))
  }

  @Test("What a document says of itself is not taken for what pdfinfo says")
  func lyingTitle() async throws {
    let document = try await PDFDocument(file: DocumentFixtures.path("lying-title.pdf"))
    #expect(document.pageCount == 1)
    #expect(try await document.pageSize(1) == PageSize(width: 200, height: 100))
  }

  @Test("The text layer goes with its page, and a scan has none")
  func text() async throws {
    let document = try await PDFDocument(file: DocumentFixtures.path("sizes.pdf"))
    let texts = try await document.texts(1...5)
    #expect(texts.count == 5)
    for number in 1...5 {
      #expect(texts[number - 1].contains("Page \(number)"))
      #expect(try await document.text(number) == texts[number - 1])
    }
    #expect(try await document.texts(2...3) == Array(texts[1...2]))
    #expect(try await PDFDocument(file: DocumentFixtures.path("scan.pdf")).text(1) == "")
    let many = try await PDFDocument(file: DocumentFixtures.path("ten-thousand.pdf"))
    #expect(try await many.texts(9_901...10_000) == Array(repeating: "", count: 100))
  }

  @Test("Names that look like options, addresses or nothing known are files")
  func names() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "sightline-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["-upw", "-", "$(touch x);'\"\n.pdf", "fd:0"] {
      let path = folder.appending(path: name).path
      try FileManager.default.copyItem(atPath: DocumentFixtures.path("text.pdf"), toPath: path)
      let document = try await PDFDocument(file: path)
      // The document is the open file: it survives its name.
      try FileManager.default.removeItem(atPath: path)
      #expect(try await document.page(1, fitting: 1_000).width == 27)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}
