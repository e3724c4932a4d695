/// How the names in a checkpoint map to the names that a model uses: by the prefix of each of its parts.
///
/// The same weights circulate under several prefixes, depending on the class that saved them. Which one a checkpoint uses is decided once,
/// for each part, by a tensor that every checkpoint has.
public struct NameLayout: Sendable {
  /// One part of the model.
  public struct Part: Sendable {
    /// The prefix that the model uses, such as `language_model.` with its period.
    public let prefix: String
    /// A tensor that is always there, without prefix.
    public let landmark: String
    /// Prefixes under which files have it, the longest and most specific first.
    public let stored: [String]

    /// A part that files have under the `stored` prefixes.
    public init(prefix: String, landmark: String, stored: [String]) {
      self.prefix = prefix
      self.landmark = landmark
      self.stored = stored
    }
  }

  private let parts: [Part]

  /// A layout of the given parts.
  public init(_ parts: [Part]) {
    self.parts = parts
  }

  /// The file's name of each tensor, by the model's name.
  ///
  /// Tensors of no part keep their name.
  func modelNames(of checkpoint: Checkpoint) throws(CheckpointError) -> [String: String] {
    var prefixes: [(stored: String, model: String)] = []
    for part in parts {
      let found = part.stored.filter { checkpoint.files[$0 + part.landmark] != nil }
      guard found.count <= 1 else {
        throw CheckpointError(
          .invalidTensor, file: checkpoint.directory,
          "holds \(part.landmark) under several prefixes (\(found.joined(separator: ", "))): two models in one folder")
      }
      if let prefix = found.first { prefixes.append((prefix, part.prefix)) }
    }
    // The longest prefix first, so that `model.` does not take what belongs to `model.visual.`
    prefixes.sort { $0.stored.count > $1.stored.count }
    var names: [String: String] = [:]
    for stored in checkpoint.files.keys.sorted() {
      let match = prefixes.first { stored.hasPrefix($0.stored) }
      let name = match.map { $0.model + stored.dropFirst($0.stored.count) } ?? stored
      if let other = names[name] {
        throw CheckpointError(.invalidTensor, file: checkpoint.directory, "holds \(name) twice, as \(other) and as \(stored)")
      }
      names[name] = stored
    }
    return names
  }
}
