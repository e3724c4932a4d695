package import Embedding
import Foundation
import Media

/// One line of JSON input: an item by the reference's keys.
package struct ItemRecord: Decodable {
  package let item: Result<Item, ItemError>

  private enum Key: String, CodingKey, CaseIterable {
    case text, image, video, pdf, instruction
    case fps, pages, password
    case maximumFrames = "max_frames"
    case frameCount = "num_frames"
    case totalPixels = "total_pixels"
    case start = "video_start"
    case end = "video_end"
    case frameRate = "sample_fps"
  }

  private typealias Container = KeyedDecodingContainer<Key>

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    do throws(ItemError) {
      item = .success(
        Item(
          texts: try Self.list(container, .text),
          images: try Self.list(container, .image).map { ImageSource($0) },
          videos: try Self.videos(container),
          documents: try Self.documents(container),
          instruction: try Self.value(container, .instruction, "a string")))
    } catch {
      item = .failure(error)
    }
  }

  /// Videos with what the line says of their frames.
  private static func videos(_ container: Container) throws(ItemError) -> [VideoInput] {
    guard let value = try value(container, .video, VideoValue.expected) as VideoValue? else { return [] }
    var videos: [VideoInput] = []
    for source in value.sources {
      var video = VideoInput(source)
      video.frameRate = try number(container, .frameRate)
      video.framesPerSecond = try number(container, .fps)
      video.maximumFrames = try count(container, .maximumFrames)
      video.frameCount = try count(container, .frameCount)
      video.totalPixels = try count(container, .totalPixels)
      video.start = try self.value(container, .start, "a number of seconds")
      video.end = try self.value(container, .end, "a number of seconds")
      videos.append(video)
    }
    return videos
  }

  private static func documents(_ container: Container) throws(ItemError) -> [DocumentInput] {
    let paths = try list(container, .pdf)
    var pages = PageRanges.all
    if let number = try? container.decodeIfPresent(Int.self, forKey: .pages) {
      pages = try ranges("\(number)")
    } else if let text: String = try value(container, .pages, "a number or a string such as \"1-3,7\"") {
      pages = try ranges(text)
    }
    let password: String? = try value(container, .password, "a string")
    return paths.map { DocumentInput(FileSource($0), pages: pages, password: password) }
  }

  private static func ranges(_ text: String) throws(ItemError) -> PageRanges {
    do throws(MediaError) { return try PageRanges(text) } catch { throw ItemError(.malformedInput, error.reason) }
  }

  private static func number(_ container: Container, _ key: Key) throws(ItemError) -> Double? {
    guard let number: Double = try value(container, key, "a number above 0") else { return nil }
    guard number > 0, number.isFinite else { throw ItemError(.malformedInput, "\(key.rawValue) is \(number), expected a number above 0") }
    return number
  }

  private static func count(_ container: Container, _ key: Key) throws(ItemError) -> Int? {
    guard let count: Int = try value(container, key, "a whole number, 1 or more") else { return nil }
    guard count >= 1 else { throw ItemError(.malformedInput, "\(key.rawValue) is \(count), expected 1 or more") }
    return count
  }

  private static func list(_ container: Container, _ key: Key) throws(ItemError) -> [String] {
    if let one = try? container.decodeIfPresent(String.self, forKey: key) { return [one] }
    return try value(container, key, "a string or a list of strings") ?? []
  }

  private static func value<Value: Decodable>(_ container: Container, _ key: Key, _ expected: String) throws(ItemError) -> Value? {
    do {
      return try container.decodeIfPresent(Value.self, forKey: key)
    } catch {
      throw ItemError(.malformedInput, "expected \(key.rawValue) to be \(expected)")
    }
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

/// What stands behind `video`: a file, a list of frames, or a list of either.
///
/// As in the reference, a list of texts is one video's frames where the first is a picture by its name, else a list of files.
private struct VideoValue: Decodable {
  static let expected = "a string, a list of frames (pictures), or a list of those"

  let sources: [VideoInput.Source]

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let file = try? container.decode(String.self) {
      sources = [.file(FileSource(file))]
    } else if let names = try? container.decode([String].self) {
      sources = Self.isPicture(names.first) ? [.frames(names.map { ImageSource($0) })] : names.map { .file(FileSource($0)) }
    } else {
      sources = try container.decode([Element].self).map(\.source)
    }
  }

  private struct Element: Decodable {
    let source: VideoInput.Source

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let file = try? container.decode(String.self) {
        source = .file(FileSource(file))
      } else {
        source = .frames(try container.decode([String].self).map { ImageSource($0) })
      }
    }
  }

  private static func isPicture(_ name: String?) -> Bool {
    guard let name else { return false }
    // What follows a URL's path is not part of the name.
    let path = name.contains("://") ? name.prefix { $0 != "?" && $0 != "#" } : name[...]
    return ImageFormat(ofFileNamed: String(path)) != nil
  }
}
