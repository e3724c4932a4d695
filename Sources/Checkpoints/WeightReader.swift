public import Tensors

/// Takes weights from a checkpoint: each exactly once, with the shape that the configuration implies.
///
/// What is left over is an error.
public final class WeightReader: WeightSource {
  private let checkpoint: Checkpoint
  private let precision: Precision
  /// The file's name of each tensor, by the name that the model uses.
  private let stored: [String: String]
  private var taken: Set<String> = []
  /// Bytes of matrices that the file has in another form, or on odd addresses, and that now live in memory of their own.
  public private(set) var convertedBytes = 0

  /// A reader over all tensors of a checkpoint.
  ///
  /// - Parameters:
  ///   - checkpoint: Where the tensors are.
  ///   - precision: What products will want. Matrices in another form are converted once, as they are taken.
  ///   - layout: How the checkpoint's names map to the model's.
  /// - Throws: `CheckpointError` when the names do not map to one model, or int8 is asked of weights that are not quantised.
  public init(_ checkpoint: Checkpoint, precision: Precision, layout: NameLayout) throws(CheckpointError) {
    guard precision != .int8 || checkpoint.isQuantized else {
      throw CheckpointError(
        .unsupported, file: checkpoint.directory,
        "is not quantised, which the precision int8 needs; `sightline quantize --to int8` makes a quantised copy of it")
    }
    self.checkpoint = checkpoint
    self.precision = precision
    stored = try layout.modelNames(of: checkpoint)
  }

  /// Whether the checkpoint has a tensor of that name.
  public func has(_ name: String) -> Bool { stored[name] != nil }

  /// A matrix, in the form in which the precision multiplies it.
  public func matrix(_ name: String, shape: [Int]) throws(CheckpointError) -> Matrix {
    let (memory, offset, dtype, isMapped) = try take(name, shape: shape, allowsInt8: checkpoint.isQuantized)
    let rows = shape[0]
    let columns = shape.dropFirst().reduce(1, *)
    let scales = dtype == .int8 ? try scales(name, rows: rows, columns: columns) : nil
    let matrix = Matrix(
      memory: memory, byteOffset: offset, dtype: dtype, rows: rows, columns: columns, scales: scales
    ).prepared(for: precision)
    if matrix.dtype != dtype || !isMapped { convertedBytes += matrix.byteCount }
    return matrix
  }

  /// A vector, as f32.
  public func vector(_ name: String, count: Int) throws(CheckpointError) -> Vector {
    let (memory, offset, dtype, _) = try take(name, shape: [count])
    return Vector(Matrix(memory: memory, byteOffset: offset, dtype: dtype, rows: 1, columns: count).row(0))
  }

  /// Notes that the model knows a tensor and does not use it; the checkpoint need not have it.
  public func leaveOut(_ name: String) {
    taken.insert(name)
  }

  /// The scales of a matrix of int8, one for each row, as a column beside it.
  private func scales(_ name: String, rows: Int, columns: Int) throws(CheckpointError) -> Vector {
    guard columns <= Matrix.maximumInt8Columns else {
      throw CheckpointError(
        .unsupported, file: checkpoint.directory,
        "tensor \(name) has \(columns) columns in int8, at most \(Matrix.maximumInt8Columns) are supported")
    }
    let scaleName = name + QuantizationConfiguration.scaleSuffix
    let (memory, offset, dtype, _) = try take(scaleName, shape: [rows, 1])
    let scales = Vector(Matrix(memory: memory, byteOffset: offset, dtype: dtype, rows: 1, columns: rows).row(0))
    guard scales.values.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
      throw CheckpointError(.invalidTensor, file: checkpoint.directory, "tensor \(scaleName) holds a scale that is not a positive number")
    }
    return scales
  }

  /// Checks that nothing is left over.
  public func finish() throws(CheckpointError) {
    let left = stored.keys.filter { !taken.contains($0) }.sorted()
    guard let first = left.first else { return }
    throw CheckpointError(
      .leftoverTensors, file: checkpoint.directory,
      "holds \(left.count) tensor\(left.count == 1 ? "" : "s") that this model does not have, the first is \(stored[first] ?? first); "
        + "config.json and the weights do not belong together")
  }

  private func take(
    _ name: String, shape: [Int], allowsInt8: Bool = false
  ) throws(CheckpointError) -> (Memory, offset: Int, DType, isMapped: Bool) {
    guard let storedName = stored[name], let file = checkpoint.files[storedName], let entry = file.entries[storedName] else {
      throw CheckpointError(
        .missingTensor, file: checkpoint.directory, "does not hold the tensor \(name) of shape \(shape), which config.json asks for")
    }
    guard entry.shape == shape else {
      throw CheckpointError(
        .invalidTensor, file: file.path, "tensor \(storedName) has the shape \(entry.shape), but config.json implies \(shape)")
    }
    guard let dtype = DType(rawValue: entry.type), dtype != .int8 || allowsInt8 else {
      throw CheckpointError(
        .invalidTensor, file: file.path,
        "tensor \(storedName) is stored as \(entry.type); supported are BF16, F16 and F32"
          + (entry.type == "I8" ? ", and I8 for matrices where config.json has a quantization_config" : ""))
    }
    guard taken.insert(name).inserted else {
      throw CheckpointError(.invalidTensor, file: file.path, "tensor \(storedName) is needed in two places of this model")
    }
    let (memory, offset) = file.memory(of: entry, dtype)
    return (memory, offset, dtype, isMapped: memory === file.memory)
  }
}
