import Foundation
import Tensors

/// Writes a quantised copy of a checkpoint: matrices in int8 with a scale for each row, everything else as it is.
///
/// Kept in their form are norms and biases, which are small and not multiplied; the patch embedding and the vision tower's learned
/// positions, which are small; and an output head of its own, of which a reranker reads two rows and its score depends on directly. The
/// token embedding becomes int8: it is a quarter of a small model.
public struct CheckpointQuantizer {
  /// How well a matrix in int8 stands for the original.
  public struct MatrixReport: Sendable, Encodable {
    /// The tensor's name in the file.
    public let name: String
    /// Output features.
    public let rows: Int
    /// Input features.
    public let columns: Int
    /// The lowest cosine of a row with the original row.
    public let worstRowCosine: Double
    /// The cosine that half of the rows reach.
    public let medianRowCosine: Double
  }

  private let source: Checkpoint
  private let threads: Int
  /// What each file will hold, in order of their names.
  private let files: [(name: String, source: SafetensorsFile, tensors: [PlannedTensor])]

  /// Numbers that are quantised and written at once.
  private static let pieceCount = 1 << 22

  /// Plans the copy.
  ///
  /// - Parameters:
  ///   - source: A checkpoint of a model that this program runs.
  ///   - threads: Threads to use; `nil` for one per processor.
  /// - Throws: `CheckpointError` when the checkpoint is quantised already, or has tensors in other forms than floating point.
  public init(_ source: Checkpoint, threads: Int? = nil) throws(CheckpointError) {
    guard !source.isQuantized else {
      throw CheckpointError(.unsupported, file: source.directory, "is quantised already; give the original")
    }
    self.source = source
    self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    var files: [(name: String, source: SafetensorsFile, tensors: [PlannedTensor])] = []
    for file in Dictionary(source.files.values.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first }).values {
      var tensors: [PlannedTensor] = []
      for (name, entry) in file.entries.sorted(by: { $0.value.bytes.lowerBound < $1.value.bytes.lowerBound }) {
        tensors.append(try PlannedTensor(name, entry, in: file))
      }
      files.append((URL(fileURLWithPath: file.path).lastPathComponent, file, tensors))
    }
    self.files = files.sorted { $0.name < $1.name }
    let names = Set(source.files.keys)
    if let taken = files.flatMap(\.tensors).compactMap(\.scaleName).first(where: names.contains) {
      throw CheckpointError(.unsupported, file: source.directory, "holds \(taken), which is the name that a matrix's scales would get")
    }
  }

  /// Bytes of all tensors before.
  public var originalBytes: Int { source.tensorBytes }

  /// Bytes of all tensors afterwards.
  public var quantizedBytes: Int { files.reduce(0) { $0 + $1.tensors.reduce(0) { $0 + $1.byteCount } } }

  /// Writes the copy; it appears whole or not at all.
  ///
  /// Memory is that of a few million numbers, whatever the model's size.
  ///
  /// - Parameters:
  ///   - directory: A new folder.
  ///   - progress: Called with the bytes of the original that are done.
  ///   - report: Called for each matrix when it has been written.
  /// - Throws: `CheckpointError` when a file cannot be read or written or a number is not finite, `CancellationError` when the task is
  ///   cancelled. Nothing is left behind then.
  public func write(
    to directory: String, progress: (Int) -> Void = { _ in }, report: (MatrixReport) -> Void = { _ in }
  ) throws {
    let folder = try PartialFolder(for: directory)
    let needed = quantizedBytes + (64 << 20)
    if let free = folder.freeBytes, free < needed {
      throw CheckpointError(
        .unwritableFile, file: directory, "needs \(needed >> 20) MB, but only \(free >> 20) MB are free on that disk")
    }
    var done = 0
    for file in files {
      try write(file.tensors, of: file.source, to: "\(folder.path)/\(file.name)") { bytes in
        done += bytes
        progress(done)
        try Task.checkCancellation()
      } report: {
        report($0)
      }
    }
    try writeIndex(in: folder.path)
    try writeConfiguration(in: folder.path)
    try CompanionFiles(of: source.directory).copy(to: folder.path)
    try folder.commit()
  }

  private func write(
    _ tensors: [PlannedTensor], of source: SafetensorsFile, to path: String, advance: (Int) throws -> Void, report: (MatrixReport) -> Void
  ) throws {
    let planned = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0) })
    var scales: [String: [Float]] = [:]
    var metadata = source.metadata
    metadata["format"] = metadata["format"] ?? "pt"
    try SafetensorsWriter.write(path, tensors.flatMap(\.stored), metadata: metadata) { tensor, write in
      if let written = scales.removeValue(forKey: tensor.name) {
        return try written.withUnsafeBytes { try write($0) }
      }
      guard let plan = planned[tensor.name] else { return }
      guard let scaleName = plan.scaleName else {
        let bytes = UnsafeRawBufferPointer(start: source.memory.base + plan.entry.bytes.lowerBound, count: plan.entry.bytes.count)
        try write(bytes)
        return try advance(bytes.count)
      }
      let matrix = plan.matrix(in: source)
      var rowScales: [Float] = []
      var cosines: [Double] = []
      let rowsAtOnce = max(1, Self.pieceCount / max(1, matrix.columns))
      for first in stride(from: 0, to: matrix.rows, by: rowsAtOnce) {
        let range = first..<min(matrix.rows, first + rowsAtOnce)
        let rows = matrix.quantizedRows(range, threads: threads)
        if let row = rows.scales.firstIndex(where: { !$0.isFinite }) {
          throw CheckpointError(
            .invalidTensor, file: source.path, "tensor \(plan.name) holds a number that is not finite, in row \(first + row)")
        }
        try rows.numbers.withUnsafeBytes { try write($0) }
        rowScales += rows.scales
        cosines += rows.cosines
        try advance(range.count * matrix.columns * matrix.dtype.byteCount)
      }
      scales[scaleName] = rowScales
      cosines.sort()
      report(
        MatrixReport(
          name: plan.name, rows: matrix.rows, columns: matrix.columns, worstRowCosine: cosines.first ?? 1,
          medianRowCosine: cosines.isEmpty ? 1 : cosines[cosines.count / 2]))
    }
  }

  /// Where tensors lie, if there are several files.
  private func writeIndex(in folder: String) throws(CheckpointError) {
    guard files.count > 1 || files.first?.name != "model.safetensors" else { return }
    var entries: [String] = []
    for file in files {
      for tensor in file.tensors.flatMap(\.stored) {
        entries.append("    \(SafetensorsWriter.quoted(tensor.name)): \(SafetensorsWriter.quoted(file.name))")
      }
    }
    try AtomicFile.write(
      "{\n  \"metadata\": {\"total_size\": \(quantizedBytes)},\n  \"weight_map\": {\n\(entries.sorted().joined(separator: ",\n"))\n  }\n}\n",
      to: folder + "/model.safetensors.index.json")
  }

  /// The original's text with one more field at its beginning.
  private func writeConfiguration(in folder: String) throws {
    let path = source.directory + "/config.json"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8), let brace = text.firstIndex(of: "{") else {
      throw CheckpointError(.unreadableFile, file: path, "cannot be read as UTF-8")
    }
    let kept = files.flatMap(\.tensors).filter { $0.scaleName == nil && $0.entry.shape.count > 1 }.map { name in
      name.name.hasSuffix(".weight") ? String(name.name.dropLast(".weight".count)) : name.name
    }
    let field = QuantizationConfiguration.text(kept: kept.sorted())
    try AtomicFile.write("{\n  \(field),\(text[text.index(after: brace)...])", to: folder + "/config.json")
  }
}

/// A tensor of the original, and what becomes of it.
private struct PlannedTensor {
  let name: String
  let entry: SafetensorsFile.Entry
  let dtype: DType
  /// Where its scales go; `nil` where it is kept as it is.
  let scaleName: String?

  /// Matrices that stay as they are; see `CheckpointQuantizer`.
  private static let keptSuffixes = ["pos_embed.weight", "lm_head.weight"]

  init(_ name: String, _ entry: SafetensorsFile.Entry, in file: SafetensorsFile) throws(CheckpointError) {
    guard let dtype = DType(rawValue: entry.type), dtype != .int8 else {
      throw CheckpointError(
        .unsupported, file: file.path, "tensor \(name) is stored as \(entry.type); only BF16, F16 and F32 can be quantised")
    }
    self.name = name
    self.entry = entry
    self.dtype = dtype
    let isMatrix = name.hasSuffix(".weight") && entry.shape.count == 2 && entry.shape[1] <= Matrix.maximumInt8Columns
    let isKept = Self.keptSuffixes.contains { name.hasSuffix($0) }
    scaleName = isMatrix && !isKept ? name + QuantizationConfiguration.scaleSuffix : nil
  }

  /// What is written for it, in order.
  var stored: [SafetensorsWriter.Tensor] {
    guard let scaleName else { return [SafetensorsWriter.Tensor(name: name, dtype: dtype, shape: entry.shape)] }
    return [
      SafetensorsWriter.Tensor(name: name, dtype: .int8, shape: entry.shape),
      SafetensorsWriter.Tensor(name: scaleName, dtype: .float32, shape: [entry.shape[0], 1]),
    ]
  }

  var byteCount: Int { stored.reduce(0) { $0 + $1.count * $1.dtype.byteCount } }

  func matrix(in file: SafetensorsFile) -> Matrix {
    let (memory, offset) = file.memory(of: entry, dtype)
    return Matrix(memory: memory, byteOffset: offset, dtype: dtype, rows: entry.shape[0], columns: entry.shape[1])
  }
}
