import Foundation

/// When the frames of a capture's video were to be seen, out of the box that the recorder writes behind the video.
struct VideoTiming: Equatable {
  /// Frames in rising order, with seconds from the video's beginning.
  let frames: [(frame: Int, seconds: Double)]
  /// Frames with the time of the screen that each is, in seconds since 1970: what actions are bound to.
  let captures: [(frame: Int, time: Double)]

  private static let identity: [UInt8] = [
    0xD8, 0xE9, 0x0F, 0x06, 0x20, 0xB4, 0x4E, 0x0C, 0xB4, 0x49, 0x4F, 0x70, 0x65, 0x6E, 0x41, 0x64,
  ]
  private static let schema = "openadapt.capture-video-timing/v1"
  private static let maximumBytes: UInt64 = 16 << 20

  static func == (one: VideoTiming, other: VideoTiming) -> Bool {
    one.frames.map(\.frame) == other.frames.map(\.frame) && one.frames.map(\.seconds) == other.frames.map(\.seconds)
      && one.captures.map(\.frame) == other.captures.map(\.frame) && one.captures.map(\.time) == other.captures.map(\.time)
  }

  /// Reads the box of an MP4 file; nil where it has none.
  ///
  /// - Throws: ``DemonstrationError`` for a file that is no sequence of boxes, or a box that is not as its schema says.
  init?(file path: String) throws(DemonstrationError) {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw DemonstrationError(.unreadable, file: path, "cannot be read; allow it")
    }
    defer { try? handle.close() }
    do {
      guard let payload = try Self.payload(handle, path) else { return nil }
      try self.init(try JSONValue(parsing: payload))
    } catch let error as DemonstrationError {
      throw error.at(file: path)
    } catch {
      throw DemonstrationError(.unreadable, file: path, "cannot be read: \(error.localizedDescription)")
    }
  }

  private static func payload(_ handle: FileHandle, _ path: String) throws -> Data? {
    let end = try handle.seekToEnd()
    var offset: UInt64 = 0
    while offset + 8 <= end {
      try handle.seek(toOffset: offset)
      let head = Array(try handle.read(upToCount: 32) ?? Data())
      guard head.count >= 8 else { return nil }
      func number(_ start: Int, _ count: Int) -> UInt64 { head[start..<start + count].reduce(0) { $0 << 8 | UInt64($1) } }
      var size = number(0, 4)
      var headerSize: UInt64 = 8
      if size == 1 {
        guard head.count >= 16 else { return nil }
        size = number(8, 8)
        headerSize = 16
      } else if size == 0 {
        size = end - offset
      }
      guard size >= headerSize, size <= end - offset else {
        throw DemonstrationError(.malformed, file: path, "the box at byte \(offset) is longer than the file; the video is damaged")
      }
      let start = Int(headerSize)
      if head[4..<8].elementsEqual("uuid".utf8), size >= headerSize + 16, head.count >= start + 16,
        head[start..<start + 16].elementsEqual(identity)
      {
        let count = size - headerSize - 16
        guard count <= maximumBytes else {
          throw DemonstrationError(.limitExceeded, file: path, "the box of times has \(count) bytes; at most \(maximumBytes) are read")
        }
        try handle.seek(toOffset: offset + headerSize + 16)
        return try handle.read(upToCount: Int(count)) ?? Data()
      }
      offset += size
    }
    return nil
  }

  private init(_ value: JSONValue) throws(DemonstrationError) {
    guard value.object?["schema"]?.string == Self.schema else {
      throw DemonstrationError(
        .unsupportedVersion, field: "schema", "expected the video's times as \(Self.schema), found another schema")
    }
    frames = try Self.pairs(value, "frames", isStrict: false).map { ($0.0, $0.1) }
    captures = try Self.pairs(value, "captures", isStrict: true).map { ($0.0, $0.1) }
  }

  private static func pairs(_ value: JSONValue, _ name: String, isStrict: Bool) throws(DemonstrationError) -> [(Int, Double)] {
    var pairs: [(Int, Double)] = []
    for element in value.object?[name]?.array ?? [] {
      guard let pair = element.array, pair.count == 2, case .integer(let frame) = pair[0], let time = pair[1].double, time.isFinite,
        frame >= 0
      else { throw DemonstrationError(.malformed, field: name, "expected pairs of a frame's number and a time") }
      if let last = pairs.last, frame <= last.0 || time < last.1 || (isStrict && time == last.1) {
        throw DemonstrationError(.malformed, field: name, "expected rising frames and times, found (\(frame), \(time)) after \(last)")
      }
      pairs.append((frame, time))
    }
    return pairs
  }
}
