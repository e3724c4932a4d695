import Foundation
import Media
import Qwen3VL
import Tensors
import TestSupport
import Testing

@testable import Embedding

/// Videos from the file to the vector, against the reference.
@Suite struct VideoTests {
  private static func embedder(_ change: (inout ModelOptions) -> Void = { _ in }) throws -> Embedder {
    var options = ModelOptions()
    options.precision = .float32
    change(&options)
    return Embedder(try Model(directory: TinyCheckpoint.tied.directory, options: options))
  }

  private static func clip(_ name: String) -> VideoInput { VideoInput(.file("\(Fixtures.root)/video/clips/\(name)")) }

  @Test func everyCaseMatchesTheReference() async throws {
    let embedder = try Self.embedder()
    for expected in try VideoCase.all.get() {
      let input = try await embedder.prepare(expected.item)
      #expect(input.tokens == expected.tokens, "\(expected.name)")
      let pairs = expected.grids.flatMap { [[Int]](repeating: [$0[1], $0[2]], count: $0[0]) }
      #expect(input.pictures.prefix(pairs.count).map { [$0.gridHeight, $0.gridWidth] } == pairs, "\(expected.name)")
      let vector = try await embedder.embed(expected.item)
      let cosine = Difference([vector], [expected.embedding]).lowestCosine
      #expect(cosine >= Tolerance.videoEmbeddingCosine, "\(expected.name): \(cosine)")
    }
  }

  @Test func framesThatStateTheirRateHaveTheirTimes() async throws {
    let model = try Self.embedder().model
    let sight = try #require(model.sight)
    let frame = ImageSource.file("\(Fixtures.root)/oracle/images/coffee-310x250.png")
    var video = VideoInput(.frames([frame, frame, frame, frame]))
    video.frameRate = 1
    #expect(try await sight.read(Item(videos: [video])).videos[0].timestamps == [0.5, 2.5])
  }

  /// A folder is its pictures in the order of their names, with numbers counted; the list of the same files says the same.
  @Test func aFolderIsAListOfItsPictures() async throws {
    let folder = "\(Fixtures.temporary)/frames-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let pictures = ["astronaut-160x96.png", "coffee-310x250.png"].map { "\(Fixtures.root)/oracle/images/\($0)" }
    let names = ["frame-2.png", "frame-10.png"]
    // Two pictures of one size: the second is the first one, turned into another file of the same pixels.
    for name in names { try FileManager.default.copyItem(atPath: pictures[0], toPath: "\(folder)/\(name)") }
    try Data("not a picture".utf8).write(to: URL(fileURLWithPath: folder + "/notes.txt"))
    let embedder = try Self.embedder()
    let list = VideoInput(.frames(names.map { .file("\(folder)/\($0)") }))
    let fromFolder = try await embedder.embed(Item(videos: [VideoInput(.file(folder))]))
    #expect(try await embedder.embed(Item(videos: [list])) == fromFolder)
    try FileManager.default.removeItem(atPath: "\(folder)/frame-2.png")
    try FileManager.default.copyItem(atPath: pictures[1], toPath: "\(folder)/frame-2.png")
    let results = try await embedder.embed([Item(videos: [VideoInput(.file(folder))])])
    #expect(throws: ItemError.self, "frames of two sizes") { try results[0].get() }
  }

  @Test func aBadVideoFailsAlone() async throws {
    let empty = "\(Fixtures.temporary)/no-frames-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
    let items = [
      Item(videos: [Self.clip("vp9.webm")]), Item(videos: [VideoInput(.file("/nowhere.mp4"))]), Item(videos: [VideoInput(.file(empty))]),
      Item(videos: [VideoInput(.bytes(Array("#EXTM3U\nhttp://127.0.0.1/a.ts\n".utf8)))]), Item(text: "still here"),
    ]
    let results = try await Self.embedder().embed(items)
    #expect(results.map { (try? $0.get()) != nil } == [true, false, false, false, true])
    for result in results[1...3] {
      guard case .failure(let error) = result else { continue }
      #expect(error.code == .unreadableVideo, "\(error)")
    }
  }

  /// The budget of pixels keeps a long clip within the context, and the options are those of the call.
  @Test func optionsDecideWhereTheItemDoesNot() async throws {
    let item = Item(videos: [Self.clip("large.mp4")])
    let byDefault = try await Self.embedder().prepare(item).pictures.count
    let few = try await Self.embedder { $0.videoSampling.maximumFrames = 4 }.prepare(item).pictures.count
    #expect(byDefault == 3 && few == 2)
    let frame = ImageSource.pixels(try RGBImage(width: 640, height: 512, pixels: [UInt8](repeating: 90, count: 640 * 512 * 3)))
    let large = Item(videos: [VideoInput(.frames([frame, frame, frame, frame]))])
    let small = try await Self.embedder { $0.totalVideoPixels = 300_000 }.prepare(large)
    let whole = try await Self.embedder().prepare(large)
    #expect(small.tokens.count < whole.tokens.count)
    var many = Self.clip("large.mp4")
    many.frameCount = 8
    #expect(try await Self.embedder().prepare(Item(videos: [many])).pictures.count == 4)
  }

  @Test func aRerankerJudgesVideos() async throws {
    let reranker = try Reranker(Model(directory: TinyCheckpoint.tied.rerankerDirectory))
    let query = Item(texts: ["what moves?"], videos: [Self.clip("vp9.webm")])
    let documents = [Item(videos: [Self.clip("hevc.mkv")]), Item(text: "words"), Item(videos: [Self.clip("one-frame.mp4")])]
    let together = try await reranker.score(query: query, documents: documents)
    for (document, score) in zip(documents, together) {
      let alone = try await reranker.score(query: query, documents: [document])[0]
      #expect((try? alone.get()) == (try? score.get()))
    }
    #expect((try? together[1].get()) != nil)
  }
}
