import Qwen3VL

/// What an input takes of a pass.
struct PassCost {
  /// Tokens to run; those that inputs may share are not counted.
  let tokens: Int
  /// Tokens that attention looks at.
  let keys: Int
}

/// What runs several inputs in one pass.
protocol PassRunner: Sendable {
  /// One prepared input.
  associatedtype Input: Sendable
  /// Why an input cannot be run.
  associatedtype InputError: Error, CustomStringConvertible

  /// What an input takes of a pass.
  func cost(of input: Input) -> PassCost

  /// Runs inputs in one pass and gives a vector for each.
  func run(_ inputs: [Input]) async throws(InputError) -> [[Float]]
}

extension Model: PassRunner {
  typealias Input = ModelInput
  typealias InputError = ModelInputError

  func cost(of input: ModelInput) -> PassCost {
    PassCost(tokens: input.tokens.count - input.sharedLength, keys: input.tokens.count)
  }
}

/// Runs many inputs through a model: prepares a few ahead, packs those that are ready into passes by tokens, and keeps the order.
struct Batching: Sendable {
  /// Tokens of one pass at most, unless one input alone has more; those that inputs may share are not counted.
  ///
  /// Products reach the speed of the machine from 256 tokens on; more in a pass costs memory and gains nothing.
  static let tokensPerPass = 1_024

  /// Tokens that attention looks at in one pass at most, shared ones counted for every input: 64 MB of keys and values in a layer of the
  /// 2B model.
  static let keysPerPass = 16_384

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
      var keys = 0
      func runBatch() async throws {
        guard !batch.isEmpty else { return }
        try Task.checkCancellation()
        for (entry, outcome) in zip(batch, await self.run(batch.map(\.input), on: runner)) { outcomes[entry.index] = outcome }
        done += batch.count
        progress?(done)
        batch.removeAll()
        tokens = 0
        keys = 0
      }
      for next in 0..<count {
        while waiting[next] == nil, let (index, prepared) = try await group.next() { waiting[index] = prepared }
        switch waiting.removeValue(forKey: next) {
        case .success(let input):
          let cost = runner.cost(of: input)
          if tokens + cost.tokens > tokensPerPass || keys + cost.keys > keysPerPass { try await runBatch() }
          batch.append((next, input))
          tokens += cost.tokens
          keys += cost.keys
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
