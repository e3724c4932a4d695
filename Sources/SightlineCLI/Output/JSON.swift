import Foundation

/// JSON for programs.
enum JSON {
  /// One line of JSON with keys in order.
  static func line(_ value: some Encodable) throws -> String {
    try text(value, [.sortedKeys, .withoutEscapingSlashes])
  }

  /// JSON over several lines.
  static func pretty(_ value: some Encodable) throws -> String {
    try text(value, [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
  }

  /// Numbers as JSON with the fewest digits that give the same f32 again.
  ///
  /// JSON has no NaN and no infinity: they are `null`.
  static func numbers(_ values: [Float]) -> String {
    "[" + values.lazy.map { $0.isFinite ? "\($0)" : "null" }.joined(separator: ",") + "]"
  }

  /// Text as a JSON string.
  static func string(_ text: String) throws -> String {
    try line(text)
  }

  private static func text(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
