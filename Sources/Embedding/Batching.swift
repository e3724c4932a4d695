import Qwen3VL

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
  ///   - model: What runs them.
  ///   - progress: Called with the number of inputs that are done.
  ///   - prepare: Makes the sequence of an input.
  /// - Returns: For each input, in order, its last hidden state or why there is none.
  /// - Throws: `CancellationError` between two passes.
  static func run(
    _ count: Int, on model: Model, progress: (@Sendable (Int) -> Void)?,
    prepare: @escaping @Sendable (Int) async -> Result<ModelInput, ItemError>
  ) async throws -> [Outcome] {
    try await withThrowingTaskGroup(of: (Int, Result<ModelInput, ItemError>).self) { group in
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

      var waiting: [Int: Result<ModelInput, ItemError>] = [:]
      var batch: [(index: Int, input: ModelInput)] = []
      var tokens = 0
      var keys = 0
      func runBatch() async throws {
        guard !batch.isEmpty else { return }
        try Task.checkCancellation()
        for (entry, outcome) in zip(batch, await self.run(batch.map(\.input), on: model)) { outcomes[entry.index] = outcome }
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
          let own = input.tokens.count - input.sharedLength
          if tokens + own > tokensPerPass || keys + input.tokens.count > keysPerPass { try await runBatch() }
          batch.append((next, input))
          tokens += own
          keys += input.tokens.count
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
  /// If the model refuses an input, the inputs are run one by one, so that only that one fails.
  private static func run(_ inputs: [ModelInput], on model: Model) async -> [Outcome] {
    do {
      return try await model.run(inputs).map { .success($0) }
    } catch {
      guard inputs.count > 1 else { return [.failure(ItemError(.malformedInput, error.description))] }
      var outcomes: [Outcome] = []
      for input in inputs { outcomes += await run([input], on: model) }
      return outcomes
    }
  }
}
