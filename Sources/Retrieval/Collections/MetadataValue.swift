import Foundation

/// A value of a record's metadata.
public enum MetadataValue: Sendable, Hashable, Codable {
  /// A text.
  case text(String)
  /// A number.
  case number(Double)
  /// Yes or no.
  case flag(Bool)
  /// Several of these, such as tags.
  case list([MetadataValue])

  /// Reads a JSON string, number or boolean, or an array of these.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else {
      let values = try container.decode([MetadataValue].self)
      guard !values.contains(where: { if case .list = $0 { true } else { false } }) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "a list holds a list")
      }
      self = .list(values)
    }
  }

  /// Writes a JSON string, number or boolean, or an array of these.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .number(let number): try container.encode(number)
    case .flag(let flag): try container.encode(flag)
    case .list(let values): try container.encode(values)
    }
  }
}

extension MetadataValue {
  /// Metadata as a JSON object with its keys in order.
  static func encode(_ metadata: [String: MetadataValue]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(metadata), as: UTF8.self)
  }

  /// What ``encode(_:)`` wrote.
  static func decode(_ text: String) throws -> [String: MetadataValue] {
    try JSONDecoder().decode([String: MetadataValue].self, from: Data(text.utf8))
  }
}
