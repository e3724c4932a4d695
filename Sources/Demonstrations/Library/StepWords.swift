/// A step in words, as it is embedded and shown: `Click "Displays" (button) in "System Settings"`.
///
/// Places on the screen are left out: they mean nothing to a search for meaning.
enum StepWords {
  /// The longest part that is taken over of a text from elsewhere.
  private static let longest = 200

  /// The words of a step.
  static func of(_ step: Step) -> String {
    // What a person wrote of the step says it best.
    let description = step.action.raw?["description"]?.string.map(shortened)
    var words = description ?? phrase(step.action)
    if let title = step.observation.windowTitle ?? step.observation.appName, !title.isEmpty { words += " in \"\(shortened(title))\"" }
    if let reasoning = step.reasoning.map(shortened), !reasoning.isEmpty, reasoning != description { words += ". \(reasoning)" }
    return words
  }

  private static func phrase(_ action: Action) -> String {
    switch action.type {
    case .click: return "Click" + target(action)
    case .doubleClick: return "Double-click" + target(action)
    case .rightClick: return "Right-click" + target(action)
    case .drag: return "Drag" + target(action)
    case .scroll: return "Scroll" + (action.scrollDirection.map { " \($0.rawValue)" } ?? "") + target(action)
    case .hover: return "Point at" + target(action)
    case .type: return "Type" + quoted(action.text) + target(action, " into")
    case .clickAndType: return "Click" + target(action) + " and type" + quoted(action.text)
    case .key, .hotkey: return "Press " + ((action.modifiers ?? []) + [action.key ?? action.text ?? ""]).joined(separator: "+")
    case .wait: return "Wait"
    case .screenshot: return "Look at the screen"
    case .goto: return "Open the page " + (action.url ?? "")
    case .back: return "Go back a page"
    case .forward: return "Go forward a page"
    case .refresh: return "Load the page again"
    case .openApp: return "Open the program" + quoted(action.appName)
    case .closeApp: return "Close the program" + quoted(action.appName)
    case .selectMonitor: return "Choose a monitor"
    case .windowFocus: return "Bring the window to the front" + quoted(action.windowTitle)
    case .windowResize: return "Resize the window" + quoted(action.windowTitle)
    case .windowMove: return "Move the window" + quoted(action.windowTitle)
    case .done: return "Done"
    case .fail: return "Give up"
    }
  }

  /// What an action is done to.
  private static func target(_ action: Action, _ preposition: String = "") -> String {
    guard let element = action.element else { return "" }
    let role = element.role ?? ""
    guard let name = element.name, !name.isEmpty else { return role.isEmpty ? "" : "\(preposition) the \(shortened(role))" }
    return preposition + quoted(name) + (role.isEmpty ? "" : " (\(shortened(role)))")
  }

  private static func quoted(_ text: String?) -> String { text.map { " \"\(shortened($0))\"" } ?? "" }

  private static func shortened(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count > longest ? line.prefix(longest - 1) + "…" : line
  }
}
