import Foundation
import Synchronization
public import Tensors

/// Checkpoints with the true architecture and made-up weights: for tests, demonstrations and measurements of speed.
///
/// Every number follows from the tensor's name, its place and a seed, by integer arithmetic that any language repeats bit for bit:
/// `Tools/oracle/synthetic.py` is the same recipe, so that the reference and Sightline run on the same weights and none need be shipped.
public struct SyntheticCheckpoint: Sendable {
  /// Makes another set of weights of the same shapes.
  public let seed: UInt64

  /// A recipe with the given seed.
  public init(seed: UInt64 = 0) {
    self.seed = seed
  }

  /// A tensor to make up.
  public struct Tensor: Sendable {
    /// The published name, which its numbers follow from.
    public let name: String
    /// The name that it is stored under.
    public let storedName: String
    /// Dimensions, outermost first.
    public let shape: [Int]

    /// A tensor of the given names and shape.
    public init(name: String, storedName: String, shape: [Int]) {
      self.name = name
      self.storedName = storedName
      self.shape = shape
    }
  }

  /// Writes `model.safetensors`, or several shards and their index, into a folder.
  ///
  /// - Parameters:
  ///   - directory: An existing folder.
  ///   - tensors: What to make up.
  ///   - dtype: The number type of every tensor, one of `DType.floatingPoint`. Whatever it is, numbers are those of bf16, rounded once more for f16.
  ///   - shards: Number of files.
  /// - Throws: `CheckpointError` when a file cannot be written.
  public func write(
    to directory: String, _ tensors: [Tensor], dtype: DType = .bfloat16, shards: Int = 1
  ) throws(CheckpointError) {
    let tensors = tensors.sorted { $0.storedName < $1.storedName }
    guard shards > 1 else { return try write(directory + "/model.safetensors", tensors, dtype) }
    var map: [String: String] = [:]
    for shard in 0..<shards {
      let file = "model-\(shard + 1)-of-\(shards).safetensors"
      let part = tensors.enumerated().filter { $0.offset * shards / tensors.count == shard }.map(\.element)
      try write(directory + "/" + file, part, dtype)
      for tensor in part { map[tensor.storedName] = file }
    }
    let entries = map.sorted { $0.key < $1.key }.map { "\(SafetensorsWriter.quoted($0.key)): \"\($0.value)\"" }
    try AtomicFile.write(
      "{\"weight_map\": {\n\(entries.joined(separator: ",\n"))\n}}\n", to: directory + "/model.safetensors.index.json")
  }

  private func write(_ path: String, _ tensors: [Tensor], _ dtype: DType) throws(CheckpointError) {
    let names = Dictionary(uniqueKeysWithValues: tensors.map { ($0.storedName, $0.name) })
    try SafetensorsWriter.write(
      path, tensors.map { SafetensorsWriter.Tensor(name: $0.storedName, dtype: dtype, shape: $0.shape) },
      metadata: ["format": "pt", "sightline": "synthetic weights, seed \(seed)"]
    ) { tensor, numbers, bytes in
      fill(bytes, names[tensor.name] ?? tensor.name, tensor, numbers)
    }
  }

  /// What range a tensor's numbers come from: uniform over center - spread ..< center + spread.
  static func range(_ name: String, _ shape: [Int]) -> (center: Float, spread: Float) {
    if shape.count == 1 {
      let norms = ["norm.weight", "norm1.weight", "norm2.weight", "LayerNorm.weight"]
      // Near 1, and far enough from it that a norm which forgets its weights is seen.
      return norms.contains { name.hasSuffix($0) } ? (1, 0.5) : (0, 0.1)
    }
    if name.hasSuffix("embed_tokens.weight") || name.hasSuffix("pos_embed.weight") { return (0, 0.5) }
    // A standard deviation of 0.8 / sqrt(inputs) keeps the residual stream from fading and from running away.
    let inputs = shape.dropFirst().reduce(1, *)
    return (0, Float(3.0.squareRoot() * 0.8 / Double(inputs).squareRoot()))
  }

  private func fill(
    _ bytes: UnsafeMutableRawBufferPointer, _ name: String, _ tensor: SafetensorsWriter.Tensor, _ numbers: Range<Int>
  ) {
    let (center, spread) = Self.range(name, tensor.shape)
    let start = Self.hash(name) &+ seed
    let count = numbers.count
    let chunk = 1 << 18
    nonisolated(unsafe) let bytes = bytes
    DispatchQueue.concurrentPerform(iterations: (count + chunk - 1) / chunk) { index in
      for element in index * chunk..<min(count, (index + 1) * chunk) {
        let bits = Self.bfloat16(center + spread * Self.uniform(start, numbers.lowerBound + element))
        switch tensor.dtype {
        case .bfloat16: bytes.storeBytes(of: bits, toByteOffset: 2 * element, as: UInt16.self)
        case .float16:
          let number = Self.float16(Float(bitPattern: UInt32(bits) << 16))
          bytes.storeBytes(of: number, toByteOffset: 2 * element, as: UInt16.self)
        case .float32: bytes.storeBytes(of: UInt32(bits) << 16, toByteOffset: 4 * element, as: UInt32.self)
        case .int8: preconditionFailure("made-up weights are floating-point numbers; quantise them")
        }
      }
    }
  }

  /// FNV-1a over the UTF-8 of the name.
  static func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// Number `index` of a stream, in -1 ..< 1: the upper 24 bits of splitmix64.
  static func uniform(_ start: UInt64, _ index: Int) -> Float {
    var z = start &+ (UInt64(index) &+ 1) &* 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    z ^= z >> 31
    return Float(z >> 40) * 0x1p-23 - 1
  }

  /// Rounded to the nearest bf16, ties to even.
  ///
  /// The recipe makes no NaN.
  static func bfloat16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ ((bits >> 16) & 1)) >> 16)
  }

  /// Rounded to the nearest f16, ties to even.
  static func float16(_ value: Float) -> UInt16 {
    let sign = UInt16(value.sign == .minus ? 0x8000 : 0)
    let magnitude = value.magnitude
    // Halfway between f16's largest number and the next power of two: from here on it is infinity.
    guard magnitude < 65_520 else { return sign | (magnitude.isNaN ? 0x7e00 : 0x7c00) }
    // Below the smallest normal number every step is 2^-24; above it the exponent is kept and 13 bits of the fraction are rounded off.
    guard magnitude >= 0x1p-14 else { return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven)) }
    let bits = magnitude.bitPattern
    let rounded = bits &+ 0xfff &+ ((bits >> 13) & 1)
    return sign | UInt16(truncatingIfNeeded: (rounded >> 13) &- (112 << 10))
  }
}

/// Notes the names and shapes of the weights that a model takes, and hands out zeros that take no memory.
///
/// The model's own code is thereby the only list of its weights.
public final class WeightInventory: WeightSource {
  /// What was taken, in order.
  public private(set) var shapes: [(name: String, shape: [Int])] = []
  /// Addresses for the largest matrix so far.
  private var zeros = Memory(byteCount: 0) { _ in }

  /// An empty inventory.
  public init() {}

  /// Notes a matrix.
  public func matrix(_ name: String, shape: [Int]) throws(CheckpointError) -> Matrix {
    shapes.append((name, shape))
    let columns = shape.dropFirst().reduce(1, *)
    let bytes = shape[0] * columns * DType.bfloat16.byteCount
    if zeros.byteCount < bytes { zeros = try MappedFile.zeros(bytes, for: name) }
    return Matrix(memory: zeros, byteOffset: 0, dtype: .bfloat16, rows: shape[0], columns: columns)
  }

  /// Notes a vector.
  public func vector(_ name: String, count: Int) -> Vector {
    shapes.append((name, [count]))
    return Vector([Float](repeating: 0, count: count))
  }
}
