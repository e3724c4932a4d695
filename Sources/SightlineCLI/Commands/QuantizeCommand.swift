import ArgumentParser
import Checkpoints
import Foundation
import Sightline
import Tensors

/// The command `sightline quantize`.
struct QuantizeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize",
    abstract: "Write a copy of a model with weights in int8, which takes half the memory.",
    discussion: """
      The copy opens like any other model, in any precision; with --precision int8 its products are computed in int8 too, which is \
      faster than bf16. What it costs is measured while converting: the cosine of each row of weights with the original row, and at \
      the end the cosines of the vectors of a few texts and pictures.

      Example:
        sightline quantize --to int8 Qwen3-VL-Embedding-2B Qwen3-VL-Embedding-2B-int8
        sightline embed "a red helmet" --model Qwen3-VL-Embedding-2B-int8 --precision int8
      """)

  /// Forms that weights can be written in.
  enum Form: String, ExpressibleByArgument, CaseIterable {
    case int8
  }

  @Option(name: .long, help: ArgumentHelp("Form of the weights: int8.", valueName: "form"))
  var to: Form

  @Option(name: .long, help: ArgumentHelp("Threads to use. Default: one per processor.", valueName: "n"))
  var threads: Int?

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @Argument(help: "The model: a folder, or ORG/NAME of one that was pulled.")
  var source: String

  @Argument(help: "Folder to write. It must not exist yet.")
  var destination: String

  mutating func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads), expected 1 or more.") }
  }

  /// What `--json` prints.
  private struct Output: Encodable {
    let source: String
    let destination: String
    let form: String
    let originalBytes: Int
    let quantizedBytes: Int
    let matrices: [CheckpointQuantizer.MatrixReport]
    let vectors: [QuantizationCheck.Row]
  }

  func run() async throws {
    do {
      try await Interruption.cancels { try await convert() }
    } catch is CancellationError {
      Console.note("interrupted; nothing half written is left behind")
      throw ExitCode.failure
    }
  }

  private func convert() async throws {
    // Opening the model checks every tensor's name and shape before anything is written.
    let original = try open(try ModelDirectory.resolve(source), .bfloat16)
    let quantizer = try CheckpointQuantizer(original.checkpoint, threads: threads)
    var matrices: [CheckpointQuantizer.MatrixReport] = []
    let line = ProgressLine(total: quantizer.originalBytes, unit: .bytes)
    var failure: (any Error)?
    try quantizer.write(to: destination) {
      line.update($0)
    } report: { report in
      matrices.append(report)
      guard !json, failure == nil else { return }
      line.finish()
      do {
        if matrices.count == 1 { try Console.write(Self.row("matrix", "worst row", "median row")) }
        try Console.write(Self.row(report.name, Self.number(report.worstRowCosine), Self.number(report.medianRowCosine)))
      } catch {
        failure = error
      }
    }
    line.finish()
    if let failure { throw failure }
    if !json {
      try Console.write("\(quantizer.originalBytes >> 20) MB became \(quantizer.quantizedBytes >> 20) MB\n\n")
      try Console.write(Self.row("vector of", "int8 weights", "--precision int8"))
    }
    let vectors = try await QuantizationCheck.rows(
      original, weightsOnly: open(destination, .bfloat16), entirely: open(destination, .int8))
    if json {
      return try Console.write(
        JSON.pretty(
          Output(
            source: source, destination: destination, form: to.rawValue, originalBytes: quantizer.originalBytes,
            quantizedBytes: quantizer.quantizedBytes, matrices: matrices, vectors: vectors)) + "\n")
    }
    for row in vectors { try Console.write(Self.row(row.item, Self.number(row.weightsOnlyCosine), Self.number(row.int8Cosine))) }
    if let worst = vectors.map(\.int8Cosine).min(), !(worst >= QuantizationCheck.acceptable) {
      Console.note("the worst cosine is \(Self.number(worst)); below \(QuantizationCheck.acceptable) this model loses too much in int8")
    }
  }

  private func open(_ directory: String, _ precision: Precision) throws -> Model {
    var options = ModelOptions()
    options.precision = precision
    options.threads = threads
    return try Model(directory: directory, options: options)
  }

  private static func row(_ name: String, _ first: String, _ second: String) -> String {
    func right(_ text: String) -> String { String(repeating: " ", count: max(0, 18 - text.count)) + text }
    return name.padding(toLength: max(64, name.count), withPad: " ", startingAt: 0) + right(first) + right(second) + "\n"
  }

  private static func number(_ cosine: Double) -> String { String(format: "%.6f", cosine) }
}
