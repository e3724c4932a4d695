/// How many patches a picture has in time, down and across.
public struct PatchGrid: Sendable, Hashable {
  /// Steps in time, each of several frames; 1 for a picture.
  public var temporal: Int
  /// Rows of patches.
  public var height: Int
  /// Patches in a row.
  public var width: Int

  /// A grid.
  public init(temporal: Int, height: Int, width: Int) {
    self.temporal = temporal
    self.height = height
    self.width = width
  }

  /// Patches in all.
  public var patchCount: Int { temporal * height * width }

  /// Tokens that the language model sees: one for every merge block.
  public func tokenCount(mergeSize: Int) -> Int { patchCount / (mergeSize * mergeSize) }
}

/// A picture cut into normalised patches, ready for the vision tower.
public struct ImagePatches: Sendable, Equatable {
  /// The grid that the patches form.
  public let grid: PatchGrid
  /// Numbers, one row for each patch.
  ///
  /// The patches of a merge block follow each other; blocks go row by row.
  ///
  /// - Shape: [patches][channel, frame, y, x], f32
  public let values: [Float]
}
