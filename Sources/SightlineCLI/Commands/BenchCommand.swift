import ArgumentParser
import Foundation
import Qwen3VL
import Sightline
import Tensors

/// The command `sightline bench`.
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how fast a model runs on this machine.",
    discussion: """
      Times passes of the model itself, without reading pictures and tokenizing, after one pass that is not counted. The limit is what the
      processors do when all numbers stay in registers, measured at the start. With --beside, a copy that `sightline quantize` wrote is
      measured in int8 in the same run, pass by pass in turn. With --reuse, documents are reranked for a query with a picture: together, and
      one pair by itself. `make bench` runs all this beside other programs.
      """)

  @OptionGroup var model: ModelArguments

  @Option(name: .long, help: ArgumentHelp("Passes per row; the median is printed.", valueName: "n"))
  var runs = 3

  @Option(name: .long, help: ArgumentHelp("Folder of the same model, quantised, to compare with.", valueName: "dir"))
  var beside: String?

  @Option(name: .long, help: ArgumentHelp("Only this row, by its name; may be given several times.", valueName: "work"))
  var only: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("Rerank so many documents of 128 tokens for a query with a picture of 1280x704 too; takes minutes.", valueName: "n"))
  var reuse: Int?

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  mutating func validate() throws {
    guard (1...100).contains(runs) else { throw ValidationError("--runs is \(runs), expected 1 to 100.") }
    if let reuse, !(2...10_000).contains(reuse) { throw ValidationError("--reuse is \(reuse), expected 2 to 10000.") }
  }

  private struct Row: Encodable {
    let work: String
    let tokens: Int
    let medianSeconds: Double
    let bestSeconds: Double
    let tokensPerSecond: Double
    /// Multiplications and additions of the pass's matrix products a second, of those that the processors can do at most.
    let shareOfLimit: Double
    /// Of the quantised copy, where there is one.
    let int8MedianSeconds: Double?
    /// The lowest cosine of the copy's results with the model's.
    let int8Cosine: Double?
  }

  private struct Report: Encodable {
    /// Multiplications and additions a second.
    let limit: Double
    let rows: [Row]
    let reuse: ReuseMeasurement?
  }

  func run() async throws {
    let start = ContinuousClock.now
    let profile = Profile()
    let copy = try beside.map { try open($0, .int8, nil) }
    let model = try open(self.model.chosen(), self.model.precision, profile)
    let opened = Self.seconds(since: start)
    let limit = model.compute.arithmeticLimit()
    Console.note(
      String(format: "opened in %.0f ms; ", opened * 1000)
        + "\(model.compute.threads) threads, \(model.compute.instructionSet), \(model.options.precision.rawValue); "
        + String(format: "the limit is %.0f GFLOP/s", limit * 1e-9))
    var rows: [Row] = []
    for (work, inputs) in Self.works(model) where only.isEmpty || only.contains(work) {
      let row = try await measure(work, inputs, model, copy, profile, limit)
      rows.append(row)
      guard !json else { continue }
      try Console.write(
        row.work.padding(toLength: 28, withPad: " ", startingAt: 0)
          + String(
            format: "%9.1f ms  %7.0f tokens/s  products at %3.0f %% of the limit", row.medianSeconds * 1000, row.tokensPerSecond,
            row.shareOfLimit * 100) + Self.comparison(row) + "\n")
    }
    let reuse = if let reuse { try await ReuseMeasurement.run(documents: reuse, pairs: runs, self.model) } else { nil as ReuseMeasurement? }
    if json {
      try Console.write(JSON.pretty(Report(limit: limit, rows: rows, reuse: reuse)) + "\n")
    } else if let reuse {
      try Console.write("\(reuse)\n")
    }
    Console.note("working memory: \(model.compute.workspace.peakBytes >> 20) MB at most")
  }

  private func open(_ directory: String, _ precision: Precision?, _ profile: Profile?) throws -> Model {
    var options = model.running.options()
    options.precision = precision ?? options.precision
    options.profile = profile
    // The same picture goes through the tower in every pass.
    options.visionCacheBytes = 0
    return try Model(directory: try ModelDirectory.resolve(directory), options: options)
  }

  private func measure(
    _ work: String, _ inputs: [ModelInput], _ model: Model, _ copy: Model?, _ profile: Profile, _ limit: Double
  ) async throws -> Row {
    let before = profile.rows.reduce(0) { $0 + $1.arithmetic }
    var seconds: [Double] = []
    var copySeconds: [Double] = []
    var cosine: Double?
    for _ in 0...runs {
      let (states, time) = try await Self.timed(inputs, model)
      seconds.append(time)
      guard let copy else { continue }
      let (copyStates, copyTime) = try await Self.timed(inputs, copy)
      copySeconds.append(copyTime)
      cosine = zip(states, copyStates).map { Matryoshka.dotProduct(Matryoshka.normalized($0), Matryoshka.normalized($1)) }.min()
    }
    let counted = seconds.dropFirst().sorted()
    let copyCounted = copySeconds.dropFirst().sorted()
    let tokens = inputs.reduce(0) { $0 + $1.tokens.count }
    let median = counted[counted.count / 2]
    let arithmetic = (profile.rows.reduce(0) { $0 + $1.arithmetic } - before) / Double(runs + 1)
    return Row(
      work: work, tokens: tokens, medianSeconds: median, bestSeconds: counted[0], tokensPerSecond: Double(tokens) / median,
      shareOfLimit: arithmetic / median / limit,
      int8MedianSeconds: copyCounted.isEmpty ? nil : copyCounted[copyCounted.count / 2], int8Cosine: cosine)
  }

  private static func timed(_ inputs: [ModelInput], _ model: Model) async throws -> (states: [[Float]], seconds: Double) {
    let start = ContinuousClock.now
    let states = try await model.run(inputs)
    return (states, seconds(since: start))
  }

  private static func comparison(_ row: Row) -> String {
    guard let seconds = row.int8MedianSeconds, let cosine = row.int8Cosine else { return "" }
    return String(format: "  int8 %9.1f ms (%.2f times as fast), cosine %.5f", seconds * 1000, row.medianSeconds / seconds, cosine)
  }

  private static func works(_ model: Model) -> [(String, [ModelInput])] {
    let vocabularySize = model.decoderConfiguration.vocabularySize
    let texts = [
      ("text of 16 tokens", [text(16, vocabularySize)]),
      ("text of 128 tokens", [text(128, vocabularySize)]),
      ("text of 512 tokens", [text(512, vocabularySize)]),
      ("text of 2048 tokens", [text(2_048, vocabularySize)]),
      ("64 texts of 8 to 64 tokens", (0..<64).map { text(8 + $0 * 56 / 63, vocabularySize) }),
    ]
    guard let configuration = model.multimodalConfiguration else { return texts }
    return texts + [
      ("picture 512x512", [picture(512, 512, configuration)]),
      ("picture 1280x704", [picture(1280, 704, configuration)]),
    ]
  }

  /// Tokens spread over the lower half of the vocabulary, where no mark lies; which ones they are does not matter for speed.
  private static func text(_ count: Int, _ vocabularySize: Int) -> ModelInput {
    ModelInput(tokens: (0..<count).map { Int32($0 * 7_919 % (vocabularySize / 2)) })
  }

  private static func picture(_ width: Int, _ height: Int, _ configuration: Configuration) -> ModelInput {
    let vision = configuration.vision
    let (rows, columns) = (height / vision.patchSize, width / vision.patchSize)
    let values = (0..<rows * columns * vision.patchFeatures).map { Float($0 * 31 % 255) / 127.5 - 1 }
    let placeholders = [Int32](repeating: configuration.imageToken, count: rows * columns / (vision.mergeSize * vision.mergeSize))
    return ModelInput(
      tokens: [configuration.visionStartToken] + placeholders + [configuration.visionEndToken],
      pictures: [Patches(gridHeight: rows, gridWidth: columns, values: values)])
  }

  static func seconds(since start: ContinuousClock.Instant) -> Double {
    let elapsed = (ContinuousClock.now - start).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
  }
}
