import Qwen3VL

/// What runs several inputs in one pass.
protocol PassRunner: Sendable {
  /// One prepared input.
  associatedtype Input: Sendable
  /// Why an input cannot be run.
  associatedtype InputError: Error, CustomStringConvertible

  /// Tokens of an input: what it takes of a pass.
  func tokenCount(of input: Input) -> Int

  /// Runs inputs in one pass and gives a vector for each.
  func run(_ inputs: [Input]) async throws(InputError) -> [[Float]]
}

extension Model: PassRunner {
  typealias Input = ModelInput
  typealias InputError = ModelInputError

  func tokenCount(of input: ModelInput) -> Int { input.tokens.count }
}

/// Runs many inputs through a model: prepares a few ahead, packs those that are ready into passes by tokens, and keeps the order.
struct Batching: Sendable {
  /// Tokens of one pass at most, unless one input alone has more.
  ///
  /// Products reach the speed of the machine from 256 tokens on; more in a pass costs memory and gains nothing.
  static let tokensPerPass = 1_024

  /// Inputs that are read and decoded while a pass runs.
  static let preparedAhead = 4

  /// What became of one input.
  typealias Outcome = Result<[Float], ItemError>

  /// Prepares and runs all inputs.
  ///
  /// - Parameters:
  ///   - count: Number of inputs.
  ///   - runner: What runs them.
  ///   - progress: Called with the number of inputs that are done.
  ///   - prepare: Makes the sequence of an input.
  /// - Returns: For each input, in order, what the runner made of it or why there is nothing.
  /// - Throws: `CancellationError` between two passes.
  static func run<Runner: PassRunner>(
    _ count: Int, on runner: Runner, progress: (@Sendable (Int) -> Void)?,
    prepare: @escaping @Sendable (Int) async -> Result<Runner.Input, ItemError>
  ) async throws -> [Outcome] {
    try await withThrowingTaskGroup(of: (Int, Result<Runner.Input, ItemError>).self) { group in
      var outcomes = [Outcome?](repeating: nil, count: count)
      var done = 0
      var started = 0
      func start() {
        guard started < count else { return }
        let index = started
        started += 1
        group.addTask { (index, await prepare(index)) }
      }
      for _ in 0..<preparedAhead { start() }

      var waiting: [Int: Result<Runner.Input, ItemError>] = [:]
      var batch: [(index: Int, input: Runner.Input)] = []
      var tokens = 0
      func runBatch() async throws {
        guard !batch.isEmpty else { return }
        try Task.checkCancellation()
        for (entry, outcome) in zip(batch, await self.run(batch.map(\.input), on: runner)) { outcomes[entry.index] = outcome }
        done += batch.count
        progress?(done)
        batch.removeAll()
        tokens = 0
      }
      for next in 0..<count {
        while waiting[next] == nil, let (index, prepared) = try await group.next() { waiting[index] = prepared }
        switch waiting.removeValue(forKey: next) {
        case .success(let input):
          let count = runner.tokenCount(of: input)
          if tokens + count > tokensPerPass { try await runBatch() }
          batch.append((next, input))
          tokens += count
        case .failure(let error):
          outcomes[next] = .failure(error)
          done += 1
          progress?(done)
        case nil: throw CancellationError()
        }
        start()
      }
      try await runBatch()
      return outcomes.compactMap { $0 }
    }
  }

  /// Runs one pass.
  ///
  /// If the runner refuses an input, the inputs are run one by one, so that only that one fails.
  private static func run<Runner: PassRunner>(_ inputs: [Runner.Input], on runner: Runner) async -> [Outcome] {
    do {
      return try await runner.run(inputs).map { .success($0) }
    } catch {
      guard inputs.count > 1 else { return [.failure(ItemError(.malformedInput, error.description))] }
      var outcomes: [Outcome] = []
      for input in inputs { outcomes += await run([input], on: runner) }
      return outcomes
    }
  }
}
