import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Embedding

/// Lists of items.
@Suite struct EmbedderTests {
  static let astronaut = ImageSource.file("\(Fixtures.root)/oracle/images/astronaut-160x96.png")
  static let rocket = ImageSource.file("\(Fixtures.root)/oracle/images/rocket-64x128.png")

  /// Items of many lengths and kinds, more than one pass holds.
  static let items: [Item] =
    (0..<40).map { Item(text: String(repeating: "word \($0) ", count: 1 + $0 * 7 % 30)) }
    + [
      Item(image: astronaut), Item(image: rocket), Item(texts: ["first", "second"], images: [astronaut, rocket]),
      Item(texts: ["first", "second"], images: [rocket, astronaut]), Item(text: ""), Item(),
    ]

  @Test(arguments: TinyCheckpoint.allCases)
  func anItemHasTheSameBitsInAnyCompany(checkpoint: TinyCheckpoint) async throws {
    let embedder = Embedder(try Model(directory: checkpoint.directory))
    var alone: [[Float]] = []
    for item in Self.items { alone.append(try await embedder.embed(item)) }
    #expect(try await embedder.embed(Self.items).map { try $0.get() } == alone)
    #expect(try await embedder.embed(Self.items.reversed()).map { try $0.get() } == alone.reversed())
    #expect(Set(alone).count == Self.items.count, "different items have different vectors")
  }

  @Test func aBadItemFailsByNameAndTheOthersGoOn() async throws {
    let embedder = Embedder(try Model(directory: TinyCheckpoint.tied.directory))
    let results = try await embedder.embed([
      Item(text: "one"), Item(image: .file("/nowhere/picture.png")), Item(text: "two"),
      Item(image: .bytes(Array("not a picture".utf8))), Item(image: Self.rocket),
    ])
    let errors = results.map { result -> ItemError? in
      guard case .failure(let error) = result else { return nil }
      return error
    }
    #expect(errors.map { $0 == nil } == [true, false, true, false, true])
    #expect(errors[1]?.description.contains("/nowhere/picture.png") == true)
    #expect(try results[0].get() == (try await embedder.embed(Item(text: "one"))))
  }

  @Test func progressCountsEveryItem() async throws {
    let embedder = Embedder(try Model(directory: TinyCheckpoint.tied.directory))
    let seen = Mutex<[Int]>([])
    _ = try await embedder.embed([Item(image: .file("/nowhere")), Item(text: "a"), Item(text: "b")]) { done in
      seen.withLock { $0.append(done) }
    }
    #expect(seen.withLock { $0 == $0.sorted() && $0.last == 3 })
  }

  @Test func cancellationEndsBetweenPasses() async throws {
    let embedder = Embedder(try Model(directory: TinyCheckpoint.tied.directory))
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await embedder.embed(Self.items)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func emptyListGivesEmptyList() async throws {
    #expect(try await Embedder(Model(directory: TinyCheckpoint.tied.directory)).embed([]).isEmpty)
  }

  @Test func dimensionsArePrefixesBroughtToLengthOne() async throws {
    let embedder = Embedder(try Model(directory: TinyCheckpoint.untied.directory))
    let whole = try await embedder.embed(Item(text: "prefix"))
    #expect(whole.count == 96)
    for dimensions in [1, 7, 64, 95, 96] {
      let vector = try await embedder.embed(Item(text: "prefix"), dimensions: dimensions)
      let length = whole[..<dimensions].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      #expect(vector.count == dimensions)
      for (found, number) in zip(vector, whole) { #expect(abs(Double(found) - Double(number) / length) <= 1e-6) }
      #expect(abs(Matryoshka.dotProduct(vector, vector) - 1) <= 1e-6)
    }
    await #expect(throws: ModelError.self) { try await embedder.embed(Item(text: "prefix"), dimensions: 97) }
    await #expect(throws: ModelError.self) { try await embedder.embed(Item(text: "prefix"), dimensions: 0) }
  }

  @Test func differentPicturesHaveDifferentVectors() async throws {
    let embedder = Embedder(try Model(directory: TinyCheckpoint.tied.directory))
    let vectors = try await embedder.embed([Item(image: Self.astronaut), Item(image: Self.rocket), Item()]).map { try $0.get() }
    #expect(Set(vectors).count == 3)
  }
}
