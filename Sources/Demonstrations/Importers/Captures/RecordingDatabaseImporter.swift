import Foundation
import GRDB

/// Captures of openadapt-capture 0.3 and later: `recording.db`, with screens as PNG in it or as frames of an MP4 beside it.
public enum RecordingDatabaseImporter: DemonstrationImporter {
  /// The format's name.
  public static let name = "openadapt-capture (recording.db)"

  private static let fileName = "recording.db"

  /// Whether there is a `recording.db`.
  public static func recognizes(_ folder: DemonstrationFolder) -> Bool { folder.has(fileName) }

  /// Reads the recording; its database stays as it is.
  public static func read(_ folder: DemonstrationFolder, _ options: ImportOptions) throws -> ImportedDemonstrations {
    let database = try ReadOnlyDatabase(folder, fileName)
    let file = "\(folder.path)/\(fileName)"
    guard let row = try database.rows("SELECT * FROM recording ORDER BY timestamp DESC, id DESC LIMIT 1").first else {
      throw DemonstrationError(.empty, file: file, "the table recording has no row; the recording never began")
    }
    let frames = try frames(database, folder)
    return try recording(row, database, folder, file).imported(folder, file: file, format: name, frames: frames, options)
  }

  private static func recording(
    _ row: Row, _ database: ReadOnlyDatabase, _ folder: DemonstrationFolder, _ file: String
  ) throws(DemonstrationError) -> CaptureRecording {
    guard let start = row.number("timestamp") else {
      throw DemonstrationError(.missingField, file: file, field: "recording.timestamp", "is missing; the recording has no beginning")
    }
    let config = row.json("config")
    var metadata: [String: JSONValue] = ["recording_id": .integer(row.number("id").flatMap { Int(exactly: $0) } ?? 0)]
    if let config { metadata["config"] = config }
    let ratio = row.number("pixel_ratio") ?? config?.object?["pixel_ratio"]?.double
    if let ratio { metadata["pixel_ratio"] = .number(ratio) }
    var thresholds = EventThresholds()
    if let seconds = row.number("double_click_interval_seconds"), seconds > 0 { thresholds.doubleClickInterval = seconds }
    if let distance = row.number("double_click_distance_pixels"), distance > 0 { thresholds.doubleClickDistance = distance }

    let contexts = try EventContexts(database)
    var problems: [DemonstrationError] = []
    var events: [RawEvent] = []
    for event in try database.rows("SELECT * FROM action_event ORDER BY timestamp, id") {
      if event.number("disabled") == 1 || event.number("parent_id") != nil { continue }
      do throws(DemonstrationError) {
        var raw = try self.event(event)
        raw.context = contexts.context(of: event, at: raw.time)
        events.append(raw)
      } catch {
        problems.append(error.at(file: file))
      }
    }
    let recorded = screenSize(width: row.number("monitor_width"), height: row.number("monitor_height"))
    return CaptureRecording(
      episodeID: "capture_\(folder.name)", instruction: row.text("task_description").flatMap { $0.isEmpty ? nil : $0 },
      platform: row.text("platform"), start: start, events: events, thresholds: thresholds,
      space: space(config: config, ratio: ratio, recorded: recorded), metadata: metadata, problems: problems)
  }

  /// Recordings of a window or of the whole desktop have coordinates of their frames; older ones have logical points, which the ratio makes
  /// pixels.
  private static func space(config: JSONValue?, ratio: Double?, recorded: ScreenSize?) -> (ScreenSize?) -> CoordinateSpace {
    func viewport(_ name: String) -> ScreenSize? {
      guard let pair = config?.object?[name]?.object?["viewport"]?.array, pair.count == 2 else { return nil }
      return screenSize(width: pair[0].double, height: pair[1].double)
    }
    let isScoped = config?.object?["capture_window"]?.object != nil || config?.object?["capture_desktop"]?.object != nil
    let own = viewport("capture_window") ?? viewport("capture_desktop")
    return { frame in
      if isScoped {
        let scale = frame.flatMap { frame in (own ?? recorded).map { Double(frame.width) / Double($0.width) } } ?? 1
        return CoordinateSpace(scale: scale, size: frame ?? own ?? recorded)
      }
      let scale = ratio ?? frame.flatMap { frame in recorded.map { Double(frame.width) / Double($0.width) } } ?? 1
      return CoordinateSpace(scale: scale, size: frame ?? recorded)
    }
  }

  static func screenSize(width: Double?, height: Double?) -> ScreenSize? {
    guard let width, let height, let columns = Int(exactly: width.rounded()), let rows = Int(exactly: height.rounded()), columns > 0,
      rows > 0
    else { return nil }
    return ScreenSize(width: columns, height: rows)
  }

  private static func event(_ row: Row) throws(DemonstrationError) -> RawEvent {
    let id = row.text("id") ?? "?"
    func missing(_ column: String, _ what: String) -> DemonstrationError {
      DemonstrationError(.missingField, field: "action_event.\(column)", "\(what) of row \(id) is missing; the event is left out")
    }
    func number(_ column: String) throws(DemonstrationError) -> Double {
      guard let number = row.number(column) else { throw missing(column, "the number") }
      return number
    }
    func point() throws(DemonstrationError) -> Point { Point(x: try number("mouse_x"), y: try number("mouse_y")) }
    func key() throws(DemonstrationError) -> Key {
      guard
        let key = Key(
          name: row.text("key_name"), character: row.text("key_char"), code: row.text("key_vk"),
          canonicalName: row.text("canonical_key_name"),
          canonicalCharacter: row.text("canonical_key_char"), canonicalCode: row.text("canonical_key_vk"))
      else { throw missing("key_name", "the key") }
      return key
    }
    let kind: RawEvent.Kind
    switch row.text("name") ?? "" {
    case "move": kind = .move(try point())
    case "click":
      guard let name = row.text("mouse_button_name"), !name.isEmpty else { throw missing("mouse_button_name", "the button") }
      let button = MouseButton(name: name)
      kind = try number("mouse_pressed") != 0 ? .down(try point(), button) : .up(try point(), button)
    case "scroll": kind = Wheel.scroll(try point(), dx: try number("mouse_dx"), dy: try number("mouse_dy"))
    case "press": kind = .press(try key())
    case "release": kind = .release(try key())
    case let other:
      throw DemonstrationError(
        .invalidField, field: "action_event.name",
        "expected move, click, scroll, press or release in row \(id), found \"\(other)\"; it is left out")
    }
    return RawEvent(time: try number("timestamp"), kind: kind, frame: row.number("screenshot_timestamp"))
  }

  // MARK: Frames

  private static func frames(_ database: ReadOnlyDatabase, _ folder: DemonstrationFolder) throws(DemonstrationError) -> CaptureFrames {
    var problems: [DemonstrationError] = []
    let columns = try database.columns(of: "screenshot")
    if columns.contains("png_data") {
      let rows = try database.rows(
        "SELECT id, timestamp FROM screenshot WHERE length(png_data) BETWEEN 1 AND \(64 << 20) AND timestamp IS NOT NULL ORDER BY timestamp, id"
      )
      if !rows.isEmpty {
        let times = rows.map { $0.number("timestamp") ?? 0 }
        let ids = rows.map { $0.text("id") ?? "" }
        return CaptureFrames(times: times, tolerance: nil) { (index) throws(DemonstrationError) in
          guard let bytes = try database.rows("SELECT png_data FROM screenshot WHERE id = ?", [ids[index]]).first?.bytes("png_data"),
            let size = ScreenSize(ofPNG: bytes)
          else { throw DemonstrationError(.malformed, "the screenshot \(ids[index]) is no PNG") }
          return CaptureFrames.Screen(bytes: bytes, size: size)
        }
      }
    }
    let videos = folder.names(ending: ".mp4")
    guard let video = videos.first(where: { $0.hasPrefix("oa_recording-") }) ?? videos.first(where: { $0 == "video.mp4" }) else {
      return .none()
    }
    do throws(DemonstrationError) {
      let path = try folder.file(video)
      let start = try database.rows("SELECT * FROM recording ORDER BY timestamp DESC, id DESC LIMIT 1").first
      let began = start?.number("video_start_time") ?? start?.number("timestamp") ?? 0
      let timing = try VideoTiming(file: path)
      if let captures = timing?.captures, !captures.isEmpty {
        return try .video(path, times: captures, start: began, tolerance: nil)
      }
      let frames = timing.map { $0.frames.map { (frame: $0.frame, time: began + $0.seconds) } }
      return try .video(path, times: frames, start: began, tolerance: 0.5)
    } catch {
      problems.append(error)
      return .none(problems)
    }
  }
}

/// Turns of a wheel as pynput counts them.
enum Wheel {
  /// Pixels that one notch is taken for, as OpenAdapt's converters do.
  static let pixels = 100.0

  /// pynput counts up and right as positive.
  static func scroll(_ point: Point, dx: Double, dy: Double) -> RawEvent.Kind { .scroll(point, dx: dx * pixels, dy: -dy * pixels) }
}
