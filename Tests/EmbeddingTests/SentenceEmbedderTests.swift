import Foundation
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Embedding

/// Encoders of sentence-transformers, from item to vector.
@Suite struct SentenceEmbedderTests {
  /// Cut at the model's limit as well: some sentences have thousands of tokens.
  @Test(arguments: TinyEncoder.allCases)
  func idsAreThoseOfSentenceTransformers(_ encoder: TinyEncoder) throws {
    var options = SentenceEmbedderOptions()
    options.parsesSpecialTokens = true
    let embedder = try SentenceEmbedder(directory: encoder.directory, options: options)
    #expect(embedder.maximumLength == (encoder == .bert ? 256 : 384) && embedder.dimensions == 48)
    let sentences = try encoder.sentences()
    for sentence in sentences { #expect(try embedder.tokens(of: Item(text: sentence.text)) == sentence.ids, "\(sentence.text.prefix(60))") }
    #expect(sentences.contains { $0.ids.count == embedder.maximumLength })
  }

  @Test(arguments: TinyEncoder.allCases, Precision.floatingPoint)
  func aTextHasTheSameBitsInAnyCompany(_ encoder: TinyEncoder, _ precision: Precision) async throws {
    var options = SentenceEmbedderOptions()
    options.precision = precision
    let embedder = try SentenceEmbedder(directory: encoder.directory, options: options)
    // More than one pass holds.
    let items = try encoder.sentences().map { Item(text: $0.text) }
    var alone: [[Float]] = []
    for item in items { alone.append(try await embedder.embed(item)) }
    #expect(try await embedder.embed(items).map { try $0.get() } == alone)
    #expect(try await embedder.embed(items.reversed()).map { try $0.get() } == alone.reversed())
    options.threads = 1
    let oneThread = try SentenceEmbedder(directory: encoder.directory, options: options)
    #expect(try await oneThread.embed(items).map { try $0.get() } == alone)
    for vector in alone { #expect(abs(Matryoshka.dotProduct(vector, vector) - 1) < 1e-6) }
    // The empty text and the space are the same text to the tokenizer.
    #expect(Set(alone).count == items.count - 1)
  }

  @Test func aVectorIsTheMeanOfItsTokensBroughtToLengthOne() async throws {
    let embedder = try SentenceEmbedder(directory: TinyEncoder.bert.directory)
    let item = Item(text: "The weather is lovely today.")
    let mean = try await embedder.run([embedder.tokens(of: item)])[0]
    #expect(try await embedder.embed(item) == Matryoshka.normalized(mean))
    #expect(try await embedder.embed(item, dimensions: 16) == Matryoshka.prefix(mean, 16))
    await #expect(throws: ModelError.self) { _ = try await embedder.embed(item, dimensions: 49) }
  }

  @Test func whatIsNotOneTextFailsByNameAndTheOthersGoOn() async throws {
    let embedder = try SentenceEmbedder(directory: TinyEncoder.mpnet.directory)
    let done = Mutex<[Int]>([])
    let results = try await embedder.embed([
      Item(text: "one"), Item(image: .file("/nowhere.png")), Item(texts: ["a", "b"]), Item(), Item(text: "x", instruction: "Find it."),
      Item(text: "two", instruction: " \n"), Item(texts: ["text"], images: [.file("/nowhere.png")]),
    ]) { count in done.withLock { $0.append(count) } }
    let errors = results.map { result -> ItemError? in if case .failure(let error) = result { error } else { nil } }
    let other = ItemError.Code.unsupportedInput
    #expect(errors.map { $0?.code } == [nil, other, other, .malformedInput, other, nil, other])
    #expect(errors[1]?.reason.contains("picture") == true && errors[2]?.reason.contains("2 texts") == true)
    #expect(errors[3]?.reason.contains("no text") == true && errors[4]?.reason.contains("instruction") == true)
    #expect(try results[0].get() == (try await embedder.embed(Item(text: "one"))))
    #expect(done.withLock { $0 == $0.sorted() && $0.last == 7 })
  }

  @Test func cancellationEndsBetweenPasses() async throws {
    let embedder = try SentenceEmbedder(directory: TinyEncoder.bert.directory)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await embedder.embed([Item(text: "a")], dimensions: nil, progress: nil)
    }
    await #expect(throws: CancellationError.self) { _ = try await task.value }
  }

  @Test func specialTokensInTextsAreTextUnlessAskedFor() throws {
    var options = SentenceEmbedderOptions()
    let text = Item(text: "a [SEP] b")
    #expect(try SentenceEmbedder(directory: TinyEncoder.bert.directory, options: options).tokens(of: text).count { $0 == 102 } == 1)
    options.parsesSpecialTokens = true
    #expect(try SentenceEmbedder(directory: TinyEncoder.bert.directory, options: options).tokens(of: text).count { $0 == 102 } == 2)
  }

  @Test func limits() throws {
    var options = SentenceEmbedderOptions()
    options.maximumLength = 5
    let embedder = try SentenceEmbedder(directory: TinyEncoder.bert.directory, options: options)
    #expect(try embedder.tokens(of: Item(text: "a b c d e f")).count == 5)
    for length in [0, 513] {
      options.maximumLength = length
      #expect(throws: ModelError.self) { _ = try SentenceEmbedder(directory: TinyEncoder.bert.directory, options: options) }
    }
  }
}
