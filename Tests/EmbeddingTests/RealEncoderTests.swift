import Embedding
import Foundation
import Tensors
import TestSupport
import Testing

private let realEncoders = ProcessInfo.processInfo.environment["SIGHTLINE_ENCODERS"]

/// The real weights against sentence-transformers: `Tools/encoders/check-real-weights` fetches them and runs these tests.
@Suite(
  .enabled(
    if: realEncoders != nil,
    "SIGHTLINE_ENCODERS does not name a folder with all-MiniLM-L6-v2 and all-mpnet-base-v2; see Tools/encoders/check-real-weights"))
struct RealEncoderTests {
  @Test(arguments: TinyEncoder.allCases, Precision.allCases)
  func vectorsEqualThoseOfSentenceTransformers(_ encoder: TinyEncoder, _ precision: Precision) async throws {
    var options = SentenceEmbedderOptions()
    options.precision = precision
    let folder = try #require(realEncoders)
    let embedder = try SentenceEmbedder(directory: "\(folder)/\(encoder.published)", options: options)
    let items = try encoder.sentences().map { Item(text: $0.text) }
    let vectors = try await embedder.embed(items).map { try $0.get() }
    let lowest = Difference(vectors, try encoder.realVectors()).lowestCosine
    print("\(encoder.published) \(precision.rawValue): lowest cosine of \(items.count) sentences 1 - \(1 - lowest)")
    #expect(lowest >= Tolerance.embeddingCosine(precision))
  }

  /// The example of sentence-transformers' documentation.
  @Test(arguments: zip(TinyEncoder.allCases, [[0.6660, 0.1046, 0.1411], [0.6817, 0.0492, 0.0421]]))
  func publishedSimilarities(_ encoder: TinyEncoder, _ expected: [Double]) async throws {
    let embedder = try SentenceEmbedder(directory: "\(try #require(realEncoders))/\(encoder.published)")
    let texts = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    let vectors = try await embedder.embed(texts.map { Item(text: $0) }).map { try $0.get() }
    for (pair, similarity) in zip([(0, 1), (0, 2), (1, 2)], expected) {
      #expect(abs(Matryoshka.dotProduct(vectors[pair.0], vectors[pair.1]) - similarity) <= 5e-5, "\(pair)")
    }
  }
}
