/// Why bytes are not a pickle that is read here.
struct PickleError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The place of the instruction at fault, in bytes from the beginning.
  let offset: Int
  /// One sentence for a person.
  let reason: String

  var description: String { "not a readable pickle: byte \(offset): \(reason)" }
}
