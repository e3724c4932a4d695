import Foundation
import TestSupport
import Testing

@testable import Embedding

/// Pictures, videos and documents by address.
@Suite struct RemoteMediaTests {
  @Test func videosAndDocumentsByAddressAreThoseInFiles() async throws {
    let (clip, document) = ("\(Fixtures.root)/video/clips/vp9.webm", "\(Fixtures.root)/pdf/scan.pdf")
    let files = try ["/clip.webm": clip, "/scan.pdf": document].mapValues { Array(try Data(contentsOf: URL(fileURLWithPath: $0))) }
    let server = try LocalServer { path in files[path].map { .init(status: 200, body: $0) } ?? .init(status: 404, body: []) }
    defer { server.stop() }
    func items(_ video: String, _ pages: String) -> [Item] {
      [Item(videos: [VideoInput(FileSource(video))]), Item(documents: [DocumentInput(FileSource(pages))])]
    }
    var options = ModelOptions()
    options.maximumPixels = 65_536
    options.allowsPrivateAddresses = true
    let embedder = Embedder(try Model(directory: TinyCheckpoint.tied.directory, options: options))
    let local = try await embedder.embed(items(clip, document)).map { try $0.get() }
    #expect(try await embedder.embed(items("\(server.address)/clip.webm", "\(server.address)/scan.pdf")).map { try $0.get() } == local)
    options.allowsPrivateAddresses = false
    let careful = Embedder(try Model(directory: TinyCheckpoint.tied.directory, options: options))
    let refused = try await careful.embed(items("\(server.address)/clip.webm", "\(server.address)/scan.pdf"))
    for (result, code) in zip(refused, [ItemError.Code.unreadableVideo, .unreadableDocument]) {
      #expect(#expect(throws: ItemError.self) { try result.get() }?.code == code)
    }
  }

  private static let path = "\(Fixtures.root)/oracle/images/rocket-64x128.png"

  @Test func aPictureByAddressIsThePicture() async throws {
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Self.path)))
    let server = try LocalServer { path in path == "/rocket.png" ? .init(status: 200, body: bytes) : .init(status: 404, body: []) }
    defer { server.stop() }
    var options = ModelOptions()
    options.allowsPrivateAddresses = true
    let embedder = Embedder(try Model(directory: TinyCheckpoint.tied.directory, options: options))
    let results = try await embedder.embed([
      Item(image: .file(Self.path)), Item(image: ImageSource("\(server.address)/rocket.png")), Item(image: .bytes(bytes)),
      Item(image: ImageSource("data:image/png;base64,\(Data(bytes).base64EncodedString())")),
      Item(image: ImageSource("file://\(Self.path)")), Item(image: ImageSource("\(server.address)/missing.png")),
    ])
    let file = try results[0].get()
    for other in results[1...4] { #expect(try other.get() == file) }
    let error = #expect(throws: ItemError.self) { try results[5].get() }
    #expect(error?.description.contains("404") == true)
  }

  @Test func thisMachineIsRefusedUnlessAllowed() async throws {
    let server = try LocalServer { _ in
      Issue.record("the server was asked")
      return .init(status: 200, body: [])
    }
    defer { server.stop() }
    let embedder = Embedder(try Model(directory: TinyCheckpoint.tied.directory))
    let error = await #expect(throws: ItemError.self) { try await embedder.embed(Item(image: ImageSource("\(server.address)/x.png"))) }
    #expect(error?.code == .unreadableImage)
  }
}
