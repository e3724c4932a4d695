package import Embedding
import Foundation

/// Answers questions about a library for as long as a program runs, with models that are opened once.
///
/// What has changed on disk since the last question, in this process or another, is seen by the next one: the library is read anew each
/// time, and vectors follow. Questions that need a model, or write vectors, are answered one after another in the order in which they are
/// asked, since a model computes one pass at a time anyway and pictures take memory.
package actor DemonstrationService {
  /// The methods that can be asked for.
  package nonisolated let methods: [MethodName]
  /// The one that answers where none is asked for.
  package nonisolated let defaultMethod: MethodName
  private let library: DemonstrationLibrary
  private let opened: [MethodName: any DemonstrationMethod]
  private let reranker: Reranker?
  private let note: @Sendable (DemonstrationFailure) -> Void
  /// Ends when all that was asked before has been answered.
  private var last: Task<Void, Never>?

  /// A service.
  ///
  /// - Parameters:
  ///   - library: What is searched.
  ///   - settings: The methods that can be asked for, the default first; each is opened here. Those with a model should share one.
  ///   - reranker: Judges the best; `nil` for one stage.
  ///   - note: Told of demonstrations that cannot be read or embedded; the others answer.
  /// - Throws: What `MethodSettings.method(for:)` throws.
  package init(
    _ library: DemonstrationLibrary, _ settings: [MethodSettings], reranker: Reranker? = nil,
    note: @escaping @Sendable (DemonstrationFailure) -> Void
  ) async throws {
    guard let first = settings.first else { throw LibraryError(.invalidSetting, "there is no method to compare demonstrations with") }
    var opened: [MethodName: any DemonstrationMethod] = [:]
    for setting in settings where opened[setting.name] == nil { opened[setting.name] = try await setting.method(for: library) }
    defaultMethod = first.name
    methods = MethodName.allCases.filter { opened[$0] != nil }
    self.library = library
    self.opened = opened
    self.reranker = reranker
    self.note = note
  }

  /// Embeds what the default method has no vectors of yet, so that the first question does not wait for it.
  package func prepare(progress: (@Sendable (_ done: Int, _ all: Int) -> Void)?) async throws {
    let method = try method(nil)
    try await inTurn { _ = try await self.demonstrations(for: method, progress: progress) }
  }

  /// Whether a screen plays a part in what a method answers.
  package nonisolated func seesScreens(_ name: MethodName?, reranks: Bool) throws(LibraryError) -> Bool {
    let rerankerSees = reranks && reranker?.model.multimodalConfiguration != nil
    return try method(name).seesScreens || rerankerSees
  }

  /// Finds the demonstrations that meet a query best.
  ///
  /// - Parameters:
  ///   - query: What is looked for.
  ///   - options: How it is searched.
  ///   - name: One of ``methods``; `nil` for the default.
  ///   - prompt: How those that fit are written for an agent; `nil` for not at all.
  /// - Returns: What `sightline demos retrieve --json` prints.
  /// - Throws: `LibraryError`, `ItemError` for a query that cannot be read, ``DemonstrationError`` for a prompt that cannot be written,
  ///   `CollectionError` where vectors cannot be kept, `CancellationError`.
  package func retrieve(
    _ query: DemonstrationQuery, _ options: DemonstrationRetriever.Options, by name: MethodName? = nil, prompt: PromptOptions? = nil
  ) async throws -> RankingOutput {
    let method = try method(name)
    return try await inTurn {
      let retriever = DemonstrationRetriever(
        try await self.demonstrations(for: method), method: method, reranker: self.reranker, thresholds: self.library.thresholds)
      let ranking = try await retriever.retrieve(query, options)
      return RankingOutput(ranking, method: method.name, prompt: try prompt.map { try ranking.prompt(for: query.task, $0) })
    }
  }

  /// Says at which step of a demonstration a screen is.
  ///
  /// - Throws: As ``retrieve(_:_:by:prompt:)``; `LibraryError` with the code `missing` where there is no such demonstration.
  package func position(
    of query: DemonstrationQuery, in id: String, previous: Int?, by name: MethodName? = nil
  ) async throws -> PositionOutput {
    let method = try method(name)
    return try await inTurn {
      let retriever = DemonstrationRetriever(try await self.demonstrations(for: method), method: method)
      return PositionOutput(try await retriever.position(of: query, in: id, previous: previous))
    }
  }

  /// All demonstrations, in the order of their ids.
  package nonisolated func list() throws(LibraryError) -> [DemonstrationOutput] { try contents().map { DemonstrationOutput($0) } }

  /// The episode of a demonstration, as JSON of OpenAdapt's schema.
  ///
  /// The id is looked up among those in the library and never becomes part of a path; a file that a link leads to from elsewhere is refused.
  ///
  /// - Throws: `LibraryError` with the code `missing` where there is no such demonstration; ``DemonstrationError``.
  package nonisolated func episode(_ id: String) throws -> String {
    let demonstration = try library.demonstration(id)
    let file = URL(fileURLWithPath: demonstration.episodePath).resolvingSymlinksInPath().path
    let root = URL(fileURLWithPath: library.directory).resolvingSymlinksInPath().path
    guard file.hasPrefix(root + "/") else {
      throw LibraryError(.damaged, "the episode of \"\(id)\" is a link that leads out of the library; import the demonstration again")
    }
    return try demonstration.episode().json()
  }

  private nonisolated func method(_ name: MethodName?) throws(LibraryError) -> any DemonstrationMethod {
    guard let method = opened[name ?? defaultMethod] else {
      throw LibraryError(
        .invalidSetting,
        "the method \(name?.rawValue ?? "") was not opened here; there are \(methods.map(\.rawValue).joined(separator: ", "))")
    }
    return method
  }

  private nonisolated func contents() throws(LibraryError) -> [Demonstration] {
    let (demonstrations, failures) = try library.contents()
    failures.forEach(note)
    return demonstrations
  }

  /// The library as it is now, and a method's vectors brought up to date with it.
  private nonisolated func demonstrations(
    for method: any DemonstrationMethod, progress: (@Sendable (_ done: Int, _ all: Int) -> Void)? = nil
  ) async throws -> [Demonstration] {
    let demonstrations = try contents()
    try await method.update(demonstrations, progress: progress).forEach(note)
    return demonstrations
  }

  /// Does something when all that was asked before is done.
  private func inTurn<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
    let before = last
    let task = Task {
      await before?.value
      try Task.checkCancellation()
      return try await work()
    }
    last = Task { _ = await task.result }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }
}
