import Foundation
import GRDB

/// Captures of openadapt-capture up to 0.2: `capture.db`, with screens as frames of `video.mp4` or as files.
public enum CaptureDatabaseImporter: DemonstrationImporter {
  /// The format's name.
  public static let name = "openadapt-capture (capture.db)"

  private static let fileName = "capture.db"

  /// Whether there is a `capture.db`.
  public static func recognizes(_ folder: DemonstrationFolder) -> Bool { folder.has(fileName) }

  /// Reads the newest capture of the database, which stays as it is.
  public static func read(_ folder: DemonstrationFolder, _ options: ImportOptions) throws -> ImportedDemonstrations {
    let database = try ReadOnlyDatabase(folder, fileName)
    let file = "\(folder.path)/\(fileName)"
    guard let row = try database.rows("SELECT * FROM capture ORDER BY started_at DESC LIMIT 1").first, let id = row.text("id"),
      let start = row.number("started_at")
    else { throw DemonstrationError(.empty, file: file, "the table capture has no row with an id and a beginning; record the task again") }

    let rows = try database.rows(
      "SELECT * FROM events WHERE parent_id IS NULL AND timestamp >= ? AND timestamp <= ? ORDER BY timestamp, id",
      [start, row.number("ended_at") ?? Double.greatestFiniteMagnitude])
    var events: [RawEvent] = []
    var screens: [(time: Double, path: String?)] = []
    var problems: [DemonstrationError] = []
    for event in rows {
      do throws(DemonstrationError) {
        guard let time = event.number("timestamp"), let fields = event.json("data")?.object else {
          throw DemonstrationError(
            .malformed, field: "events.data", "row \(event.text("id") ?? "?") is no JSON with a timestamp; the event is left out")
        }
        let type = event.text("type") ?? ""
        if type == "screen.frame" {
          screens.append((time, fields["image_path"]?.string))
        } else {
          events += try Self.events(type, fields, time)
        }
      } catch {
        problems.append(error.at(file: file))
      }
    }

    var thresholds = EventThresholds()
    if let seconds = row.number("double_click_interval_seconds"), seconds > 0 { thresholds.doubleClickInterval = seconds }
    if let distance = row.number("double_click_distance_pixels"), distance > 0 { thresholds.doubleClickDistance = distance }
    var metadata: [String: JSONValue] = ["capture_id": .string(id)]
    if let stored = row.json("metadata") { metadata["capture_metadata"] = stored }
    let ratio = row.number("pixel_ratio").flatMap { $0 > 0 ? $0 : nil } ?? 1
    metadata["pixel_ratio"] = .number(ratio)
    let recorded = RecordingDatabaseImporter.screenSize(width: row.number("screen_width"), height: row.number("screen_height"))
    let recording = CaptureRecording(
      episodeID: "capture_\(id)", instruction: row.text("task_description").flatMap { $0.isEmpty ? nil : $0 },
      platform: row.text("platform"), start: start, events: events, thresholds: thresholds,
      space: { frame in
        // The mouse is in logical points, the screen's size in pixels; a frame may be smaller than the screen.
        let shrunk = frame.flatMap { frame in recorded.map { Double(frame.width) / Double($0.width) } } ?? 1
        return CoordinateSpace(scale: ratio * shrunk, size: frame ?? recorded)
      },
      metadata: metadata, problems: problems)
    let frames = frames(folder, id: id, row, screens: screens, events: events)
    return try recording.imported(folder, file: file, format: name, frames: frames, options)
  }

  /// What a row says: one event, or those that a derived one was made of.
  private static func events(
    _ type: String, _ fields: [String: JSONValue], _ time: Double
  ) throws(DemonstrationError) -> [RawEvent] {
    func number(_ name: String) throws(DemonstrationError) -> Double {
      guard let number = fields[name]?.double else {
        throw DemonstrationError(.missingField, field: "events.data.\(name)", "is missing in an event of type \(type); it is left out")
      }
      return number
    }
    func point() throws(DemonstrationError) -> Point { Point(x: try number("x"), y: try number("y")) }
    func button() throws(DemonstrationError) -> MouseButton {
      guard let name = fields["button"]?.string else {
        throw DemonstrationError(.missingField, field: "events.data.button", "is missing in an event of type \(type); it is left out")
      }
      return MouseButton(name: name)
    }
    func key() throws(DemonstrationError) -> Key {
      let text = { (name: String) in
        fields[name].flatMap { $0.string ?? $0.double.flatMap { Int(exactly: $0.rounded()) }.map { String($0) } }
      }
      guard
        let key = Key(
          name: text("key_name"), character: text("key_char"), code: text("key_vk"), canonicalName: text("canonical_key_name"),
          canonicalCharacter: text("canonical_key_char"), canonicalCode: text("canonical_key_vk"))
      else {
        throw DemonstrationError(.missingField, field: "events.data.key_name", "an event of type \(type) names no key; it is left out")
      }
      return key
    }
    let kinds: [RawEvent.Kind]
    switch type {
    case "mouse.move": kinds = [.move(try point())]
    case "mouse.down": kinds = [.down(try point(), try button())]
    case "mouse.up": kinds = [.up(try point(), try button())]
    case "mouse.scroll": kinds = [Wheel.scroll(try point(), dx: try number("dx"), dy: try number("dy"))]
    case "key.down": kinds = [.press(try key())]
    case "key.up": kinds = [.release(try key())]
    case "mouse.singleclick", "mouse.click": kinds = [.down(try point(), try button()), .up(try point(), try button())]
    case "mouse.doubleclick":
      kinds = [
        .down(try point(), try button()), .up(try point(), try button()), .down(try point(), try button()), .up(try point(), try button()),
      ]
    case "mouse.drag":
      let start = try point()
      kinds = [.down(start, try button()), .up(Point(x: start.x + (try number("dx")), y: start.y + (try number("dy"))), try button())]
    case "key.type":
      kinds = (fields["text"]?.string ?? "").map { character in
        let named = ["\n": "enter", "\r": "enter", "\t": "tab"][String(character)]
        return .press(named.map { Key(named: $0) } ?? Key(typing: String(character)))
      }
    case "audio.chunk": kinds = []
    default:
      throw DemonstrationError(.invalidField, field: "events.type", "the type \"\(type)\" is not known; the event is left out")
    }
    return kinds.map { RawEvent(time: time, kind: $0) }
  }

  // MARK: Frames

  private static func frames(
    _ folder: DemonstrationFolder, id: String, _ row: Row, screens: [(time: Double, path: String?)], events: [RawEvent]
  ) -> CaptureFrames {
    var problems: [DemonstrationError] = []
    if folder.has("video.mp4") {
      do throws(DemonstrationError) {
        let start = row.number("video_start_time") ?? row.number("started_at") ?? 0
        let path = try folder.file("video.mp4")
        // The recorder notes each frame as it writes it, and repeats the last one when it closes the video.
        let frames = try CaptureFrames.video(
          path, times: screens.isEmpty ? nil : screens.enumerated().map { ($0.offset, $0.element.time) }, start: start, tolerance: 0.5)
        if !frames.isEmpty { return frames }
      } catch {
        problems.append(error)
      }
    }
    // Screens that were written as files, each named by its event.
    let files = screens.compactMap { screen in screen.path.flatMap { try? folder.file($0) }.map { (screen.time, $0) } }
    if !files.isEmpty { return self.files(files, tolerance: 0.5, problems) }
    // What openadapt-ml took out of the video before: numbered by its own count of actions.
    let prefix = "capture_\(id)_step_"
    guard folder.isFolder("screenshots"), let screenshots = try? folder.folder("screenshots") else { return .none(problems) }
    let starts = OpenAdaptActions.starts(of: events)
    var numbered: [(Double, String)] = []
    for name in screenshots.names where name.hasPrefix(prefix) && name.hasSuffix(".png") {
      guard let number = Int(name.dropFirst(prefix.count).dropLast(4)), starts.indices.contains(number),
        let file = try? screenshots.file(name)
      else { continue }
      numbered.append((starts[number], file))
    }
    return numbered.isEmpty ? .none(problems) : self.files(numbered.sorted { $0.0 < $1.0 }, tolerance: nil, problems)
  }

  private static func files(_ files: [(Double, String)], tolerance: Double?, _ problems: [DemonstrationError]) -> CaptureFrames {
    CaptureFrames(times: files.map(\.0), tolerance: tolerance, problems: problems) { (index) throws(DemonstrationError) in
      let path = files[index].1
      guard let data = FileManager.default.contents(atPath: path), let size = ScreenSize(ofPNG: data) else {
        throw DemonstrationError(.malformed, file: path, "is no PNG")
      }
      return CaptureFrames.Screen(bytes: Array(data), size: size)
    }
  }
}

/// When the actions began that openadapt-capture itself makes of events: the count by which openadapt-ml names its screenshots.
enum OpenAdaptActions {
  /// The beginning of each, in order.
  static func starts(of events: [RawEvent]) -> [Double] {
    var starts: [Double] = []
    var keysDown: Set<String> = []
    var isTyping = false
    var isScrolling = false
    var down: (place: Point, button: MouseButton, time: Double)?
    var lastClick: (place: Point, button: MouseButton, time: Double)?
    for event in events {
      switch event.kind {
      case .press(let key):
        if !isTyping { starts.append(event.time) }
        isTyping = true
        keysDown.insert(key.identity)
      case .release(let key):
        // A group of keys ends when none is held.
        if !isTyping { starts.append(event.time) }
        keysDown.remove(key.identity)
        isTyping = !keysDown.isEmpty
      default:
        isTyping = false
        keysDown = []
      }
      if case .scroll = event.kind {
        if !isScrolling { starts.append(event.time) }
        isScrolling = true
      } else {
        isScrolling = false
      }
      switch event.kind {
      case .down(let place, let button):
        let isSecond =
          lastClick.map {
            $0.button == button && event.time - $0.time <= 0.5 && abs($0.place.x - place.x) <= 5 && abs($0.place.y - place.y) <= 5
          } ?? false
        if !isSecond { starts.append(event.time) }
        lastClick = isSecond ? nil : (place, button, event.time)
        down = (place, button, event.time)
      case .up(_, let button):
        if down?.button != button { starts.append(event.time) }
        down = nil
      default: break
      }
    }
    return starts
  }
}
