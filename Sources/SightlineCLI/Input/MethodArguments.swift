import ArgumentParser
import Demonstrations
import Sightline
import Tensors
import TextEncoders

/// How demonstrations are compared, and with which model.
struct MethodArguments: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "tfidf, bm25, minilm, mpnet, qwen3vl, nano, openai or hybrid. Default: bm25, or what suits --model.", valueName: "method"),
    transform: MethodArguments.methodName)
  var embeddingMethod: MethodName?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The embedding model: its folder, or ORG/NAME of one that was pulled. tfidf and bm25 need none; nano comes with Sightline.",
      valueName: "model"))
  var model: String?

  @Option(name: .long, help: ArgumentHelp("The reranker's model, which judges the best.", valueName: "model"))
  var reranker: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "For openai: the address in front of /embeddings. Default: $OPENAI_BASE_URL, or OpenAI's own. The key is $OPENAI_API_KEY.",
      valueName: "url"))
  var baseUrl: String?

  @Option(name: .long, help: ArgumentHelp("For openai: the endpoint's model. Default: text-embedding-3-small.", valueName: "name"))
  var embeddingModel: String?

  @Option(
    name: .long,
    help: ArgumentHelp("For hybrid: the share of BM25, from 0 to 1. Without --model, the rest is openai's.", valueName: "share"))
  var alpha = MethodSettings(.hybrid).alpha

  @OptionGroup var running: RunArguments

  mutating func validate() throws {
    guard (0...1).contains(alpha) else { throw ValidationError("--alpha is \(alpha), expected 0 to 1.") }
    if embeddingMethod == .nano, model == nil { model = ShippedModel.directory }
    if let embeddingMethod, embeddingMethod.needsModel, model == nil {
      throw ValidationError("--embedding-method \(embeddingMethod.rawValue) needs --model.")
    }
    if let embeddingMethod, [.tfidf, .bm25, .openai].contains(embeddingMethod), model != nil {
      throw ValidationError("--embedding-method \(embeddingMethod.rawValue) takes no --model.")
    }
  }

  private static func methodName(_ argument: String) throws -> MethodName {
    guard let name = MethodName(rawValue: argument) else {
      throw ValidationError(
        "--embedding-method is \(argument), expected one of \(MethodName.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return name
  }

  /// A method, with what was given for it.
  func settings(named name: MethodName?) throws -> MethodSettings {
    let embedder = try model.map { try running.openEmbedder($0) }
    var settings = MethodSettings(name ?? embedder.map(self.name) ?? .bm25)
    settings.alpha = alpha
    if let embedder {
      settings.openModel = { embedder }
    } else if settings.name == .openai || settings.name == .hybrid {
      settings.endpoint = try OpenAIConfiguration(baseURL: baseUrl, model: embeddingModel)
    }
    return settings
  }

  /// The method that was asked for.
  func settings() throws -> MethodSettings { try settings(named: embeddingMethod) }

  /// What suits the model: encoders of sentences are taken for `minilm` or `mpnet` by their architecture.
  private func name(for embedder: any ItemEmbedder) -> MethodName {
    guard let sentences = embedder as? SentenceEmbedder else {
      let isShipped = model.flatMap { try? ModelDirectory.resolve($0) }.map(ShippedModel.lies) ?? false
      return isShipped ? .nano : .qwen3vl
    }
    return sentences.configuration.architecture == .mpnet ? .mpnet : .minilm
  }

  /// Every method that can be had with what was given, the one that was asked for first; all that need the model share one.
  func allSettings() throws -> [MethodSettings] {
    guard let model else { return [try settings()] + [MethodSettings(.bm25), MethodSettings(.tfidf)] }
    let embedder = try running.openEmbedder(model)
    let own = name(for: embedder)
    return [embeddingMethod ?? own, own, .hybrid, .bm25, .tfidf].map { name in
      var settings = MethodSettings(name)
      settings.alpha = alpha
      if name != .bm25, name != .tfidf { settings.openModel = { embedder } }
      return settings
    }
  }

  /// The reranker, where one was given.
  func openReranker() throws -> Reranker? {
    guard let reranker else { return nil }
    return try Reranker(running.open(reranker))
  }

  /// The method, brought up to date with a library; what could not be embedded is told at the terminal.
  ///
  /// - Returns: The method, and what failed.
  func open(
    _ settings: MethodSettings, for library: DemonstrationLibrary, _ demonstrations: [Demonstration]
  ) async throws -> (method: any DemonstrationMethod, failures: [DemonstrationFailure]) {
    let method = try await settings.method(for: library)
    let progress = ProgressLine(total: nil, unit: "demonstrations")
    let failures: [DemonstrationFailure]
    do {
      failures = try await Interruption.cancels { try await method.update(demonstrations) { progress.update($0, of: $1) } }
    } catch is CancellationError {
      Console.note("Interrupted; what was embedded is kept.")
      throw ExitCode(Interruption.exitCode)
    }
    progress.finish()
    for failure in failures { Console.note(failure.description) }
    return (method, failures)
  }
}
