import Checkpoints
import Testing

/// Expects a `CheckpointError` of the given kind whose message holds all the given parts.
func expectError(
  _ code: CheckpointError.Code, saying parts: String..., sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  let error = #expect(throws: CheckpointError.self, sourceLocation: sourceLocation) { try body() }
  guard let error else { return }
  #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
  for part in parts {
    #expect(error.description.contains(part), "\(error)", sourceLocation: sourceLocation)
  }
}
