public import Embedding
import Retrieval

/// Which method, and what it needs.
public struct MethodSettings: Sendable {
  /// The method.
  public var name: MethodName
  /// Opens the model, for methods that have one; asked at most once.
  public var openModel: (@Sendable () throws -> any ItemEmbedder)?
  /// The endpoint, for `openai` and a `hybrid` with it.
  public var endpoint: OpenAIConfiguration?
  /// The share of BM25 in a `hybrid`, from 0 to 1.
  ///
  /// OpenAdapt's design has a half; a fifth found more, with MiniLM and with MPNet (`Documentation/demonstrations.md`).
  public var alpha = 0.2

  /// A method.
  public init(_ name: MethodName) { self.name = name }

  /// The method, for a library.
  ///
  /// - Throws: `LibraryError` where something is missing that it needs, and what opening a model throws.
  public func method(for library: DemonstrationLibrary) async throws -> any DemonstrationMethod {
    switch name {
    case .tfidf: return LexicalMethod<TFIDFModel>(name: .tfidf)
    case .bm25: return LexicalMethod<BM25Model>(name: .bm25)
    case .minilm, .mpnet, .qwen3vl, .nano: return try vectors(name, try opened(), library)
    case .openai:
      guard let endpoint else { throw LibraryError(.invalidSetting, "the method openai needs an endpoint") }
      return try vectors(.openai, try await OpenAIEmbedder(endpoint), library)
    case .hybrid:
      guard (0...1).contains(alpha) else {
        throw LibraryError(.invalidSetting, "alpha is \(alpha); the share of BM25 is a number from 0 to 1")
      }
      let embedder: any CollectionEmbedder = if let endpoint { try await OpenAIEmbedder(endpoint) } else { try opened() }
      return HybridMethod(try vectors(.hybrid, embedder, library), alpha: alpha)
    }
  }

  private func vectors(
    _ name: MethodName, _ embedder: any CollectionEmbedder, _ library: DemonstrationLibrary
  ) throws -> VectorMethod {
    try VectorMethod(name, embedder, in: library.vectorsDirectory)
  }

  private func opened() throws -> any CollectionEmbedder {
    guard let openModel else { throw LibraryError(.invalidSetting, "the method \(name.rawValue) needs a model: give its folder") }
    guard let embedder = try openModel() as? any CollectionEmbedder else {
      throw LibraryError(.invalidSetting, "this kind of model cannot embed demonstrations")
    }
    let isSentences = embedder is SentenceEmbedder
    let wanted: (isRight: Bool, what: String) =
      switch name {
      case .minilm, .mpnet: (isSentences, "an encoder of sentence-transformers")
      case .qwen3vl, .nano: (!isSentences, "a model of the Qwen3 family")
      case .tfidf, .bm25, .openai, .hybrid: (true, "")
      }
    guard wanted.isRight else {
      throw LibraryError(.invalidSetting, "the method \(name.rawValue) is \(wanted.what), and this model is none")
    }
    return embedder
  }
}
