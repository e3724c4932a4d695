import Foundation
import Media
import Testing

@Suite("Bad documents are refused by name, within bounds")
struct HostileDocumentTests {
  /// A second of processor time is enough for all that can be drawn here.
  private let limits = DocumentLimits(processorSeconds: 1, seconds: 60)

  private func fault(_ name: String, password: String? = nil, limits: DocumentLimits? = nil) async throws -> MediaError? {
    await #expect(throws: MediaError.self) {
      let document = try await PDFDocument(file: DocumentFixtures.path(name), password: password, limits: limits ?? self.limits)
      _ = try await document.page(1, fitting: 40_000)
    }
  }

  @Test(
    "Documents that cannot be used",
    arguments: [
      ("truncated.pdf", .corrupt, "the PDF is damaged beyond repair; poppler says: "), ("no-pages.pdf", .empty, "the PDF has no pages"),
      ("user-password.pdf", .encrypted, "is encrypted and needs a password"),
      ("circular-tree.pdf", .corrupt, "the PDF is damaged beyond repair; poppler says: "),
      ("long-strip.pdf", .extremeAspectRatio, "page 1: the page is 1000000.0x1.0 pt, a ratio of 1000000 to 1"),
      ("inflating-content.pdf", .limitExceeded, "page 1: takes pdftoppm more than 1 s of processor time"),
      ("multiplying-forms.pdf", .limitExceeded, "page 1: takes pdftoppm more than 1 s of processor time"),
      ("huge-image.pdf", .limitExceeded, "page 1: takes pdftoppm more than 1 s of processor time"),
    ] as [(String, MediaError.Code, String)])
  func refused(_ name: String, _ code: MediaError.Code, _ reason: String) async throws {
    let error = try await fault(name)
    #expect(error?.code == code)
    #expect(error?.reason.hasPrefix(reason) == true, "\(error?.reason ?? "")")
    #expect(error?.file == DocumentFixtures.path(name))
  }

  @Test("A wrong password is told from a missing one, and one that poppler would cut is refused")
  func passwords() async throws {
    let wrong = try await fault("user-password.pdf", password: "guess")
    #expect(wrong?.code == .encrypted)
    #expect(wrong?.reason == "is encrypted, and the password given is not its password")
    for password in [String(repeating: "a", count: 33), "a\0b"] {
      #expect(try await fault("user-password.pdf", password: password)?.code == .invalidArgument)
    }
    // One that looks like an option is a password.
    #expect(try await fault("user-password.pdf", password: "-h")?.code == .encrypted)
  }

  @Test("A deep tree of pages is drawn or refused")
  func deepTree() async throws {
    do {
      let document = try await PDFDocument(file: DocumentFixtures.path("deep-tree.pdf"), limits: limits)
      #expect(try await document.page(1, fitting: 100).size == ImageSize(width: 10, height: 10))
    } catch let error as MediaError {
      #expect([.corrupt, .limitExceeded].contains(error.code), "\(error)")
    }
  }

  #if os(Linux)
    @Test("Memory is bounded")
    func memory() async throws {
      let document = try await PDFDocument(file: DocumentFixtures.path("text.pdf"), limits: DocumentLimits(maximumMemory: 192 << 20))
      let error = await #expect(throws: MediaError.self) { try await document.page(1, fitting: 170_000_000) }
      #expect(error?.code == .limitExceeded, "\(error?.reason ?? "")")
    }
  #endif

  @Test("Limits of the caller's are kept: bytes, pages, text")
  func callersLimits() async throws {
    let path = DocumentFixtures.path("text.pdf")
    #expect(try await fault("text.pdf", limits: DocumentLimits(maximumBytes: 100))?.code == .fileTooLarge)
    #expect(try await fault("text.pdf", limits: DocumentLimits(maximumPages: 1))?.code == .limitExceeded)
    #expect(try await fault("text.pdf", limits: DocumentLimits(maximumPixels: 39_999))?.code == .invalidArgument)
    #expect(try await fault("text.pdf", limits: DocumentLimits(processorSeconds: 0))?.code == .invalidArgument)
    let document = try await PDFDocument(file: path, limits: DocumentLimits(maximumTextBytes: 10))
    #expect(await #expect(throws: MediaError.self) { try await document.text(1) }?.code == .limitExceeded)
  }

  @Test("Pages that are not there", arguments: [0, 3, -1, Int.max, Int.min])
  func noSuchPage(_ number: Int) async throws {
    let document = try await PDFDocument(file: DocumentFixtures.path("text.pdf"))
    let error = await #expect(throws: MediaError.self) { try await document.page(number, fitting: 1_000) }
    #expect(error?.reason == "there is no page \(number); the document has 2, counted from 1")
    #expect(await #expect(throws: MediaError.self) { try await document.text(number) }?.code == .invalidArgument)
  }

  @Test("Files and bytes that are no documents")
  func noDocuments() async throws {
    #expect(try await fault("missing.pdf")?.code == .unreadableFile)
    #expect(try await fault(".")?.reason == "is a folder; expected a document")
    #expect(try await fault("manifest.json")?.code == .corrupt)
    for (bytes, code) in [([], .empty), ([1, 2, 3], .unrecognizedFormat), (Array("%PDF-1.7".utf8), .corrupt)]
      as [([UInt8], MediaError.Code)]
    {
      #expect(await #expect(throws: MediaError.self) { try await PDFDocument(bytes: bytes) }?.code == code)
    }
    #expect(PDFDocument.isPDF([0, 1] + Array("%PDF-1.4".utf8)))
    #expect(!PDFDocument.isPDF([UInt8](repeating: 32, count: 1_024) + Array("%PDF-1.4".utf8)))
  }

  @Test("Cut and flipped bytes give pages or an error")
  func damage() async throws {
    let bytes = try DocumentFixtures.bytes("sizes.pdf")
    var state: UInt64 = 1
    func next() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33)
    }
    for round in 0..<12 {
      var damaged = bytes
      if round % 2 == 0 { damaged.removeLast(next() % (bytes.count - 8)) }
      for _ in 0...round { damaged[8 + next() % (damaged.count - 8)] ^= UInt8(1 << next() % 8) }
      do {
        let document = try await PDFDocument(bytes: damaged, limits: limits)
        let image = try await document.page(1, fitting: 5_000)
        #expect(image.width * image.height <= 5_000)
      } catch let error as MediaError {
        #expect(!error.reason.isEmpty)
      }
    }
  }
}
