/// What turns items into vectors of unit length.
public protocol ItemEmbedder: Sendable {
  /// Numbers of a whole vector.
  var dimensions: Int { get }

  /// Embeds items, many at once.
  ///
  /// An item's vector does not depend on the others: it has the same bits alone, in any list and in any order.
  ///
  /// - Parameters:
  ///   - items: What to embed.
  ///   - dimensions: Numbers per vector, a Matryoshka prefix; `nil` for all.
  ///   - progress: Called with the number of items that are done.
  /// - Returns: For each item, in order, its vector or why there is none.
  /// - Throws: `ModelError` when the model has fewer dimensions, `CancellationError` when the task is cancelled.
  func embed(
    _ items: [Item], dimensions: Int?, progress: (@Sendable (Int) -> Void)?
  ) async throws -> [Result<[Float], ItemError>]
}

extension ItemEmbedder {
  /// Embeds items without reporting progress.
  public func embed(_ items: [Item], dimensions: Int? = nil) async throws -> [Result<[Float], ItemError>] {
    try await embed(items, dimensions: dimensions, progress: nil)
  }

  /// Embeds one item.
  ///
  /// - Throws: `ItemError` when it cannot be embedded, and what embedding a list throws.
  public func embed(_ item: Item, dimensions: Int? = nil) async throws -> [Float] {
    try await embed([item], dimensions: dimensions)[0].get()
  }

  /// The number of dimensions that a caller asked for, or all.
  func check(_ dimensions: Int?) throws(ModelError) -> Int {
    guard let dimensions else { return self.dimensions }
    guard (1...self.dimensions).contains(dimensions) else {
      throw ModelError(
        "\(dimensions) dimensions were asked for; this model's vectors have 1 to \(self.dimensions) (64 and more are advised)")
    }
    return dimensions
  }
}
