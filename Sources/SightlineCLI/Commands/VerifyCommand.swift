import ArgumentParser
import Checkpoints
import Evaluation
import Foundation
import Sightline
import Tensors

/// The command `sightline verify`.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compute what the real models are published to give, and compare.",
    discussion: """
      Examples:
        sightline verify --fetch --model Qwen3-VL-Embedding-2B
        sightline verify --inputs DIR --precision f32 --verbose --model Qwen3-VL-Reranker-2B

      The published numbers of the 2B models are part of this program; the passages and pictures they were computed from are not. --fetch \
      brings those that the publisher keeps at GitHub (less than 1 MB). --inputs reads them from a folder with \
      published_scores/text_corpus.json and qwen3-vl-embedding/images and pages. All are checked by their SHA-256.

      Every number is within its tolerance, or the exit code is 1. Cases marked informative cannot fail by their numbers: something about \
      their inputs is not known.
      """)

  @Option(name: .long, help: ArgumentHelp("Folder with the passages and pictures.", valueName: "dir"))
  var inputs: String?

  @Flag(name: .long, help: "Fetch the passages and photographs from the publisher's repository at GitHub.")
  var fetch = false

  @Option(
    name: .long,
    help: ArgumentHelp("Run the cases of a JSON file instead; paths in it are relative to it, or to --inputs.", valueName: "file"))
  var cases: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What the model was trained for: embedding or reranking. Default: what its files or its folder's name say.", valueName: "kind"),
    transform: VerifyCommand.kind)
  var kind: ModelKind?

  @Flag(name: .long, help: "Print every number.")
  var verbose = false

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @OptionGroup var model: ModelArguments

  mutating func validate() throws {
    guard !fetch || inputs == nil else { throw ValidationError("Give --inputs or --fetch, not both.") }
    guard model.model != nil else { throw ValidationError("Give the model to check with --model.") }
    guard !fetch || cases == nil else { throw ValidationError("--fetch is for the published cases, not for those of --cases.") }
  }

  func run() async throws {
    let collection = try cases.map { try CaseCollection(contentsOf: $0) } ?? CaseCollection.published()
    let opened = try model.open()
    let plan = try VerificationPlan(collection, for: try modelKind(), source: source)
    guard source != nil || cases != nil || !plan.readsFiles else {
      throw ValidationError("Where are the passages and pictures? Give --inputs with their folder, or --fetch.")
    }
    try plan.check(opened)
    let verification = try Verification(plan, try await load(plan))
    let progress = ProgressLine(total: verification.workCount, unit: plan.kind == .embedding ? "inputs" : "pairs")
    let outcomes = try await verification.run(open: { try limited(opened, to: $0) }, progress: { progress.update($0) })
    progress.finish()

    let report = VerificationReport(model, try model.chosen(), plan, outcomes)
    try Console.write(json ? JSON.line(report) + "\n" : report.table(verbose: verbose))
    if !report.passes { throw ExitCode(1) }
  }

  private static func kind(_ argument: String) throws -> ModelKind {
    guard let kind = ModelKind(rawValue: argument) else {
      throw ValidationError("--kind is \(argument), expected embedding or reranking.")
    }
    return kind
  }

  private var source: InputSource? {
    fetch ? .repository() : inputs.map { .folder($0) }
  }

  private func modelKind() throws -> ModelKind {
    if let kind { return kind }
    let model = try model.chosen()
    guard let kind = try ModelKind(ofModelIn: ModelDirectory.resolve(model)) else {
      throw ValidationError("Neither the files nor the name of \(model) say what it is. Give --kind embedding or --kind reranking.")
    }
    return kind
  }

  private func load(_ plan: VerificationPlan) async throws -> VerificationInputs {
    guard let download = plan.download else { return try await VerificationInputs(for: plan) }
    Console.note(
      "fetching \(download.files) files (\(String(format: "%.1f", Double(download.bytes) / 1_000_000)) MB) from "
        + "github.com/\(download.repository) at \(download.commit.prefix(7))")
    let progress = ProgressLine(total: download.files, unit: "files")
    defer { progress.finish() }
    return try await VerificationInputs(for: plan) { progress.update($0) }
  }

  /// The model for a case with a limit of tokens of its own.
  ///
  /// What the command line says comes before that.
  private func limited(_ opened: Model, to limit: Int?) throws -> Model {
    guard let limit, model.maxLength == nil else { return opened }
    var options = opened.options
    options.maximumLength = limit
    return try Model(directory: opened.checkpoint.directory, options: options)
  }
}

/// What `sightline verify` prints.
private struct VerificationReport: Encodable {
  let model: String
  let kind: ModelKind
  let precision: String
  let passes: Bool
  let cases: [Case]
  let leftOut: [LeftOutCase]

  struct Case: Encodable {
    let name: String
    let model: String
    let exactness: Exactness
    let note: String?
    let passes: Bool
    let tolerance: Double?
    /// `nil` where a number could not be computed.
    let largestDifference: Double?
    let numbers: [Number]
    let misplaced: [String]
    let faults: [String]
  }

  struct Number: Encodable {
    let label: String
    let published: Double
    let computed: Double?
    let difference: Double?
    let withinTolerance: Bool
  }

  init(_ arguments: ModelArguments, _ model: String, _ plan: VerificationPlan, _ outcomes: [CaseOutcome]) {
    self.model = model
    kind = plan.kind
    precision = (arguments.precision ?? ModelOptions().precision).rawValue
    passes = outcomes.allSatisfy(\.passes)
    cases = outcomes.map(Case.init)
    leftOut = plan.leftOut
  }
}

extension VerificationReport.Case {
  init(_ outcome: CaseOutcome) {
    name = outcome.verifiedCase.name
    model = outcome.verifiedCase.model
    exactness = outcome.verifiedCase.exactness
    note = outcome.verifiedCase.note
    passes = outcome.passes
    tolerance = outcome.tolerance
    largestDifference = outcome.largestDifference.finite
    numbers = outcome.numbers.map { number in
      VerificationReport.Number(
        label: number.label, published: number.published, computed: number.computed.finite, difference: number.difference.finite,
        withinTolerance: outcome.isWithinTolerance(number))
    }
    misplaced = outcome.misplaced
    faults = outcome.faults
  }
}

extension Double {
  /// JSON has no NaN and no infinity.
  fileprivate var finite: Double? { isFinite ? self : nil }
}

/// The table for a person.
extension VerificationReport {
  private static let widestName = 56
  private static let columns = [11, 15, 12]
  /// Lines that say what is wrong with a case, unless every number is asked for.
  private static let fewComplaints = 5

  func table(verbose: Bool) -> String {
    var lines = ["\(model): \(kind.rawValue), \(precision)", "", Self.row("case", "numbers", "largest diff.", "tolerance", "")]
    for entry in cases {
      lines.append(
        Self.row(
          entry.name, "\(entry.numbers.count)", Self.text(entry.largestDifference), Self.text(entry.tolerance), entry.result))
      lines += verbose ? entry.everything : entry.complaints.shortened(to: Self.fewComplaints)
    }
    let failed = cases.count { !$0.passes }
    lines += ["", failed == 0 ? "all \(cases.count) cases pass" : "\(failed) of \(cases.count) cases FAILED"]
    if failed > 0, precision == Precision.bfloat16.rawValue {
      lines.append("this run rounds to bf16; one with --precision f32 compares more closely and tells rounding from mistakes")
    }
    let informative = cases.count { $0.exactness == .informative }
    if informative > 0 { lines.append("\(informative) of them informative: something about their inputs is not known") }
    if !leftOut.isEmpty { lines.append("\(leftOut.count) left out:") }
    lines += leftOut.map { "  \($0.name): \($0.reason)" }
    return lines.joined(separator: "\n") + "\n"
  }

  static func row(_ name: String, _ count: String, _ difference: String, _ tolerance: String, _ result: String) -> String {
    let name = name.count > widestName ? name.prefix(widestName - 1) + "…" : name
    let padded = name + String(repeating: " ", count: widestName - name.count)
    let numbers = zip(columns, [count, difference, tolerance]).map { String(repeating: " ", count: max(1, $0 - $1.count)) + $1 }
    return padded + numbers.joined() + (result.isEmpty ? "" : "  " + result)
  }

  static func text(_ number: Double?) -> String {
    number.map { String(format: "%.6f", $0) } ?? "-"
  }
}

extension VerificationReport.Case {
  var result: String {
    guard passes else { return "FAILED" }
    return exactness == .informative ? "informative" : "ok"
  }

  /// What is wrong.
  var complaints: [String] {
    (faults + misplaced + numbers.filter { !$0.withinTolerance && $0.computed != nil }.map(\.sentence)).map { "    " + $0 }
  }

  /// Every number, what is known of them, and what is wrong.
  var everything: [String] {
    let rows = numbers.map { number in
      VerificationReport.row(
        "    " + number.label, VerificationReport.text(number.published), VerificationReport.text(number.computed),
        VerificationReport.text(number.difference), number.withinTolerance ? "" : "beyond")
    }
    let head = VerificationReport.row("", "published", "computed", "difference", "")
    return (note.map { ["    " + $0] } ?? []) + [head] + rows + (faults + misplaced).map { "    " + $0 }
  }
}

extension [String] {
  /// The first lines, and how many there are besides.
  fileprivate func shortened(to limit: Int) -> [String] {
    count <= limit ? self : prefix(limit) + ["    and \(count - limit) more, which --verbose shows"]
  }
}

extension VerificationReport.Number {
  var sentence: String {
    "\(label): published \(VerificationReport.text(published)), computed \(VerificationReport.text(computed))"
  }
}
