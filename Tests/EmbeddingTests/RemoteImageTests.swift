import Foundation
import TestSupport
import Testing

@testable import Embedding

/// Pictures by address.
@Suite struct RemoteImageTests {
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
