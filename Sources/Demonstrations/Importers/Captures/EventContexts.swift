import GRDB

/// What a recording knows of programs, windows, pages and elements at any moment.
struct EventContexts {
  private struct Window {
    let time: Double
    let title: String?
    let appName: String?
  }

  private struct Page {
    let time: Double
    let url: String?
    let element: UIElement?
  }

  private var windows: [Window] = []
  private var windowByID: [String: Window] = [:]
  private var pages: [Page] = []

  init(_ database: ReadOnlyDatabase) throws(DemonstrationError) {
    // Older recorders have neither table, or have them empty.
    if try !database.columns(of: "window_event").isEmpty {
      for row in try database.rows("SELECT * FROM window_event ORDER BY timestamp, id") {
        let window = Self.window(row)
        windows.append(window)
        if let id = row.text("id") { windowByID[id] = window }
      }
    }
    if try !database.columns(of: "browser_event").isEmpty {
      for row in try database.rows("SELECT * FROM browser_event ORDER BY timestamp, id") {
        if let page = Self.page(row) { pages.append(page) }
      }
    }
  }

  /// The program's name is what the window's state says; titles from macOS begin with it, which is then taken off.
  private static func window(_ row: Row) -> Window {
    let state = row.json("state")?.object
    let meta = state?["meta"]?.object
    let owner = state?["owner"]?.string ?? meta?["kCGWindowOwnerName"]?.string ?? state?["app_name"]?.string
    var title = row.text("title")
    if let owner, let full = title, full.hasPrefix(owner + " ") { title = String(full.dropFirst(owner.count + 1)) }
    return Window(time: row.number("timestamp") ?? 0, title: title, appName: owner)
  }

  private static func page(_ row: Row) -> Page? {
    let message = row.json("message")?.object
    guard let inner = message?["message"]?.object ?? message else { return nil }
    let payload = inner["payload"]?.object ?? inner
    let url = payload["url"]?.string ?? inner["url"]?.string
    let element = payload["element"]?.object.map { self.element($0) }
    return Page(time: row.number("timestamp") ?? 0, url: url, element: element)
  }

  private static func element(_ fields: [String: JSONValue]) -> UIElement {
    var element = UIElement(
      role: fields["role"]?.string, name: fields["name"]?.string, value: fields["state"]?.object?["value"]?.string,
      elementID: fields["id"]?.string, xpath: fields["xpath"]?.string,
      selector: fields["cssSelector"]?.string ?? fields["css_selector"]?.string)
    // The kind of an input field says whether it holds a secret.
    if let kind = fields["type"]?.string ?? fields["inputType"]?.string, kind.lowercased() == "password" { element.role = "password" }
    if let box = fields["bbox"]?.object {
      let numbers = ["x", "y", "width", "height"].compactMap { box[$0]?.double.flatMap { Int(exactly: $0.rounded()) } }
      if numbers.count == 4, numbers[2] >= 0, numbers[3] >= 0 {
        element.bounds = BoundingBox(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
      }
    }
    return element
  }

  /// What was known when an event happened: what Windows' accessibility said at that moment, else the last window and page before it.
  func context(of row: Row, at time: Double) -> EventContext {
    var context = EventContext()
    let window = row.text("window_event_id").flatMap { windowByID[$0] } ?? windows.lastIndex(notAfter: time, \.time).map { windows[$0] }
    context.windowTitle = window?.title
    context.appName = window?.appName
    // What a browser's extension noted comes within a moment of the event itself.
    let page = pages.lastIndex(notAfter: time + 0.1, \.time).map { pages[$0] }
    context.url = page?.url
    if let page, abs(page.time - time) <= 0.1 { context.element = page.element }
    if let seen = row.json("structural_observation")?.object {
      let element = seen["element"]?.object
      if let element { context.element = Self.automationElement(element) }
      if let title = seen["window"]?.object?["title"]?.string, !title.isEmpty { context.windowTitle = title }
      if let program = seen["process"]?.object?["process_name"]?.string, !program.isEmpty { context.appName = program }
    }
    return context
  }

  private static func automationElement(_ fields: [String: JSONValue]) -> UIElement {
    var element = UIElement(
      role: fields["role"]?.string ?? fields["control_type"]?.string, name: fields["name"]?.string,
      automationID: fields["automation_id"]?.string)
    if case .bool(true) = fields["is_password"] ?? .null { element.role = "password" }
    if let box = fields["bounds"]?.object {
      let sides = ["left", "top", "right", "bottom"].compactMap { box[$0]?.double.flatMap { Int(exactly: $0.rounded()) } }
      if sides.count == 4 {
        let (width, isWide) = sides[2].subtractingReportingOverflow(sides[0])
        let (height, isHigh) = sides[3].subtractingReportingOverflow(sides[1])
        if !isWide, !isHigh, width >= 0, height >= 0 {
          element.bounds = BoundingBox(x: sides[0], y: sides[1], width: width, height: height)
        }
      }
    }
    return element
  }
}
