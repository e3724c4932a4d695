import Checkpoints
import Qwen3VL
import TestSupport

/// A `config.json` that tests change field by field.
struct ConfigurationJSON {
  private var root: JSONValue

  /// The file of `Tests/Fixtures/checkpoints/<name>`.
  init(_ name: String) throws {
    root = try Fixtures.json(JSONValue.self, "checkpoints/\(name)/config.json")
  }

  /// The file with a small vocabulary, for checkpoints that are written in no time.
  static func small(_ checkpoint: TinyCheckpoint) throws -> ConfigurationJSON {
    try ConfigurationJSON(checkpoint.rawValue)
      .setting("text_config.vocab_size", .integer(48)).setting("image_token_id", .integer(40)).setting("video_token_id", .integer(41))
      .setting("vision_start_token_id", .integer(42)).setting("vision_end_token_id", .integer(43))
  }

  /// The same with one field changed, or left out for `nil`; dots lead into objects.
  func setting(_ path: String, _ value: JSONValue?) -> ConfigurationJSON {
    var copy = self
    copy.root = Self.setting(path.split(separator: ".").map(String.init)[...], value, in: root) ?? .null
    return copy
  }

  private static func setting(_ path: ArraySlice<String>, _ value: JSONValue?, in old: JSONValue) -> JSONValue? {
    guard let key = path.first else { return value }
    guard case .object(var members) = old else { return old }
    members[key] = setting(path.dropFirst(), value, in: members[key] ?? .object([:]))
    return .object(members)
  }

  /// The value of a field.
  subscript(path: String) -> JSONValue? {
    path.split(separator: ".").reduce(root as JSONValue?) { value, key in
      if case .object(let members)? = value { members[String(key)] } else { nil }
    }
  }

  /// What is read from it.
  var configuration: Configuration {
    get throws(CheckpointError) {
      guard case .object(let members) = root else { throw CheckpointError(.malformedFile, file: "config.json", "is no object") }
      return try Configuration(ConfigurationObject(file: "config.json", members: members))
    }
  }

  /// The file's text.
  var text: String { Self.text(root) }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): "\"\(value)\""
    case .array(let values): "[\(values.map(text).joined(separator: ", "))]"
    case .object(let members): "{\(members.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \(text($0.value))" }.joined(separator: ", "))}"
    }
  }
}
