package import Embedding
import Foundation

/// One line of JSON input: an item by the reference's keys.
package struct ItemRecord: Decodable {
  package let item: Result<Item, ItemError>

  private enum Key: String, CodingKey, CaseIterable {
    case text, image, video, instruction
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    guard try !container.contains(.video) || container.decodeNil(forKey: .video) else {
      item = .failure(ItemError(.unsupportedInput, "has a video; this version takes texts and pictures"))
      return
    }
    do {
      item = .success(
        Item(
          texts: try Self.list(container, .text), images: try Self.list(container, .image).map { ImageSource($0) },
          instruction: try container.decodeIfPresent(String.self, forKey: .instruction)))
    } catch {
      item = .failure(ItemError(.malformedInput, "expected text and image to be a string or a list of strings, and instruction a string"))
    }
  }

  private static func list(_ container: KeyedDecodingContainer<Key>, _ key: Key) throws -> [String] {
    guard try container.contains(key) && !container.decodeNil(forKey: key) else { return [] }
    if let one = try? container.decode(String.self, forKey: key) { return [one] }
    return try container.decode([String].self, forKey: key)
  }

  /// Reads one line.
  ///
  /// A bare JSON string is a text.
  package static func parse(_ line: Substring) -> Result<Item, ItemError> {
    let data = Data(line.utf8)
    if let text = try? JSONDecoder().decode(String.self, from: data) { return .success(Item(text: text)) }
    guard let record = try? JSONDecoder().decode(ItemRecord.self, from: data) else {
      return .failure(
        ItemError(.malformedInput, #"is not a JSON object; expected a line such as {"text": "...", "image": "path or URL"}"#))
    }
    return record.item
  }
}
