/// What attention adds to the score of a key, by head and by how far the key stands from its query.
public struct DistanceBias: Sendable {
  /// Query heads.
  public let heads: Int
  /// Distances beyond it count as it.
  public let reach: Int
  private let numbers: Vector

  /// A bias of the given numbers.
  ///
  /// - Parameters:
  ///   - heads: Query heads.
  ///   - reach: Distances beyond it, to either side, count as it.
  ///   - value: The number of a head for a key that stands `distance` places behind its query; negative distances are before it.
  public init(heads: Int, reach: Int, value: (_ head: Int, _ distance: Int) -> Float) {
    precondition(heads > 0 && reach >= 0 && reach < 1 << 30)
    self.heads = heads
    self.reach = reach
    numbers = Vector((0..<heads).flatMap { head in (-reach...reach).map { value(head, $0) } })
  }

  var base: UnsafePointer<Float> { numbers.base }
}
