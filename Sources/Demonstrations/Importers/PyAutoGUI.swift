import Foundation

/// Actions written as calls of pyautogui, as Windows Agent Arena keeps them.
enum PyAutoGUI {
  /// The actions of a piece of code, in order.
  ///
  /// - Throws: ``DemonstrationError`` where there is none that is known.
  static func actions(_ code: String) throws(DemonstrationError) -> [Action] {
    switch code.trimmingCharacters(in: .whitespacesAndNewlines).uppercased() {
    case "DONE": return [Action(type: .done)]
    case "FAIL": return [Action(type: .fail)]
    case "WAIT": return [Action(type: .wait)]
    default: break
    }
    var actions: [Action] = []
    // A drag begins where the mouse was moved to before.
    var place: (Coordinates?, NormalizedCoordinates?) = (nil, nil)
    for call in ActionCall.all(in: code) {
      guard var action = action(call) else { continue }
      if action.type == .drag { (action.startCoordinates, action.normalizedStart) = place }
      if action.coordinates != nil || action.normalizedCoordinates != nil { place = (action.coordinates, action.normalizedCoordinates) }
      actions.append(action)
    }
    // A movement that a click or drag follows is part of it.
    for index in actions.indices.reversed() where actions[index].type == .hover && index + 1 < actions.count {
      let next = actions[index + 1]
      let usesPlace =
        [.click, .doubleClick, .rightClick, .drag].contains(next.type) && next.coordinates == nil && next.normalizedCoordinates == nil
      guard usesPlace else { continue }
      if next.type != .drag {
        (actions[index + 1].coordinates, actions[index + 1].normalizedCoordinates) = (
          actions[index].coordinates, actions[index].normalizedCoordinates
        )
      }
      actions.remove(at: index)
    }
    guard !actions.isEmpty else {
      throw DemonstrationError(
        .invalidField, field: "action", "expected calls of pyautogui, DONE or FAIL, found \"\(code.prefix(80))\"; write it as one of them")
    }
    return actions
  }

  private static func action(_ call: ActionCall) -> Action? {
    let name = call.name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    func number(_ position: Int, _ name: String) -> Double? {
      let value = call.named[name] ?? (call.positional.indices.contains(position) ? call.positional[position] : nil)
      if case .number(let number) = value { return number }
      return nil
    }
    func string(_ position: Int, _ name: String) -> String? {
      let value = call.named[name] ?? (call.positional.indices.contains(position) ? call.positional[position] : nil)
      if case .string(let text) = value { return text }
      return nil
    }
    func place() -> (Coordinates?, NormalizedCoordinates?) {
      guard let x = number(0, "x"), let y = number(1, "y") else { return (nil, nil) }
      // Fractions of the screen are written with a point.
      if x > 0, y > 0, x < 1, y < 1 { return (nil, NormalizedCoordinates(x: x, y: y)) }
      guard let left = Int(exactly: x.rounded()), let top = Int(exactly: y.rounded()), left >= 0, top >= 0 else { return (nil, nil) }
      return (Coordinates(x: left, y: top), nil)
    }
    func clicked(_ type: ActionType) -> Action {
      var action = Action(type: type)
      (action.coordinates, action.normalizedCoordinates) = place()
      return action
    }
    switch name {
    case "click":
      let button = string(5, "button") ?? "left"
      var action = clicked(button == "right" ? .rightClick : (number(2, "clicks") ?? 1) >= 2 ? .doubleClick : .click)
      if button == "middle" { action.raw = ["button": .string(button)] }
      return action
    case "doubleclick": return clicked(.doubleClick)
    case "rightclick": return clicked(.rightClick)
    case "middleclick":
      var action = clicked(.click)
      action.raw = ["button": .string("middle")]
      return action
    case "moveto": return clicked(.hover)
    case "dragto", "drag":
      var action = Action(type: .drag)
      (action.endCoordinates, action.normalizedEnd) = place()
      return action
    case "write", "typewrite": return string(0, "message").map { Action(type: .type, text: $0) }
    case "press", "keydown": return string(0, "keys").map { Chord($0).action }
    case "hotkey":
      let keys = call.positional.compactMap { value in if case .string(let key) = value { key } else { nil } }
      return keys.last.map { Chord($0, modifiers: Array(keys.dropLast())).action }
    case "scroll", "vscroll", "hscroll":
      guard let clicks = number(0, "clicks") else { return nil }
      let isAcross = name == "hscroll"
      return Action(
        type: .scroll, scrollDirection: isAcross ? (clicks > 0 ? .right : .left) : (clicks > 0 ? .up : .down),
        scrollAmount: Int(exactly: (abs(clicks) * Wheel.pixels).rounded()))
    case "sleep": return Action(type: .wait, duration: number(0, "secs"))
    default: return nil
    }
  }
}
