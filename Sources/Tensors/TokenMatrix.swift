import CKernels

/// Numbers of every token: `features` x `tokens` in f32, a token to a lane.
///
/// Tokens lie in tiles of 64, and within a tile the numbers of one feature lie side by side (see `CKernels.h`). Results of operations are
/// of this form; only `Compute` reads and writes them. A matrix has one owner and is not shared between threads by those who hold it.
public final class TokenMatrix {
  /// Numbers per token.
  public let features: Int
  /// Tokens of all sequences, end to end.
  public let tokens: Int
  private let workspace: Workspace
  private let block: AlignedBlock

  init(features: Int, tokens: Int, workspace: Workspace) {
    self.features = features
    self.tokens = tokens
    self.workspace = workspace
    block = workspace.take(byteCount: features * Tiles.lanes(tokens) * 4)
  }

  deinit { workspace.give(block) }

  var base: UnsafeMutablePointer<Float> { block.base.assumingMemoryBound(to: Float.self) }
}

/// The right side of a matrix product: a token matrix rounded to the precision of products, packed as the kernels read it.
public final class Operand {
  /// Numbers per token.
  public let features: Int
  /// Tokens of all sequences, end to end.
  public let tokens: Int
  let precision: Precision
  /// The same in int8, once a product has asked for it.
  var quantized: QuantizedOperand?
  private let workspace: Workspace
  private let block: AlignedBlock

  init(features: Int, tokens: Int, precision: Precision, workspace: Workspace) {
    self.features = features
    self.tokens = tokens
    self.precision = precision
    self.workspace = workspace
    block = workspace.take(byteCount: features * Tiles.lanes(tokens) * precision.operandType.byteCount)
  }

  deinit { workspace.give(block) }

  var base: UnsafeMutableRawPointer { block.base }
}

/// Keys or values of attention, as the attention kernel reads them.
///
/// `Sendable` because nothing writes to it after the operation that makes it.
public final class AttentionMemory: @unchecked Sendable {
  /// How the numbers lie.
  enum Arrangement {
    /// One token after the other: keys.
    case rows
    /// One feature after the other: values.
    case columns
  }

  /// Key heads times head dimension.
  let features: Int
  /// Tokens of all sequences, end to end.
  let tokens: Int
  let arrangement: Arrangement
  /// Numbers from one feature to the next, where features lie one after the other.
  let stride: Int
  /// Bytes of a number.
  let numberSize: Int
  private let workspace: Workspace
  private let block: AlignedBlock

  init(features: Int, tokens: Int, _ arrangement: Arrangement, precision: Precision, workspace: Workspace) {
    self.features = features
    self.tokens = tokens
    self.arrangement = arrangement
    self.workspace = workspace
    numberSize = precision.operandType.byteCount
    stride = Tiles.count(tokens) * Tiles.width
    block = workspace.take(byteCount: features * stride * numberSize)
  }

  deinit { workspace.give(block) }

  /// Bytes that it takes.
  public var byteCount: Int { features * stride * numberSize }

  var base: UnsafeMutableRawPointer { block.base }
}

/// How tokens fall into tiles.
enum Tiles {
  /// Tokens in a full tile.
  static let width = Int(SL_TILE)
  /// Tokens in one vector; the last tile is a multiple of it wide.
  static let lane = Int(SL_LANES)

  static func count(_ tokens: Int) -> Int { (tokens + width - 1) / width }

  /// Lanes that all tiles have together.
  static func lanes(_ tokens: Int) -> Int { (tokens + lane - 1) / lane * lane }
}
