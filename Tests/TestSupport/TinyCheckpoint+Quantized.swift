import Checkpoints

extension TinyCheckpoint {
  /// The checkpoint in int8.
  public var quantizedDirectory: String {
    get throws {
      switch self {
      case .tied: try Self.quantizedTied.get()
      case .untied: try Self.quantizedUntied.get()
      }
    }
  }

  private static let quantizedTied = Result { try TinyCheckpoint.tied.writeQuantized() }
  private static let quantizedUntied = Result { try TinyCheckpoint.untied.writeQuantized() }

  private func writeQuantized() throws -> String {
    let target = "\(Fixtures.temporary)/\(rawValue)-int8"
    try CheckpointQuantizer(Checkpoint(directory: directory)).write(to: target)
    return target
  }
}
